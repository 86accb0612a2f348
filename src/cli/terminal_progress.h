// How far a long command is, on one line of a terminal; nowhere else.
#ifndef LOADLINE_CLI_TERMINAL_PROGRESS_H_
#define LOADLINE_CLI_TERMINAL_PROGRESS_H_

#include "replay/progress.h"

namespace loadline {

class TerminalProgress : public Progress {
 public:
  TerminalProgress();
  ~TerminalProgress() override;  // clears the line
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;

  // "fetched [=====>    ] 3 of 6"
  void Show(std::string_view what, std::size_t done, std::size_t of) override;
  void Clear() override;
  bool Stopped() const override { return false; }

 private:
  const bool terminal_;  // of standard error
  bool shown_ = false;
};

}  // namespace loadline

#endif  // LOADLINE_CLI_TERMINAL_PROGRESS_H_
