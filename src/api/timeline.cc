#include "api/timeline.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <ranges>
#include <string_view>

#include "scaling/without_reading.h"

namespace loadline {
namespace {

struct Kind {
  Reason reason;
  std::string_view kind;
};
// Of steps.
constexpr std::array kKinds = {
    Kind{Reason::kRuleAdds, "rule"},          Kind{Reason::kRuleRemoves, "rule"},
    Kind{Reason::kRuleSets, "rule"},          Kind{Reason::kRuleAtLeast, "rule"},
    Kind{Reason::kRuleAtMost, "rule"},        Kind{Reason::kPinned, "override"},
    Kind{Reason::kOverrideFloor, "override"}, Kind{Reason::kOverrideCeiling, "override"},
    Kind{Reason::kOverrideHold, "override"},  Kind{Reason::kCannotHold, "override"},
    Kind{Reason::kRaisedToFloor, "limit"},    Kind{Reason::kCappedAtCeiling, "limit"},
    Kind{Reason::kCappedByCost, "limit"},     Kind{Reason::kRaisedToMin, "limit"},
    Kind{Reason::kCappedAtMax, "limit"},      Kind{Reason::kCutByBudget, "limit"},
    Kind{Reason::kRuleCoolingDown, "slowed"}, Kind{Reason::kStabilizedDown, "slowed"},
    Kind{Reason::kStabilizedUp, "slowed"},    Kind{Reason::kStepLimitedUp, "slowed"},
    Kind{Reason::kStepLimitedDown, "slowed"}, Kind{Reason::kCoolingDownUp, "slowed"},
    Kind{Reason::kCoolingDownDown, "slowed"}, Kind{Reason::kWithinHysteresis, "slowed"},
    Kind{Reason::kGateClosed, "gate"},        Kind{Reason::kGateClosedHolding, "gate"},
    Kind{Reason::kModeHold, "mode"},          Kind{Reason::kModeYield, "mode"},
};

std::string_view KindOf(std::string_view code) {
  const auto found = std::ranges::find(kKinds, code, [](const Kind& each) { return ReasonCode(each.reason); });
  return found == kKinds.end() ? std::string_view() : found->kind;
}

}  // namespace

Timeline::Timeline(TimeSpan span, Duration stands, std::size_t points)
    : span_(span),
      stands_(stands),
      stretch_(std::max(Duration(1),
                        2 * (span.until - span.from) / static_cast<Duration::rep>(std::max<std::size_t>(points, 1)))),
      next_(span.until) {}

void Timeline::Mark(const std::string& kind, const std::string& reason, const std::string& name, TimeSpan stood) {
  if (stood.from >= stood.until) return;
  auto& list = marks_[{kind, name, reason}];
  if (!list.empty() && list.back().from - stood.until < stretch_) {
    list.back().from = std::min(list.back().from, stood.from);
    ++list.back().records;
    return;
  }
  list.push_back({kind, reason, name, stood.from, stood.until, 1});
}

void Timeline::Keep(DecisionRecord record) {
  // The latest, which stands now, and what stood at the begin are stretches of their own.
  const auto place = record.tick < span_.from ? -1 : (record.tick - span_.from) / stretch_;
  Stretch& stretch = stretches_[stretches_.empty() ? span_.until : span_.from + place * stretch_];
  const auto number_of = [](const std::optional<DecisionRecord>& kept) { return kept ? kept->replicas : std::nullopt; };
  if (number_of(stretch.highest) <= record.replicas) {
    // Taken from the latest on: of those alike the earliest stays, and the latest as the other one.
    if (number_of(stretch.highest) && !stretch.lowest) stretch.lowest = std::move(stretch.highest);
    stretch.highest = std::move(record);
  } else if (record.replicas && (!stretch.lowest || number_of(stretch.lowest) > record.replicas)) {
    stretch.lowest = std::move(record);
  }
}

void Timeline::Take(DecisionRecord record, const Signals& signals) {
  ++taken_;
  const Timestamp end = stands_ > Duration::zero() ? std::min(next_, record.tick + stands_) : next_;
  const TimeSpan stood{std::max(record.tick, span_.from), end};
  Mark("unknown", "", "", {std::max(end, span_.from), next_});
  if (record.error) Mark("error", std::string(CodeName(record.error->code)), "", stood);
  const auto steps = nlohmann::json::parse(record.steps, nullptr, false);
  for (const auto& step : steps.is_array() ? steps : nlohmann::json::array()) {
    const std::string reason = step.value("reason", "");
    const std::string_view kind = KindOf(reason);
    if (!kind.empty()) Mark(std::string(kind), reason, step.value("signal", ""), stood);
  }
  for (const auto& [name, reason] : signals) {
    if (IsWithoutReading(reason)) Mark("missing", std::string(ReasonCode(reason)), name, stood);
  }
  next_ = record.tick;
  if (end > span_.from) Keep(std::move(record));
}

std::vector<DecisionRecord> Timeline::Kept() {
  std::vector<DecisionRecord> kept;
  for (auto& [begin, stretch] : stretches_) {
    for (auto* each : {&stretch.highest, &stretch.lowest}) {
      if (*each) kept.push_back(*std::move(*each));
    }
  }
  stretches_.clear();
  std::ranges::sort(kept, {}, &DecisionRecord::tick);
  return kept;
}

std::vector<TimelineMark> Timeline::Marks() {
  Mark("unknown", "", "", {span_.from, next_});
  std::vector<TimelineMark> all;
  for (auto& [key, list] : marks_) {
    for (TimelineMark& each : list) all.push_back(std::move(each));
  }
  marks_.clear();
  std::ranges::stable_sort(all, {}, &TimelineMark::from);
  return all;
}

}  // namespace loadline
