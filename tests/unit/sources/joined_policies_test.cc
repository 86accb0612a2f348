#include "sources/joined_policies.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "support/eventually.h"
#include "support/policy_builder.h"

namespace loadline {
namespace {

using testing::Eventually;

// A source that hands over what the test gives it.
class Given : public PolicySource {
 public:
  void Give(PolicySet set) {
    const std::lock_guard lock(mutex_);
    next_ = std::move(set);
    wake_.notify_all();
  }
  void Run(std::stop_token stop, const std::function<void(PolicySet)>& on_change) override {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return next_.has_value(); })) {
      on_change(*std::exchange(next_, std::nullopt));
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<PolicySet> next_;
};

std::shared_ptr<const Policy> PolicyOf(const std::string& name, double per_replica) {
  Policy policy = testing::MakePolicy("signals: [ { name: lag, query: lag, perReplica: 10 } ]");
  policy.name = name;
  policy.signals[0].per_replica = per_replica;
  return std::make_shared<const Policy>(std::move(policy));
}

class Joined {
 public:
  explicit Joined(Duration patience)
      : source_(JoinPolicies({{"the folder", first}, {"ConfigMaps", second, [] { return std::string("no right to"); }}},
                             patience)),
        thread_([this](std::stop_token stop) {
          source_->Run(stop, [this](PolicySet set) {
            const std::lock_guard lock(mutex_);
            sets_.push_back(std::move(set));
          });
        }) {}

  std::vector<PolicySet> Sets() {
    const std::lock_guard lock(mutex_);
    return sets_;
  }
  bool Becomes(std::size_t sets) {
    return Eventually([&] { return Sets().size() >= sets; });
  }

  const std::shared_ptr<Given> first = std::make_shared<Given>();
  const std::shared_ptr<Given> second = std::make_shared<Given>();

 private:
  std::mutex mutex_;
  std::vector<PolicySet> sets_;
  std::unique_ptr<PolicySource> source_;
  std::jthread thread_;
};

TEST_CASE("Without a place that is needed nothing is handed over, however long that takes") {
  const auto needed = std::make_shared<Given>();
  const auto other = std::make_shared<Given>();
  const auto source =
      JoinPolicies({{.name = "the folder", .source = needed, .needed = true}, {"overrides", other}}, Duration::zero());
  std::mutex mutex;
  std::vector<PolicySet> sets;
  const std::jthread thread([&](std::stop_token stop) {
    source->Run(stop, [&](PolicySet set) {
      const std::lock_guard lock(mutex);
      sets.push_back(std::move(set));
    });
  });
  other->Give({});
  needed->Give({{PolicyOf("a", 1)}, {}});
  REQUIRE(Eventually([&] {
    const std::lock_guard lock(mutex);
    return !sets.empty() && sets.back().unread.empty();
  }));
  // The first that was handed over had the needed place, with or without the other.
  const std::lock_guard lock(mutex);
  CHECK(sets.front().policies.size() == 1);
}

TEST_CASE("Policies of several places are one set once all have been read") {
  Joined joined(std::chrono::hours(1));
  joined.first->Give({{PolicyOf("a", 1)}, {}});
  joined.second->Give({{PolicyOf("b", 2)}, {}});
  REQUIRE(joined.Becomes(1));
  REQUIRE(joined.Sets()[0].policies.size() == 2);
  CHECK(joined.Sets()[0].unread.empty());
  joined.second->Give({{}, {}});
  REQUIRE(joined.Becomes(2));
  CHECK(joined.Sets()[1].policies.size() == 1);
}

TEST_CASE("A policy in two places is that of the first, and a problem") {
  Joined joined(std::chrono::hours(1));
  joined.second->Give({{PolicyOf("a", 2)}, {}});
  joined.first->Give({{PolicyOf("a", 1)}, {}});
  REQUIRE(joined.Becomes(1));
  const PolicySet set = joined.Sets()[0];
  REQUIRE(set.policies.size() == 1);
  CHECK(set.policies[0]->signals[0].per_replica == 1.0);
  REQUIRE(set.problems.size() == 1);
  CHECK(FormatProblem(set.problems[0].file, set.problems[0].problem) ==
        "ConfigMaps: metadata.name: a document is written once; found ScalingPolicy data/a in the folder and in "
        "ConfigMaps (remove one of them; that in the folder counts)");
  CHECK(set.problems[0].last_good_in_force);
}

TEST_CASE("Overrides that a store keeps are still told from others, but for those that do not count") {
  const auto named = [](const std::string& name) {
    Override each;
    each.name = name;
    return std::make_shared<const Override>(each);
  };
  Joined joined(std::chrono::hours(1));
  PolicySet written;
  written.overrides = {named("both"), named("written")};
  PolicySet kept;
  kept.overrides = {named("both"), named("kept")};
  kept.kept_overrides = kept.overrides;
  joined.first->Give(written);
  joined.second->Give(kept);
  REQUIRE(joined.Becomes(1));
  const PolicySet set = joined.Sets()[0];
  CHECK(set.overrides.size() == 3);
  REQUIRE(set.kept_overrides.size() == 1);
  CHECK(set.kept_overrides[0] == kept.overrides[1]);
}

TEST_CASE("A place that is not read within the patience leaves all namespaces unread") {
  Joined joined(Duration(1));
  joined.first->Give({{PolicyOf("a", 1)}, {}});
  REQUIRE(joined.Becomes(1));
  const PolicySet set = joined.Sets()[0];
  CHECK(set.policies.size() == 1);
  REQUIRE(set.unread.size() == 1);
  CHECK(set.unread[0].pattern == "*");
  CHECK(set.unread[0].why == "ConfigMaps cannot be read yet: no right to");
  REQUIRE(set.problems.size() == 1);
  CHECK(FormatProblem(set.problems[0].file, set.problems[0].problem) ==
        "ConfigMaps: ConfigMaps cannot be read yet: no right to");
  joined.second->Give({{}, {}});
  REQUIRE(joined.Becomes(2));
  CHECK(joined.Sets()[1].unread.empty());
  CHECK(joined.Sets()[1].problems.empty());
}

TEST_CASE("While no place has been read nothing is handed over") {
  Joined joined(Duration(0));
  CHECK(joined.Sets().empty());
}

}  // namespace
}  // namespace loadline
