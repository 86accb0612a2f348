#include "cli/terminal_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace loadline {
namespace {

constexpr std::size_t kBar = 30;  // characters

}  // namespace

TerminalProgress::TerminalProgress() : terminal_(isatty(STDERR_FILENO) != 0) {}
TerminalProgress::~TerminalProgress() { TerminalProgress::Clear(); }

void TerminalProgress::Show(std::string_view what, std::size_t done, std::size_t of) {
  if (!terminal_) return;
  const std::size_t full = of > 0 ? kBar * std::min(done, of) / of : kBar;
  fmt::print(stderr, "\r\033[K{} [{:=<{}}{:<{}}] {} of {}", what, "", full, full < kBar ? ">" : "", kBar - full, done,
             of);
  std::fflush(stderr);
  shown_ = true;
}

void TerminalProgress::Clear() {
  if (shown_) fmt::print(stderr, "\r\033[K");
  shown_ = false;
}

}  // namespace loadline
