#include "scaling/budget.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <queue>
#include <tuple>

namespace loadline {
namespace {

// Amounts in millionths of the budget's unit, so that 3 * 0.1 is 0.3 and sums do not depend on their order.
using Amount = std::int64_t;

// At most 1e18, so that the sum of two fits into 64 bits.
Amount ToAmount(double value) { return std::llround(std::clamp(value, 0.0, 1e12) * 1e6); }

// A member while the budget is shared: it has `replicas` and may get up to `most`.
struct Share {
  const BudgetMember* member;
  Amount unit;
  int replicas = 0;
  int most = 0;

  bool WantsMore() const { return replicas < most; }

  // What it has for its weight with `count` replicas: the lowest level gets the next one.
  double Level(int count) const { return static_cast<double>(unit) * count / member->weight; }

  // How many it has after it got one more for as long as its level was below `level`.
  int CountBelow(double level) const {
    if (Level(replicas) >= level) return replicas;
    const double about = std::ceil(level * member->weight / static_cast<double>(unit));
    int count = static_cast<int>(std::clamp<double>(about, replicas, most));
    // The division rounds: Level() alone decides.
    while (count > replicas && Level(count - 1) >= level) --count;
    while (count < most && Level(count) < level) ++count;
    return count;
  }
};
using Shares = std::span<Share>;

// What it takes to give each one more for as long as its level is below `level`; more than `rest` where that is more.
Amount TakenBelow(const std::vector<Share*>& shares, double level, Amount rest) {
  Amount taken = 0;
  for (const Share* share : shares) {
    const int more = share->CountBelow(level) - share->replicas;
    if (more > (rest - taken) / share->unit) return rest + 1;
    taken += more * share->unit;
  }
  return taken;
}

// Does at once what RaiseOneByOne would: up to the highest level that all can be raised to. Yields what is left.
Amount RaiseTogether(const std::vector<Share*>& shares, Amount rest) {
  double fits = 0;
  double too_high = 0;
  for (const Share* share : shares) too_high = std::max(too_high, share->Level(share->most));
  if (TakenBelow(shares, too_high, rest) <= rest) fits = too_high;
  for (int i = 0; i < 64 && fits < too_high; ++i) {
    const double middle = fits + (too_high - fits) / 2;
    (TakenBelow(shares, middle, rest) <= rest ? fits : too_high) = middle;
  }
  rest -= TakenBelow(shares, fits, rest);
  for (Share* share : shares) share->replicas = share->CountBelow(fits);
  return rest;
}

// Gives the next replica to whom it is due, `turns` times at most. Yields what is left. `shares` are in the order of
// their ids.
Amount RaiseOneByOne(const std::vector<Share*>& shares, std::size_t turns, Amount rest) {
  const auto comes_after = [](const Share* a, const Share* b) {
    const double level_a = a->Level(a->replicas);
    const double level_b = b->Level(b->replicas);
    return level_a != level_b ? level_a > level_b : a > b;
  };
  std::priority_queue next(comes_after, shares);
  for (; !next.empty() && turns > 0; --turns) {
    Share* share = next.top();
    next.pop();
    if (!share->WantsMore() || share->unit > rest) continue;  // what does not fit now never will
    ++share->replicas;
    rest -= share->unit;
    next.push(share);
  }
  return rest;
}

// Shares `rest` among the members of one priority, which are sorted by id. Yields what is left.
//
// Raised together, all are at the level where the next replica does not fit. Then one by one: those whose replicas are
// too large drop out, and the others go on. There is more than a turn or two for each only where they can go on for
// long, with units that are smaller by a factor of their number; so it is raised together again, a few times at most.
Amount ShareFairly(Shares shares, Amount rest) {
  for (Share& share : shares) {
    if (share.unit == 0) share.replicas = share.most;
  }
  while (true) {
    std::vector<Share*> wanting;
    for (Share& share : shares) {
      if (share.WantsMore() && share.unit <= rest) wanting.push_back(&share);
    }
    if (wanting.empty()) return rest;
    rest = RaiseTogether(wanting, rest);
    rest = RaiseOneByOne(wanting, 4 * wanting.size(), rest);
  }
}

// Shares `rest` priority by priority. Yields what is left, once everyone has what it may get; nothing if it ends
// before.
std::optional<Amount> ShareByPriority(Shares shares, Amount rest) {
  while (!shares.empty()) {
    const int priority = shares.front().member->priority;
    const auto lower = std::ranges::find_if(shares, [&](const Share& s) { return s.member->priority != priority; });
    const Shares served(shares.begin(), lower);
    rest = ShareFairly(served, rest);
    if (std::ranges::any_of(served, &Share::WantsMore)) return std::nullopt;
    shares = Shares(lower, shares.end());
  }
  return rest;
}

}  // namespace

BudgetShares ShareBudget(double limit, std::span<const BudgetMember> members, double held) {
  std::vector<Share> shares;
  for (const BudgetMember& member : members) shares.push_back({&member, ToAmount(member.unit)});
  std::ranges::stable_sort(shares, [](const Share& a, const Share& b) {
    return std::tie(b.member->priority, a.member->id) < std::tie(a.member->priority, b.member->id);
  });

  for (Share& share : shares) share.most = std::clamp(share.member->minimum, 0, std::max(0, share.member->wanted));
  const std::optional<Amount> rest = ShareByPriority(shares, ToAmount(limit));
  if (rest) {
    for (Share& share : shares) share.most = std::max(0, share.member->wanted);
    ShareByPriority(shares, std::max<Amount>(0, *rest - ToAmount(held)));
  }

  BudgetShares result{std::vector<Grant>(members.size()), !rest};
  for (const Share& share : shares) {
    result.grants[static_cast<std::size_t>(share.member - members.data())] = {share.replicas,
                                                                              share.replicas < share.member->wanted};
  }
  return result;
}

}  // namespace loadline
