#include "replay/queries_to_record.h"

#include <algorithm>

namespace loadline {
namespace {

bool IsSignal(const std::vector<std::unique_ptr<const LoadedPolicy>>& policies, const std::string& text) {
  const std::string name = text.substr(0, text.find('.'));
  return std::ranges::any_of(policies, [&](const auto& each) {
    return std::ranges::any_of(each->policy.signals, [&](const Signal& signal) {
      return signal.name == text || (signal.backlog && signal.name == name);
    });
  });
}

}  // namespace

std::vector<RecordedQuery> QueriesToRecord(const std::vector<std::unique_ptr<const LoadedPolicy>>& policies,
                                           const ReplayInput& input) {
  Recording recording;
  const auto add = [&recording](const std::string& source, const std::string& text) {
    if (recording.Find(source, text) < 0) recording.queries.push_back({source, text, {}});
  };
  for (const auto& each : policies) {
    for (const PlannedQuery& query : each->plan.queries) {
      if (!query.desired_of) add(query.source, query.text);
    }
    for (const auto& number : each->plan.learned) {
      if (!number) continue;
      for (const PlannedNumber::Query& query : number->queries) add(number->source, query.text);
    }
  }
  // What really was is not asked for by every policy.
  const LoadedPolicy& first = *policies.front();
  if (const auto observed = ObservedQueryOf(first.policy, first.parameters)) add(first.policy.source, *observed);
  for (const std::string& query : input.queries) add(first.policy.source, query);
  for (const std::string& text : input.queries_or_signals) {
    if (!text.empty() && !IsSignal(policies, text)) add(first.policy.source, text);
  }
  return std::move(recording.queries);
}

}  // namespace loadline
