#include "replay/source_history.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace loadline {
namespace {

constexpr Duration kTimeout{120'000};  // of a part: nobody waits for a tick
constexpr std::size_t kPointsAtOnce = 10'000;

tl::unexpected<Error> Unanswered(const RecordedQuery& query, const std::string& problem) {
  return Fail(Code::kInvalidArgument,
              fmt::format("{}\nThe query was: {}", problem, OneLine(FoldBlanks(query.text), 300)));
}

}  // namespace

Status FillFromSources(Recording& recording, const SourceLookup& sources,
                       const std::function<Duration(const RecordedQuery&)>& looks_back, Progress& progress) {
  std::size_t all = 0;
  std::size_t done = 0;
  for (RecordedQuery& query : recording.queries) {
    query.readings.resize(recording.TickAt(AlignDown(recording.from - looks_back(query), recording.interval)));
    all += recording.ticks - query.readings.size();
  }
  for (RecordedQuery& query : recording.queries) {
    MetricSource* const source = sources(query.source);
    if (source == nullptr) return Unanswered(query, fmt::format("the namespace may ask no source {}", query.source));
    while (query.readings.size() < recording.ticks) {
      if (progress.Stopped()) return Fail(Code::kCancelled, "stopped");
      progress.Show("fetched", done, all);
      const std::size_t first = query.readings.size();
      const std::size_t count = std::min(kPointsAtOnce, recording.ticks - first);
      const Question question{query.text, recording.TimeAt(first), recording.TimeAt(first + count - 1),
                              recording.interval};
      const Answer answer = source->Ask({question}, kTimeout).front();
      for (const Reading& reading : answer.readings) {
        if (reading.state != ReadingState::kFailed && reading.state != ReadingState::kRefused) continue;
        return Unanswered(query, answer.problem.empty() ? "a part of the history was not answered" : answer.problem);
      }
      query.readings.insert(query.readings.end(), answer.readings.begin(), answer.readings.end());
      done += count;
    }
  }
  progress.Clear();
  return {};
}

}  // namespace loadline
