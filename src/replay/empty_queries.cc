#include "replay/empty_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"

namespace loadline {

Status WarnOfEmptyQueries(LoadedReplay& loaded) {
  const Recording& recording = loaded.recording;
  const std::size_t first = recording.TickAt(loaded.begin), end = recording.TickAt(loaded.end);
  std::size_t empty = 0;
  for (const RecordedQuery& query : recording.queries) {
    const auto stretch = std::span(query.readings).subspan(first, end - first);
    const auto has = [&](ReadingState state) {
      return std::ranges::any_of(stretch, [state](const Reading& reading) { return reading.state == state; });
    };
    if (has(ReadingState::kValue)) continue;
    ++empty;
    loaded.warnings.push_back(fmt::format(
        "no data for {}{}", OneLine(FoldBlanks(query.text), 200),
        has(ReadingState::kSeveral) ? ": it yields several series; want one, such as sum(...)"
                                    : ": check the query, --object and --parameter with the server's own page"));
  }
  if (recording.queries.empty() || empty < recording.queries.size()) return {};
  std::string message =
      fmt::format("no data in the range {} to {}", FormatSecond(loaded.begin), FormatSecond(loaded.end));
  for (const std::string& warning : loaded.warnings) message += "\n  " + warning;
  return Fail(Code::kFailedPrecondition, message);
}

}  // namespace loadline
