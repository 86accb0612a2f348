#include "kubernetes/hpa_log.h"

#include <algorithm>
#include <functional>
#include <set>

namespace loadline {
namespace {

constexpr Duration kScoreEvery = std::chrono::minutes(1);

}  // namespace

void HpaLog::Take(const ForeseenBinding& binding, const HpaSnapshot& snapshot) {
  const MutexLock lock(mutex_);
  Record& record = records_[binding];
  const std::size_t events = record.follower.Take(snapshot, next_number_);
  next_number_ += events;
  const auto& all = record.follower.events();
  for (auto each = all.end() - static_cast<std::ptrdiff_t>(events); each != all.end(); ++each) {
    ++counts_[static_cast<std::size_t>(each->kind)];
    ++record.counts[{each->kind, each->metric}];
  }
  record.latest = snapshot;
  if (const FollowedMoment now = MomentOf(snapshot); record.moments.empty() || IsChanged(record.moments.back(), now)) {
    record.moments.push_back(now);
    if (record.moments.size() > kMostMoments) record.moments.pop_front();
  }
  if (snapshot.time - record.scored >= kScoreEvery || snapshot.time < record.scored) {
    const std::vector<FollowedMoment> moments(record.moments.begin(), record.moments.end());
    record.score = Measure(moments, snapshot.time - kSpan, snapshot.time).score;
    record.scored = snapshot.time;
  }
}

void HpaLog::Keep(const std::vector<ForeseenBinding>& bindings) {
  const std::set<ForeseenBinding> kept(bindings.begin(), bindings.end());
  const MutexLock lock(mutex_);
  std::erase_if(records_, [&](const auto& each) { return !kept.contains(each.first); });
}

bool HpaLog::IsMoving(const ForeseenBinding& binding, Timestamp now) const {
  const MutexLock lock(mutex_);
  const auto found = records_.find(binding);
  if (found == records_.end() || found->second.moments.empty()) return true;
  const FollowedMoment& latest = found->second.moments.back();
  const bool is_settled = latest.goal == latest.ready && latest.desired == latest.ready;
  return !is_settled && now - latest.time < kMovesFor;
}

std::vector<HpaHistory> HpaLog::Histories(const IsMeant& is_meant) const {
  std::vector<HpaHistory> histories;
  const MutexLock lock(mutex_);
  for (const auto& [binding, record] : records_) {
    if (!is_meant(binding)) continue;
    const auto& events = record.follower.events();
    histories.push_back(
        {binding, record.latest, {events.begin(), events.end()}, {record.moments.begin(), record.moments.end()}});
  }
  return histories;
}

LoggedEvents HpaLog::Events(const IsMeant& is_meant, std::uint64_t before, std::size_t limit) const {
  struct Place {
    const ForeseenBinding* binding;
    const HpaEvent* event;
  };
  LoggedEvents logged;
  std::vector<Place> places;
  const MutexLock lock(mutex_);
  for (const auto& [binding, record] : records_) {
    if (!is_meant(binding)) continue;
    logged.total += record.follower.events().size();
    for (const HpaEvent& each : record.follower.events()) {
      if (each.number < before) places.push_back({&binding, &each});
    }
  }
  const auto end = places.begin() + static_cast<std::ptrdiff_t>(std::min(limit, places.size()));
  std::ranges::partial_sort(places, end, std::ranges::greater(), [](const Place& each) { return each.event->number; });
  for (auto each = places.begin(); each != end; ++each) logged.events.push_back({*each->binding, *each->event});
  logged.more = end != places.end();
  return logged;
}

std::vector<HpaFigures> HpaLog::Figures() const {
  std::vector<HpaFigures> figures;
  const MutexLock lock(mutex_);
  for (const auto& [binding, record] : records_) {
    const auto& events = record.follower.events();
    const auto came = std::find_if(events.rbegin(), events.rend(), [](const HpaEvent& each) {
      return each.kind == HpaEventKind::kScaleUp && each.ready_after;
    });
    figures.push_back({binding, record.counts, record.score, came == events.rend() ? std::nullopt : came->ready_after});
  }
  return figures;
}

std::array<std::uint64_t, 4> HpaLog::Counts() const {
  const MutexLock lock(mutex_);
  return counts_;
}

}  // namespace loadline
