#include "api/outlook_page.h"

#include <algorithm>

#include "api/page_json.h"
#include "api/request_fields.h"
#include "scaling/learned_law.h"
#include "scaling/outlook.h"

namespace loadline {
namespace {

constexpr Duration kUsualSpan = std::chrono::hours(24);
constexpr Duration kMostSpan = std::chrono::hours(62 * 24);

PageJson ChangeJson(const ComingChange& change) {
  return {{"at", FormatTimestamp(change.at)},
          {"kind", ComingKindName(change.kind)},
          {"name", change.name},
          {"replicas", ValueOrNull(change.replicas)},
          {"counts", change.counts},
          {"stays", change.stays},
          {"sentence", change.sentence}};
}

PageJson ExpectedJson(const PublishedAnswer& answer, const ExpectedDemand& expected) {
  const Signal& signal = answer.policy->signals[expected.signal];
  const SignalOutcome& outcome = answer.decision.signals[expected.signal];
  const auto ahead = AheadBy(signal.forecast->ahead, outcome.learned.get());
  return {{"signal", signal.name},
          {"of", signal.forecast->of},
          {"quantile", signal.forecast->quantile},
          {"ahead_seconds", ahead ? PageJson(ToSeconds(*ahead)) : PageJson()},
          {"counts", outcome.reason == Reason::kForecast},
          {"first", FormatTimestamp(expected.first)},
          {"step_seconds", ToSeconds(expected.step)},
          {"middle", expected.middle},
          {"upper", expected.upper}};
}

std::vector<ExpectedDemand> ExpectedOf(const PublishedAnswer& answer) {
  std::vector<ExpectedDemand> all;
  const std::size_t known = std::min(answer.forecasts.size(), answer.decision.signals.size());
  for (std::size_t i = 0; i < known; ++i) {
    if (answer.forecasts[i] == nullptr) continue;
    if (auto expected = DemandAhead(*answer.policy, answer.decision, i, answer.forecasts[i]->forecast))
      all.push_back(*std::move(expected));
  }
  return all;
}

PageJson BindingOutlook(const PolicySet& set, const Binding& binding, Timestamp until) {
  const BindingKey& key = binding.key();
  PageJson json = BindingJson(key);
  const auto answer = binding.Latest();
  json["time"] = answer == nullptr ? PageJson() : PageJson(FormatTimestamp(answer->time));
  json["min"] = nullptr;
  json["max"] = nullptr;
  json["changes"] = PageJson::array();
  json["forecasts"] = PageJson::array();
  if (answer == nullptr || answer->policy == nullptr) return json;
  json["min"] = answer->policy->replicas.min;
  json["max"] = ValueOrNull(answer->policy->Most());

  std::vector<Override> overrides;
  for (const auto& each : set.overrides) {
    if (each->IsFor(key.object_namespace, key.object_name, key.policy())) overrides.push_back(*each);
  }
  const CalendarLookup calendars = [&](const std::string& name) -> const Calendar* {
    const auto found = std::ranges::find(set.calendars, name, [](const auto& each) { return each->name; });
    return found == set.calendars.end() ? nullptr : found->get();
  };
  const auto expected = ExpectedOf(*answer);
  for (const ComingChange& each :
       ComingChanges(*answer->policy, answer->decision, overrides, expected, calendars, until))
    json["changes"].push_back(ChangeJson(each));
  for (const ExpectedDemand& each : expected) json["forecasts"].push_back(ExpectedJson(*answer, each));
  return json;
}

}  // namespace

ServerResponse OutlookPage(const AdminSources& sources, const ServerRequest& request) {
  const Timestamp now = sources.controller.clock().Now();
  const Result<std::string> object_namespace = NeededField(request, "namespace");
  if (!object_namespace) return RefusalOf(object_namespace.error());
  const Result<std::string> object = NeededField(request, "name");
  if (!object) return RefusalOf(object.error());
  const Result<Timestamp> until = TimeField(request, "until", now + kUsualSpan);
  if (!until) return RefusalOf(until.error());
  if (*until > now + kMostSpan)
    return RefusalOf({Code::kInvalidArgument, "until: want a time within 62 days, found " + FormatTimestamp(*until)});
  const std::string policy = FieldText(request, "policy");
  const auto set = sources.policies.Set();
  PageJson body = {{"now", FormatTimestamp(now)}, {"until", FormatTimestamp(*until)}, {"bindings", PageJson::array()}};
  for (const auto& binding : sources.controller.Bindings()) {
    const BindingKey& key = binding->key();
    if (key.object_namespace != *object_namespace || key.object_name != *object) continue;
    if (policy.empty() || key.policy() == policy) body["bindings"].push_back(BindingOutlook(*set, *binding, *until));
  }
  // Hundreds of numbers: without blanks it is half as long.
  return {200, "application/json", body.dump(-1, ' ', false, PageJson::error_handler_t::replace) + "\n"};
}

}  // namespace loadline
