// Every call of the store of overrides fails, one after the other, in each way that a store can fail.
#include <map>

#include "api/override_desk.h"
#include "faults/nth.h"
#include "scaling/override_request.h"
#include "support/simulated_clock.h"
#include "unit/controller/recording_log.h"

namespace loadline {
namespace {

using testing::ForEveryCall;
using testing::kStart;
using testing::NthCall;

// kAfterwards: the store did what it should, and its answer was lost.
enum class Way { kUnavailable, kForbidden, kOutrun, kAfterwards };

Error ErrorOf(Way way) {
  switch (way) {
    case Way::kForbidden: return {Code::kPermissionDenied, "it may not be written"};
    case Way::kOutrun: return {Code::kAborted, "others were faster"};
    default: return {Code::kUnavailable, "it is away"};
  }
}

class NthStore : public OverrideStore {
 public:
  NthStore(NthCall& call, Way way) : call_(call), way_(way) {}

  std::string Where() const override { return "memory"; }
  Result<OverrideTexts> Read() override {
    if (call_.Fails()) return Fail(ErrorOf(way_));
    return texts;
  }
  Status Change(const std::function<bool(OverrideTexts&)>& change) override {
    const bool fails = call_.Fails();
    OverrideTexts changed = texts;
    // Who is outrun has tried it on what others then changed.
    const bool called = !fails || way_ == Way::kAfterwards || way_ == Way::kOutrun;
    const bool wants = called && change(changed);
    if (wants && (!fails || way_ == Way::kAfterwards)) texts = changed;
    if (fails) return Fail(ErrorOf(way_));
    return {};
  }

  OverrideTexts texts;

 private:
  NthCall& call_;
  const Way way_;
};

Override Floor(const std::string& name, double replicas, Timestamp until) {
  Override each;
  each.name = name;
  each.all = true;
  each.kind = Override::Kind::kFloor;
  each.replicas = replicas;
  each.from = kStart;
  each.until = until;
  each.reason = "a drill";
  return each;
}

struct Source : PolicySource {
  void Run(std::stop_token, const std::function<void(PolicySet)>& on_change) override { on_change(set); }

  PolicySet set;
};

using Named = std::map<std::string, Override>;

// A desk, and what whoever asks it was told that stands.
class Story {
 public:
  Story(NthCall& call, Way way) : call_(call), way_(way), store_(call, way) {}

  bool Set(const Override& each) {
    const int before = call_.failed();
    const auto made = desk_.Set(each);
    // It is set though what has ended could not be cleaned up with it, which is logged.
    if (made) {
      REQUIRE(made->now == each);
      REQUIRE(store_.texts.at(each.name) == OverrideText(each));
      REQUIRE((made->before ? std::optional(*made->before) : std::nullopt) == Stood(each.name));
      told_[each.name] = each;
      CheckCleaning(before);
    } else {
      CheckRefusal(made.error(), each.name, each);
    }
    CheckStanding();
    return made.has_value();
  }
  bool Remove(const std::string& name) {
    const int before = call_.failed();
    const auto removed = desk_.Remove(name);
    if (removed) {
      REQUIRE(*removed == Stood(name));
      REQUIRE_FALSE(store_.texts.contains(name));
      told_.erase(name);
      CheckCleaning(before);
    } else if (removed.error().code == Code::kNotFound) {
      REQUIRE_FALSE(store_.texts.contains(name));
    } else {
      CheckRefusal(removed.error(), name, std::nullopt);
    }
    CheckStanding();
    return removed.has_value();
  }
  // This pod takes up what the store has now.
  void Take() {
    source_.set = {};
    for (const auto& [name, each] : told_) {
      source_.set.overrides.push_back(std::make_shared<const Override>(each));
      source_.set.kept_overrides.push_back(source_.set.overrides.back());
    }
    shelf_.Run({}, [](const PolicySet&) {});
    taken_ = told_;
    CheckStanding();
  }
  void Pass(Duration time) {
    clock_.Set(clock_.Now() + time);
    const int before = call_.failed();
    desk_.Sweep();
    CheckCleaning(before);
    CheckStanding();
  }
  void CheckStanding() {
    const int before = call_.failed();
    const StandingOverrides standing = desk_.Standing();
    Named shown;
    for (const StandingOverride& each : standing.overrides) shown[each.content.name] = each.content;
    REQUIRE((standing.problem == (call_.failed() > before ? ErrorOf(way_).message : "")));
    // Without the store it is what this pod has taken up; whether that still stands is not known, and not said.
    const bool asked = standing.problem.empty();
    REQUIRE(shown == InForce(asked ? told_ : taken_));
    for (const StandingOverride& each : standing.overrides) REQUIRE(each.over_api.has_value() == asked);
  }

