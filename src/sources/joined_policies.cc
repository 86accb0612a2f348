#include "sources/joined_policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "system/mutex.h"

namespace loadline {
namespace {

using Steady = std::chrono::steady_clock;

// A document's namespace and name.
using Key = std::pair<std::string, std::string>;
Key KeyOf(const Policy& policy) { return {policy.policy_namespace, policy.name}; }
Key KeyOf(const Budget& budget) { return {budget.budget_namespace, budget.name}; }
Key KeyOf(const Calendar& calendar) { return {"", calendar.name}; }
Key KeyOf(const Override& each) { return {each.object_namespace, each.name}; }

class Joining {
 public:
  void Add(const std::string& place, const PolicySet& set) {
    AddAll(place, Policy::kKind, set.policies, joined_.policies);
    AddAll(place, Budget::kKind, set.budgets, joined_.budgets);
    AddAll(place, "Calendar", set.calendars, joined_.calendars);
    AddAll(place, "Override", set.overrides, joined_.overrides);
    std::ranges::copy_if(set.kept_overrides, std::back_inserter(joined_.kept_overrides),
                         [this](const auto& each) { return std::ranges::count(joined_.overrides, each) > 0; });
    joined_.problems.insert(joined_.problems.end(), set.problems.begin(), set.problems.end());
    joined_.unread.insert(joined_.unread.end(), set.unread.begin(), set.unread.end());
  }
  void AddUnread(const NamedPolicies& place) {
    const std::string obstacle = place.obstacle ? place.obstacle() : "";
    const std::string why = place.name + " cannot be read yet" + (obstacle.empty() ? "" : ": " + obstacle);
    joined_.unread.push_back({"*", why});
    joined_.problems.push_back({place.name, {{}, "", why, "", "", Severity::kError}, "", "", false});
  }
  PolicySet Take() { return std::move(joined_); }

 private:
  template <class T>
  void AddAll(const std::string& place, std::string_view kind, const std::vector<std::shared_ptr<const T>>& from,
              std::vector<std::shared_ptr<const T>>& to) {
    for (const auto& document : from) {
      const Key key = KeyOf(*document);
      const auto [seen, is_new] = places_.emplace(std::pair(std::string(kind), key), place);
      if (is_new) {
        to.push_back(document);
        continue;
      }
      const Problem problem{
          {},
          "metadata.name",
          "a document is written once",
          fmt::format("{} {} in {} and in {}", kind, PolicyId(key.first, key.second), seen->second, place),
          fmt::format("remove one of them; that in {} counts", seen->second),
          Severity::kError};
      joined_.problems.push_back({place, problem, key.first, key.second, true, std::string(kind)});
    }
  }

  PolicySet joined_;
  std::map<std::pair<std::string, Key>, std::string> places_;
};

class JoinedPolicies : public PolicySource {
 public:
  JoinedPolicies(std::vector<NamedPolicies> places, Duration patience)
      : places_(std::move(places)), patience_(patience), sets_(places_.size()) {}

  void Run(std::stop_token stop, const std::function<void(PolicySet)>& on_change) override {
    const auto patient_until = Steady::now() + patience_;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      threads.emplace_back(
          [this, i, stop] { places_[i].source->Run(stop, [this, i](PolicySet set) { Take(i, std::move(set)); }); });
    }
    while (const std::optional<PolicySet> joined = Await(patient_until, stop)) on_change(*joined);
  }

 private:
  void Take(std::size_t place, PolicySet set) {
    const MutexLock lock(mutex_);
    sets_[place] = std::move(set);
    changed_ = true;
    wake_.notify_all();
  }

  // None where `stop` was requested.
  std::optional<PolicySet> Await(Steady::time_point patient_until, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    wake_.wait_until(lock, stop, patient_until, [this] { return IsWhole() && changed_; });
    wake_.wait(lock, stop, [this] { return changed_ && HasNeeded(); });
    if (stop.stop_requested()) return std::nullopt;
    changed_ = false;
    Joining joining;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (sets_[i]) {
        joining.Add(places_[i].name, *sets_[i]);
      } else {
        joining.AddUnread(places_[i]);
      }
    }
    return joining.Take();
  }

  bool HasNeeded() const LOADLINE_REQUIRES(mutex_) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i].needed && !sets_[i]) return false;
    }
    return true;
  }

  bool IsWhole() const LOADLINE_REQUIRES(mutex_) {
    for (const auto& set : sets_) {
      if (!set) return false;
    }
    return true;
  }

  const std::vector<NamedPolicies> places_;
  const Duration patience_;

  Mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<std::optional<PolicySet>> sets_ LOADLINE_GUARDED_BY(mutex_);
  bool changed_ LOADLINE_GUARDED_BY(mutex_) = false;
};

}  // namespace

std::unique_ptr<PolicySource> JoinPolicies(std::vector<NamedPolicies> places, Duration patience) {
  return std::make_unique<JoinedPolicies>(std::move(places), patience);
}

}  // namespace loadline
