#include "scaling/seen_recording.h"

#include <fmt/format.h>

#include <algorithm>

namespace loadline {
namespace {

bool IsFailed(const Reading& reading) { return reading.state == ReadingState::kFailed; }

}  // namespace

Status SeenRecording::Add(std::span<const PlannedQuery> queries, const RecordedObservation& seen) {
  if (seen.interval <= Duration::zero() || seen.windows.size() != queries.size() ||
      seen.now != AlignDown(seen.now, seen.interval))
    return Invalid(fmt::format("what was seen at {} is of another plan", FormatTimestamp(seen.now)));
  if (interval_ == Duration::zero()) interval_ = seen.interval;
  if (seen.interval != interval_) {
    return Invalid(fmt::format("what was seen at {} is of ticks each {}, and what was seen at others each {}",
                               FormatTimestamp(seen.now), FormatDuration(seen.interval), FormatDuration(interval_)));
  }
  const Tick now = seen.now.time_since_epoch() / interval_;
  own_.insert(now);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (queries[i].desired_of) continue;  // what another binding desired has no source
    std::map<Tick, Known>& known = queries_[{queries[i].source, queries[i].text}];
    const std::vector<Reading>& window = seen.windows[i].ticks;
    for (std::size_t ago = 0; ago < window.size(); ++ago) {
      const Known found{window[window.size() - 1 - ago], ago == 0};
      const auto [at, is_new] = known.try_emplace(now - static_cast<Tick>(ago), found);
      if (is_new) ++readings_;
      if (is_new) continue;
      const bool mends = IsFailed(at->second.reading) && !IsFailed(found.reading);
      const bool breaks = !IsFailed(at->second.reading) && IsFailed(found.reading);
      if (mends || (found.own && !breaks)) at->second = found;
    }
  }
  return {};
}

Result<Recording> SeenRecording::Finish(Duration hold) const {
  if (own_.empty()) return Invalid("nothing was recorded");
  Tick first = *own_.begin();
  for (const auto& [_, known] : queries_) {
    if (!known.empty()) first = std::min(first, known.begin()->first);
  }
  const Tick last = *own_.rbegin();
  if (last - first >= static_cast<Tick>(kMostRecordedTicks)) return Invalid("what was recorded is too far apart");

  Recording recording;
  recording.interval = interval_;
  recording.begin = Timestamp(interval_ * first);
  recording.from = Timestamp(interval_ * *own_.begin());
  recording.ticks = static_cast<std::size_t>(last - first) + 1;
  const Tick most = hold / interval_;
  for (const auto& [query, known] : queries_) {
    std::vector<Reading> readings(recording.ticks);  // failed
    for (auto each = known.begin(); each != known.end(); ++each) {
      const auto next = std::next(each);
      const Tick end = std::min(next == known.end() ? last + 1 : next->first, each->first + most + 1);
      std::fill(readings.begin() + (each->first - first), readings.begin() + (std::max(end, each->first + 1) - first),
                each->second.reading);
    }
    recording.queries.push_back({query.first, query.second, std::move(readings)});
  }
  return recording;
}

}  // namespace loadline
