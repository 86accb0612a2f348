#include "cli/commands/replay_history.h"

#include <fmt/format.h>
#include <time.h>

#include <cstdio>

#include "cli/terminal_progress.h"
#include "replay/replay_page.h"
#include "system/clock.h"
#include "system/files.h"

namespace loadline {
namespace {

int Fails(const Error& error) {
  fmt::print(stderr, "loadline replay: {}\n", error.message);
  return error.code == Code::kFailedPrecondition ? 1 : 2;
}

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

int RunReplayHistory(const ReplayHistoryCommand& command) {
  TerminalProgress progress;
  Result<ReplayReport> report = ReplayHistory(command, SystemClock().Now(), progress);
  progress.Clear();
  if (!report) return Fails(report.error());
  report->cpu_seconds = CpuSeconds();
  if (!command.html.empty()) {
    if (const Status written = WriteFile(command.html, FormatReplayPage(*report)); !written)
      return Fails({Code::kInvalidArgument, written.error().message});
  }
  const std::string text = command.output == "json" ? FormatReplayJson(*report) : FormatReplayText(*report);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace loadline
