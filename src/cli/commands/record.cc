#include "cli/commands/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "cli/terminal_progress.h"
#include "replay/replay_report.h"
#include "replay/table.h"
#include "system/clock.h"
#include "system/files.h"

namespace loadline {
namespace {

int Fails(const Error& error) {
  fmt::print(stderr, "loadline record: {}\n", error.message);
  return error.code == Code::kFailedPrecondition ? 1 : 2;
}

}  // namespace

int RunRecord(const RecordCommand& command) {
  if (command.input.prometheus.empty() && !command.input.open_journal)
    return Fails({Code::kInvalidArgument, "want --prometheus URL or --journal FILE"});
  TerminalProgress progress;
  const Result<LoadedReplay> loaded = LoadReplay(command.input, SystemClock().Now(), progress);
  progress.Clear();
  if (!loaded) return Fails(loaded.error());
  const Recording& recording = loaded->recording;
  if (const Status written = WriteFile(command.out, FormatRecording(recording)); !written)
    return Fails({Code::kInvalidArgument, written.error().message});
  std::vector<std::vector<std::string>> rows = {{"ticks with a number", "of", "query"}};
  for (const RecordedQuery& query : recording.queries) {
    const auto known = std::ranges::count(query.readings, ReadingState::kValue,
                                          [](const Reading& reading) { return ReadingState(reading.state); });
    rows.push_back({std::to_string(known), std::to_string(recording.ticks), OneLine(FoldBlanks(query.text), 200)});
  }
  fmt::print("{}: {} from {} to {} (UTC), each {}; replays begin at {}.\n\n{}", command.out,
             FormatDuration(recording.interval * static_cast<Duration::rep>(recording.ticks)),
             ShortTime(recording.begin), ShortTime(recording.TimeAt(recording.ticks)),
             FormatDuration(recording.interval), ShortTime(recording.from), FormatTable(rows));
  for (const std::string& warning : loaded->warnings) fmt::print(stderr, "loadline record: {}\n", warning);
  return 0;
}

}  // namespace loadline
