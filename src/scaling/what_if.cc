#include "scaling/what_if.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "base/text.h"

namespace loadline {
namespace {

// Every query of the plan that has a name.
std::map<std::string, int> NamedQueries(const Policy& policy, const QueryPlan& plan) {
  std::map<std::string, int> named;
  const auto add = [&named](const std::string& name, int query) {
    if (query >= 0) named.emplace(name, query);
  };
  for (std::size_t i = 0; i < plan.signals.size(); ++i) {
    add(policy.signals[i].name, plan.signals[i].value);
    add(policy.signals[i].name + ".arrivals", plan.signals[i].arrivals);
    add(policy.signals[i].name + ".throughput", plan.signals[i].throughput);
  }
  add("observed", plan.observed);
  return named;
}

}  // namespace

Result<Assumption> ParseAssumption(std::string_view text) {
  const std::size_t equals = text.find('=');
  Assumption assumption;
  if (equals != std::string_view::npos && equals > 0) {
    assumption.name = text.substr(0, equals);
    const std::string_view value = text.substr(equals + 1);
    if (value == "missing") return assumption;
    const Result<double> number = ParseNumber(value);
    if (number && std::isfinite(*number)) {
      assumption.value = *number;
      return assumption;
    }
  }
  return Fail(Code::kInvalidArgument,
              fmt::format("want SIGNAL=NUMBER or SIGNAL=missing; found \"{}\"", OneLine(text, 60)));
}

Status Assume(const Assumption& assumption, const Policy& policy, const QueryPlan& plan, RecordedObservation& seen) {
  const auto named = NamedQueries(policy, plan);
  const auto found = named.find(assumption.name);
  if (found == named.end()) {
    std::vector<std::string> names;
    for (const auto& [name, _] : named) names.push_back(name);
    return Fail(Code::kInvalidArgument,
                fmt::format("the policy reads no \"{}\"; it reads {}", OneLine(assumption.name, 60),
                            names.empty() ? "nothing" : JoinWords(names, "and")));
  }
  RecordedWindow& window = seen.windows[static_cast<std::size_t>(found->second)];
  const Reading reading{assumption.value.value_or(0), assumption.value ? ReadingState::kValue : ReadingState::kFailed};
  window.ticks.assign(window.ticks.size(), reading);
  window.problem = assumption.value ? "" : "assumed to be missing";
  return {};
}

}  // namespace loadline
