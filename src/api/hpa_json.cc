#include "api/hpa_json.h"

#include <algorithm>

#include "kubernetes/hpa_sentence.h"

namespace loadline {
namespace {

PageJson SecondsOrNull(const std::optional<Duration>& duration) {
  return duration ? PageJson(ToSeconds(*duration)) : PageJson();
}

PageJson AskedJson(const std::optional<AskedReplicas>& asked) {
  if (!asked) return nullptr;
  return {{"time", FormatTimestamp(asked->tick)}, {"replicas", asked->replicas}, {"active", asked->active}};
}

PageJson NowJson(const HpaSnapshot& latest) {
  return {{"decision", AskedJson(latest.asked)},
          {"goal", ValueOrNull(GoalOf(latest))},
          {"current", ValueOrNull(latest.current)},
          {"desired", ValueOrNull(latest.desired)},
          {"ready", ValueOrNull(latest.ready)}};
}

}  // namespace

BindingKey KeyOf(const ForeseenBinding& binding) {
  return {binding.object_namespace, binding.object_name, binding.metadata};
}

PageJson HpaEventJson(const LoggedEvent& logged) {
  const HpaEvent& event = logged.event;
  PageJson json = BindingJson(KeyOf(logged.binding));
  json.update(
      PageJson{{"time", FormatTimestamp(event.time)},
               {"event", HpaEventName(event.kind)},
               {"before", event.before},
               {"desired", event.desired},
               {"current", event.current},
               {"ready", ValueOrNull(event.ready)},
               {"metric", event.metric},
               {"value", ValueOrNull(event.value)},
               {"threshold", ValueOrNull(event.threshold)},
               {"decision", AskedJson(event.asked)},
               {"wanted_since", event.wanted_since ? PageJson(FormatTimestamp(*event.wanted_since)) : PageJson()},
               {"ready_after_seconds", SecondsOrNull(event.ready_after)},
               {"reason", event.reason}});
  return json;
}

PageJson EffectivenessJson(const HpaHistory& history, Timestamp from, Timestamp until) {
  const Effectiveness measured = Measure(history.moments, from, until);
  const Timestamp first = history.moments.empty() ? until : std::clamp(history.moments.front().time, from, until);
  PageJson json = BindingJson(KeyOf(history.binding));
  json.update(PageJson{{"from", FormatTimestamp(first)},
                       {"until", FormatTimestamp(until)},
                       {"effectiveness", ValueOrNull(measured.score)},
                       {"reach", ValueOrNull(measured.reach)},
                       {"promptness", ValueOrNull(measured.promptness)},
                       {"steadiness", ValueOrNull(measured.steadiness)},
                       {"known_seconds", ToSeconds(measured.known)},
                       {"waited_replicas", measured.waited},
                       {"ready_after_seconds", SecondsOrNull(measured.ready_after)},
                       {"limited_share", ValueOrNull(measured.limited_share)},
                       {"other_metric_share", ValueOrNull(measured.others_share)},
                       {"now", NowJson(history.latest)},
                       {"sentence", WhatHpaDid(history.latest, history.events)}});
  return json;
}

}  // namespace loadline
