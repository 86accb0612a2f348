#include "scaling/replay_result.h"

#include <algorithm>
#include <cmath>

namespace loadline {
namespace {

constexpr Duration kJoins = std::chrono::minutes(2);
constexpr Duration kApart = std::chrono::hours(6);
constexpr std::size_t kMostMoments = 5;

}  // namespace

void ReplayTally::Add(const ReplayTally& other) {
  seconds += other.seconds;
  counted_seconds += other.counted_seconds;
  replica_seconds += other.replica_seconds;
  min_seconds += other.min_seconds;
  max_seconds += other.max_seconds;
  judged_seconds += other.judged_seconds;
  short_seconds += other.short_seconds;
  items += other.items;
  late += other.late;
  error_seconds += other.error_seconds;
  held_seconds += other.held_seconds;
  changes += other.changes;
}

std::optional<double> ReplayTally::Violations(bool is_queue) const {
  const double of = is_queue ? items : judged_seconds;
  if (of <= 0) return std::nullopt;
  return (is_queue ? late : short_seconds) / of;
}

ReplayTally ReplayResult::Total() const {
  ReplayTally total;
  for (const ReplayDay& day : days) total.Add(day.tally);
  return total;
}

double ReplayResult::Days() const { return Total().seconds / (24 * 3600); }

double ReplayResult::ChangesADay() const {
  const double played = Days();
  return played > 0 ? Total().changes / played : 0;
}

bool MomentFinder::Add(const ReplayMoment& tick) {
  if (open_ && tick.begin - open_->end > kJoins) Close();
  if (!open_) {
    open_ = tick;
    peak_severity_ = tick.severity;
    return true;
  }
  const double severity = open_->severity + tick.severity;
  const Timestamp begin = open_->begin;
  const bool is_peak = tick.severity > peak_severity_;
  if (is_peak) {
    open_ = tick;
    peak_severity_ = tick.severity;
  }
  open_->begin = begin;
  open_->end = tick.end;
  open_->severity = severity;
  return is_peak;
}

void MomentFinder::Close() {
  worst_.push_back(*std::move(open_));
  open_.reset();
  std::ranges::stable_sort(worst_, std::greater<>(), &ReplayMoment::severity);
  if (worst_.size() > kMostMoments) worst_.pop_back();
}

std::vector<ReplayMoment> MomentFinder::Worst() {
  if (open_) Close();
  return worst_;
}

std::vector<ReplayDifference> FindDifferences(const ReplayResult& first, const ReplayResult& second, std::size_t most,
                                              double& share) {
  const std::vector<float>& a = first.series.replicas;
  const std::vector<float>& b = second.series.replicas;
  const std::size_t ticks = std::min(a.size(), b.size());
  const auto differ = [&](std::size_t i) { return std::isfinite(a[i]) && std::isfinite(b[i]) && a[i] != b[i]; };
  std::vector<ReplayDifference> all;
  std::size_t known = 0, different = 0;
  for (std::size_t i = 0; i < ticks; ++i) {
    known += std::isfinite(a[i]) && std::isfinite(b[i]);
    if (!differ(i)) continue;
    ++different;
    const Timestamp time = first.begin + first.interval * static_cast<Duration::rep>(i);
    if (all.empty() || all.back().end != time) all.push_back({time, time, time, a[i], b[i]});
    ReplayDifference& last = all.back();
    last.end = time + first.interval;
    if (std::abs(a[i] - b[i]) > std::abs(last.first - last.second)) {
      last.peak = time;
      last.first = a[i];
      last.second = b[i];
    }
  }
  share = known > 0 ? static_cast<double>(different) / static_cast<double>(known) : 0;
  const auto size = [](const ReplayDifference& each) { return std::abs(each.first - each.second); };
  std::ranges::stable_sort(all, std::greater<>(), size);
  std::vector<ReplayDifference> greatest;
  for (const ReplayDifference& each : all) {
    if (greatest.size() == most) break;
    const auto near = [&](const ReplayDifference& other) {
      return each.peak - other.peak < kApart && other.peak - each.peak < kApart;
    };
    if (std::ranges::none_of(greatest, near)) greatest.push_back(each);
  }
  return greatest;
}

}  // namespace loadline
