#include "scaling/query_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scaling/policy_check.h"
#include "scaling/signal_readings.h"
#include "scaling/trigger_metadata.h"

namespace loadline {
namespace {

constexpr std::size_t kLongestParameter = 253;

class Planner {
 public:
  Planner(const Policy& policy, const Parameters& parameters) : policy_(policy), parameters_(parameters) {}

  Result<QueryPlan> Run() {
    for (const Signal& signal : policy_.signals) plan_.signals.push_back(InputsOf(signal));
    PlanLearned();
    if (policy_.NeedsObserved()) {
      const QueryTemplate& observed = policy_.replicas.observed ? *policy_.replicas.observed : DefaultObservedQuery();
      plan_.observed_window = policy_.LongestStabilization() + policy_.ObservedWindow();
      plan_.observed = Add(policy_.source, observed, Reach() + policy_.ObservedWindow());
    }
    if (policy_.when_idle) {
      if (const auto* query = std::get_if<QueryTemplate>(&*policy_.when_idle)) {
        plan_.when_idle = Add(policy_.source, *query, Reach() + policy_.on_missing.hold);
      }
    }
    if (error_) return Fail(*error_);
    return std::move(plan_);
  }

 private:
  // How far back whole decisions are made again: for stabilisation, and for `every`.
  Duration Reach() const { return policy_.LongestStabilization() + policy_.every.value_or(Duration(0)); }

  // How far back readings of a signal are needed. Each look back adds to those that look at it.
  Duration WindowOf(const Signal& signal) const {
    Duration window = OnMissingOf(policy_, signal).hold + Reach();
    if (signal.window) window += signal.window->over;
    if (signal.smooth) window += kHalfLives * *signal.smooth;
    if (signal.distrust_zero) window += *signal.distrust_zero;
    if (signal.depends_on) window += signal.depends_on->lag;
    Duration rules{0};
    for (const Rule& rule : policy_.rules) {
      if (Names(rule.when, signal.name) || (signal.score_at && Names(rule.when, kScoreName)))
        rules = std::max(rules, LooksBack(rule.when));
    }
    return window + rules;
  }

  QueryPlan::Inputs InputsOf(const Signal& signal) {
    const Duration window = WindowOf(signal);
    const std::string& source = SourceOf(policy_, signal);
    QueryPlan::Inputs inputs;
    if (signal.backlog) {
      inputs.value = Add(source, signal.backlog->depth, window);
      inputs.arrivals = Add(source, signal.backlog->arrivals, window);
      if (const auto* query = std::get_if<QueryTemplate>(&signal.backlog->throughput_per_replica))
        inputs.throughput = Add(source, *query, window);
    } else if (signal.replicas) {
      if (const auto* query = std::get_if<QueryTemplate>(&*signal.replicas)) inputs.value = Add(source, *query, window);
    } else if (signal.depends_on) {
      inputs.value = AddDependency(source, *signal.depends_on, window);
    } else if (signal.query) {
      inputs.value = Add(source, *signal.query, window);
    }
    if (signal.max_age && inputs.value >= 0) {
      inputs.freshness = signal.freshness
                             ? Add(source, *signal.freshness, window)
                             : Add({source,
                                    "timestamp(" + plan_.queries[static_cast<std::size_t>(inputs.value)].text + ")",
                                    window,
                                    {}});
    }
    return inputs;
  }

  // None of them is asked at ticks: their histories are.
  void PlanLearned() {
    for (std::size_t i = 0; i < policy_.signals.size(); ++i) {
      std::optional<PlannedNumber> number = LearnedOf(policy_.signals[i]);
      if (!number) continue;
      plan_.learned.resize(policy_.signals.size());
      plan_.learned[i] = std::move(number);
    }
  }

  std::optional<PlannedNumber> LearnedOf(const Signal& signal) {
    const auto* ahead = signal.forecast && signal.forecast->mode != ForecastSpec::Mode::kOff
                            ? std::get_if<LearnedAhead>(&signal.forecast->ahead)
                            : nullptr;
    const auto* throughput =
        signal.backlog ? std::get_if<LearnedThroughput>(&signal.backlog->throughput_per_replica) : nullptr;
    PlannedNumber number;
    number.source = SourceOf(policy_, signal);
    if (ahead != nullptr) {
      number.queries = {{Filled(ahead->wanted.value_or(DefaultWantedQuery()))},
                        {Filled(ahead->ready.value_or(DefaultReadyQuery()))}};
      number.history = ahead->history;
      number.quantile = ahead->quantile;
    } else if (throughput != nullptr) {
      const bool empty_is_zero = OnEmptyOf(policy_, signal) == OnEmpty::kZero;
      number.kind = PlannedNumber::Kind::kThroughput;
      number.queries = {{Filled(signal.backlog->depth), empty_is_zero},
                        {Filled(throughput->replicas.value_or(DefaultReadyQuery()))},
                        {Filled(throughput->done.value_or(signal.backlog->arrivals)), empty_is_zero}};
      number.by_done = throughput->done.has_value();
      number.history = throughput->history;
    } else {
      return std::nullopt;
    }
    return number;
  }

