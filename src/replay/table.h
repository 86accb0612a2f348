// Columns for people.
#ifndef LOADLINE_REPLAY_TABLE_H_
#define LOADLINE_REPLAY_TABLE_H_

#include <string>
#include <vector>

namespace loadline {

// Rows of equally many cells, the first of them the header; columns two spaces apart, each as wide as its widest
// cell (in UTF-8 characters), the last one ragged.
std::string FormatTable(const std::vector<std::vector<std::string>>& rows, const std::string& indent = "");

}  // namespace loadline

#endif  // LOADLINE_REPLAY_TABLE_H_
