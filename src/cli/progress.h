// How far a long command is, on one line of a terminal; nowhere else.
#ifndef LOADLINE_CLI_PROGRESS_H_
#define LOADLINE_CLI_PROGRESS_H_

#include <cstddef>
#include <string_view>

namespace loadline {

class Progress {
 public:
  Progress();
  ~Progress();  // clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // "fetched [=====>    ] 3 of 6"
  void Show(std::string_view what, std::size_t done, std::size_t of);
  void Clear();

 private:
  const bool terminal_;  // of standard error
  bool shown_ = false;
};

}  // namespace loadline

#endif  // LOADLINE_CLI_PROGRESS_H_