  std::string Filled(const QueryTemplate& query) {
    Result<std::string> text = query.Fill(parameters_);
    if (!text) error_ = text.error();
    return text.value_or("");
  }

  int AddDependency(const std::string& source, const DependsOn& depends_on, Duration window) {
    if (!depends_on.enabled) return -1;
    const std::size_t slash = depends_on.object.find('/');
    BindingName other;
    other.object_namespace =
        slash == std::string::npos ? parameters_.at("namespace") : depends_on.object.substr(0, slash);
    other.object = slash == std::string::npos ? depends_on.object : depends_on.object.substr(slash + 1);
    other.policy = depends_on.policy.value_or("");
    if (depends_on.of == DependsOn::Of::kDesired) return AddDesired(std::move(other), window);
    const Result<std::string> text =
        DefaultObservedQuery().Fill({{"namespace", other.object_namespace}, {"name", other.object}});
    return Add({source, *text, window});
  }

  int Add(const std::string& source, const QueryTemplate& query, Duration window) {
    Result<std::string> text = query.Fill(parameters_);
    if (!text) {
      error_ = text.error();
      return -1;
    }
    return Add({source, std::move(*text), window});
  }

  int AddDesired(BindingName other, Duration window) {
    plan_.depends = true;
    return Add({"", "", window, std::make_shared<const BindingName>(std::move(other))});
  }

  static bool IsSame(const PlannedQuery& a, const PlannedQuery& b) {
    if (a.desired_of != nullptr && b.desired_of != nullptr) return *a.desired_of == *b.desired_of;
    return a.source == b.source && a.text == b.text && a.desired_of == b.desired_of;
  }

  // A query that stands twice is asked once, over the longer window.
  int Add(PlannedQuery query) {
    const auto same = std::find_if(plan_.queries.begin(), plan_.queries.end(),
                                   [&](const PlannedQuery& planned) { return IsSame(planned, query); });
    if (same != plan_.queries.end()) {
      same->window = std::max(same->window, query.window);
      return static_cast<int>(same - plan_.queries.begin());
    }
    plan_.queries.push_back(std::move(query));
    return static_cast<int>(plan_.queries.size()) - 1;
  }

  const Policy& policy_;
  const Parameters& parameters_;
  QueryPlan plan_;
  std::optional<Error> error_;
};

tl::unexpected<Error> BadParameter(std::string text) { return Fail(Code::kInvalidArgument, std::move(text)); }

// What a message shows of a value: it may be a secret, and the message may end in an Event.
std::string Shown(std::string_view key, std::string_view value) {
  return IsHidden(key) ? "a value that is not shown" : fmt::format("\"{}\"", OneLine(value, 60));
}

Status CheckValue(const std::string& key, const std::string& name, const ParameterSpec& spec,
                  const std::string& value) {
  if (value.size() > kLongestParameter) {
    return BadParameter(fmt::format("parameter {}: at most {} bytes; found {}", name, kLongestParameter, value.size()));
  }
  if (std::any_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return BadParameter(fmt::format("parameter {}: no control characters; found {}", name, Shown(key, value)));
  }
  if (spec.pattern && !spec.compiled->Matches(value)) {
    return BadParameter(fmt::format("parameter {}: want {}; found {}", name, *spec.pattern, Shown(key, value)));
  }
  return {};
}

}  // namespace

Result<QueryPlan> PlanQueries(const Policy& policy, const Parameters& parameters) {
  return Planner(policy, parameters).Run();
}

Result<Parameters> BindParameters(const Policy& policy, std::string_view object_namespace, std::string_view object_name,
                                  const std::map<std::string, std::string>& metadata) {
  Parameters parameters = {{"namespace", std::string(object_namespace)}, {"name", std::string(object_name)}};
  for (const auto& [key, value] : metadata) {
    const std::string name = ParameterOf(key);
    if (IsReservedParameter(name)) continue;
    const auto spec = policy.parameters.find(name);
    if (spec == policy.parameters.end()) {
      std::vector<std::string> known;
      for (const auto& [parameter, _] : policy.parameters) known.push_back(parameter);
      const auto meant = DidYouMean(name, known);
      return BadParameter(fmt::format("trigger metadata {}: policy {} has no such parameter{}", OneLine(key, 60),
                                      PolicyId(policy.policy_namespace, policy.name),
                                      meant           ? fmt::format(" (did you mean {}?)", *meant)
                                      : known.empty() ? std::string(" (it has none)")
                                                      : fmt::format(" (it has {})", JoinWords(known))));
    }
    if (parameters.contains(name))
      return BadParameter(fmt::format("parameter {}: set twice, as {} and {}FromEnv", name, name, name));
    if (const Status checked = CheckValue(key, name, spec->second, value); !checked) return Fail(checked.error());
    parameters[name] = value;
  }
  for (const auto& [name, spec] : policy.parameters) {
    if (parameters.contains(name)) continue;
    if (!spec.fallback) {
      return BadParameter(
          fmt::format("parameter {}: is required by policy {}; the trigger's metadata has none (KEDA leaves out a "
                      "{}FromEnv that is empty)",
                      name, PolicyId(policy.policy_namespace, policy.name), name));
    }
    parameters[name] = *spec.fallback;
  }
  return parameters;
}

}  // namespace loadline
