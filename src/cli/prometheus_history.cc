#include "cli/prometheus_history.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sources/prometheus_source.h"

namespace loadline {
namespace {

constexpr Duration kTimeout{60'000};  // of a query: nobody waits for a tick
constexpr std::size_t kPointsAtOnce = 10'000;

}  // namespace

Status PrometheusHistory::Fill(Recording& recording, const std::function<Duration(const RecordedQuery&)>& looks_back,
                               Progress& progress) const {
  PrometheusOptions options;
  options.url = url;
  options.timeout = kTimeout;
  options.http.ca_file = ca_file;
  options.http.bearer_token_file = bearer_token_file;
  const auto source = MakePrometheusSource(options);
  std::size_t all = 0;
  std::size_t done = 0;
  for (RecordedQuery& query : recording.queries) {
    query.readings.resize(recording.TickAt(AlignDown(recording.from - looks_back(query), recording.interval)));
    all += recording.ticks - query.readings.size();
  }
  for (RecordedQuery& query : recording.queries) {
    while (query.readings.size() < recording.ticks) {
      progress.Show("fetched", done, all);
      const std::size_t first = query.readings.size();
      const std::size_t count = std::min(kPointsAtOnce, recording.ticks - first);
      const Question question{query.text, recording.TimeAt(first), recording.TimeAt(first + count - 1),
                              recording.interval};
      const Answer answer = source->Ask({question}, 2 * kTimeout).front();
      for (const Reading& reading : answer.readings) {
        if (reading.state != ReadingState::kFailed && reading.state != ReadingState::kRefused) continue;
        return Fail(Code::kInvalidArgument,
                    fmt::format("{}\nThe query was: {}",
                                answer.problem.empty() ? "a part of the history was not answered" : answer.problem,
                                OneLine(FoldBlanks(query.text), 300)));
      }
      query.readings.insert(query.readings.end(), answer.readings.begin(), answer.readings.end());
      done += count;
    }
  }
  progress.Clear();
  return {};
}

}  // namespace loadline