 private:
  Named InForce(const Named& all) const {
    Named in_force = all;
    std::erase_if(in_force, [&](const auto& each) { return each.second.until <= clock_.Now(); });
    return in_force;
  }
  std::optional<Override> Stood(const std::string& name) const {
    const auto found = told_.find(name);
    return found == told_.end() ? std::nullopt : std::optional(found->second);
  }
  // What could not be done is not done: but where only the answer was lost.
  void CheckRefusal(const Error& error, const std::string& name, const std::optional<Override>& wanted) {
    REQUIRE(error.code == ErrorOf(way_).code);
    REQUIRE(error.message == ErrorOf(way_).message);
    if (way_ == Way::kAfterwards) told_.erase(name);
    if (way_ == Way::kAfterwards && wanted) told_.emplace(name, *wanted);
    const auto stood = Stood(name);
    REQUIRE(store_.texts.contains(name) == stood.has_value());
    if (stood) REQUIRE(store_.texts.at(name) == OverrideText(*stood));
  }
  void CheckCleaning(int before) {
    logged_ += static_cast<std::size_t>(call_.failed() - before);
    REQUIRE(log_.Count("overrides_not_cleaned") == logged_);
  }

  NthCall& call_;
  const Way way_;
  NthStore store_;
  Source source_;
  PolicyShelf shelf_{source_};
  testing::SimulatedClock clock_{kStart + std::chrono::minutes(1)};
  testing::RecordingLog log_;
  OverrideDesk desk_{&store_, shelf_, clock_, log_};
  Named told_;
  Named taken_;
  std::size_t logged_ = 0;
};

TEST_CASE("Whichever call of the store of overrides fails, none is forgotten, nor told as set or removed that is not") {
  const auto ways = {Way::kUnavailable, Way::kForbidden, Way::kOutrun, Way::kAfterwards};
  const int runs = ForEveryCall(ways, [](NthCall& call, Way way) {
    const Timestamp soon = kStart + std::chrono::hours(1);
    const Timestamp late = kStart + std::chrono::hours(9);
    Story story(call, way);
    story.Take();
    story.Set(Floor("brief", 2, soon));
    story.Set(Floor("drill", 3, late));
    story.Set(Floor("sale", 4, late));
    story.Take();
    story.Set(Floor("drill", 5, late));  // in the place of that before
    story.Remove("sale");
    story.Take();
    story.Pass(std::chrono::hours(3));  // what was brief is to be cleaned up, by a sweep and with what is done next
    story.Set(Floor("sale", 6, late));
    story.Pass(std::chrono::minutes(10));
    story.Remove("drill");
    // The store is back: what failed is asked for again.
    call.End();
    story.CheckStanding();
    REQUIRE(story.Set(Floor("sale", 7, late)));
    REQUIRE(story.Set(Floor("drill", 8, late)));
    REQUIRE(story.Remove("sale"));
    story.Take();
    story.Pass(std::chrono::minutes(10));
  });
  CHECK(runs >= 20);
}

}  // namespace
}  // namespace loadline
