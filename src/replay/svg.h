// What pages with plots are made of.
#ifndef LOADLINE_REPLAY_SVG_H_
#define LOADLINE_REPLAY_SVG_H_

#include <string>
#include <string_view>
#include <vector>

namespace loadline {

// For text and attributes of HTML and XML.
std::string EscapeXml(std::string_view text);

// 1, 2 or 5 times a power of ten, so that about five of them make `range`. REQUIRES: range > 0.
double NiceStep(double range);

// The first row is the header.
std::string HtmlTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_SVG_H_
