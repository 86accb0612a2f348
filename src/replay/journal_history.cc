#include "replay/journal_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "scaling/observation_json.h"
#include "scaling/policy_check.h"
#include "scaling/query_plan.h"
#include "scaling/redecide.h"
#include "scaling/seen_recording.h"
#include "scaling/trigger_metadata.h"

namespace loadline {
namespace {

constexpr std::size_t kPage = 1000;

std::string IsNotShown(const std::string& name) {
  return fmt::format(
      "the journal does not show what the trigger sets for {}, as it may be secret: say it with --parameter {}=VALUE",
      name, name);
}

// The metadata of a trigger, with what `said` has in the place of what the journal hides. Fails with kInvalidArgument
// where that is not all that is hidden, or not what the trigger sets.
Result<std::map<std::string, std::string>> MetadataOf(const BindingRecord& binding,
                                                      const std::map<std::string, std::string>& said) {
  std::map<std::string, std::string> metadata = binding.metadata;
  std::vector<std::string> names;
  for (auto& [key, value] : metadata) {
    const std::string name = ParameterOf(key);
    if (value != kHiddenValue || IsReservedParameter(name)) continue;
    const auto found = said.find(name);
    if (found == said.end()) return Invalid(IsNotShown(name));
    value = found->second;
    names.push_back(name);
  }
  if (names.empty()) return metadata;
  // Another trigger of the object saw something else.
  if (MakeBindingRecord(binding.object_namespace, binding.object, binding.policy, metadata).id != binding.id)
    return Invalid(fmt::format("their trigger sets {} otherwise", JoinWords(names)));
  return metadata;
}

// The queries of a trigger, by versions of its policy.
class QueriesOf {
 public:
  QueriesOf(DecisionJournal& journal, const BindingRecord& binding, const std::map<std::string, std::string>& said)
      : journal_(journal), binding_(binding), metadata_(MetadataOf(binding, said)) {}

  Result<std::vector<PlannedQuery>> At(std::uint64_t hash) {
    const auto known = plans_.find(hash);
    if (known != plans_.end()) return known->second;
    const auto revision = journal_.FindPolicy(hash);
    if (!revision && revision.error().code != Code::kNotFound) return Fail(revision.error());
    auto plan = revision ? Plan(*revision) : Result<std::vector<PlannedQuery>>(Invalid(revision.error().message));
    return plans_.emplace(hash, std::move(plan)).first->second;
  }

 private:
  Result<std::vector<PlannedQuery>> Plan(const PolicyRevision& revision) const {
    if (!metadata_) return Fail(metadata_.error());
    const auto policy = PolicyOf(revision);
    if (!policy) return Fail(policy.error());
    const auto parameters = BindParameters(**policy, binding_.object_namespace, binding_.object, *metadata_);
    if (!parameters) return Fail(parameters.error());
    Result<QueryPlan> plan = PlanQueries(**policy, *parameters);
    if (!plan) return Fail(plan.error());
    return std::move(plan->queries);
  }

  DecisionJournal& journal_;
  const BindingRecord& binding_;
  Result<std::map<std::string, std::string>> metadata_;
  std::map<std::uint64_t, Result<std::vector<PlannedQuery>>> plans_;
};

}  // namespace

Result<JournalHistory> JournalHistory::Of(std::shared_ptr<DecisionJournal> journal, const std::string& object_namespace,
                                          const std::string& object) {
  JournalHistory history(std::move(journal));
  auto bindings = history.journal_->FindBindings(object_namespace, object);
  if (!bindings) return Fail(bindings.error());
  if (bindings->empty()) {
    return Fail(Code::kFailedPrecondition,
                fmt::format("the journal has no decision of {}/{}: check --object", object_namespace, object));
  }
  history.bindings_ = *std::move(bindings);
  return history;
}

Result<std::map<std::string, std::string>> JournalHistory::Parameters(const std::vector<std::string>& policies,
                                                                      const std::vector<std::string>& names) const {
  const auto uses_one = [&](const BindingRecord& each) { return std::ranges::count(policies, each.policy) > 0; };
  const bool any = std::ranges::any_of(bindings_, uses_one);
  std::map<std::string, std::string> parameters;
  for (const BindingRecord& binding : bindings_) {
    if (any && !uses_one(binding)) continue;
    for (const auto& [key, value] : binding.metadata) {
      const std::string name = ParameterOf(key);
      if (std::ranges::count(names, name) == 0) continue;
      if (value == kHiddenValue) return Invalid(IsNotShown(name));
      const auto [at, is_new] = parameters.emplace(name, value);
      if (!is_new && at->second != value) {
        return Invalid(fmt::format("the object has triggers with {} {} and {}: say which with --parameter {}=VALUE",
                                   name, at->second, value, name));
      }
    }
  }
  return parameters;
}

bool JournalHistory::Hides(const std::string& parameter) const {
  return std::ranges::any_of(bindings_, [&](const BindingRecord& binding) {
    return std::ranges::any_of(binding.metadata, [&](const auto& each) {
      return each.second == kHiddenValue && ParameterOf(each.first) == parameter;
    });
  });
}

Result<Recording> JournalHistory::Read(const JournalRange& range, const std::map<std::string, std::string>& parameters,
                                       std::vector<std::string>& warnings, Progress& progress) {
  const auto [begin, end, heartbeat, most_readings] = range;
  SeenRecording seen;
  std::size_t unusable = 0;
  std::string why;
  for (const BindingRecord& binding : bindings_) {
    QueriesOf queries(*journal_, binding, parameters);
    for (Timestamp until = end - Duration(1); until >= begin;) {
      if (progress.Stopped()) return Fail(Code::kCancelled, "stopped");
      const auto page = journal_->ReadBinding(binding.id, until, kPage);
      if (!page) return Fail(page.error());
      for (const DecisionRecord& record : *page) {
        if (record.tick < begin) break;
        if (record.seen.empty()) continue;  // an error before anything was asked
        const auto plan = queries.At(record.policy_hash);
        if (!plan && plan.error().code != Code::kInvalidArgument) return Fail(plan.error());
        const auto observation = ParseObservation(record.seen);
        const Status added = !plan          ? Fail(plan.error())
                             : !observation ? Fail(observation.error())
                                            : seen.Add(*plan, *observation);
        if (!added && unusable++ == 0) why = added.error().message;
        if (seen.readings() > most_readings / 10)
          return Invalid("the journal has more in that range than can be replayed at once: want a shorter one");
      }
      if (page->size() < kPage) break;
      until = page->back().tick - Duration(1);
      progress.Show("read", static_cast<std::size_t>((end - until) / std::chrono::seconds(1)),
                    static_cast<std::size_t>((end - begin) / std::chrono::seconds(1)));
    }
  }
  progress.Clear();
  if (unusable > 0) warnings.push_back(fmt::format("{} decisions are left out: {}", unusable, why));
  if (seen.ticks() == 0) {
    const std::string since = begin > Timestamp() ? fmt::format(" from {}", FormatTimestamp(begin)) : "";
    return Fail(Code::kFailedPrecondition,
                fmt::format("the journal has no decision of the object{} to {}{}", since, FormatTimestamp(end),
                            why.empty() ? "" : " that can be used: " + why));
  }
  // A heartbeat may come late by a tick or two.
  const Duration hold = heartbeat + 2 * seen.interval();
  Result<Recording> recording = seen.Finish(hold);
  if (recording) {
    warnings.push_back(fmt::format(
        "{} of {} ticks were kept, where something changed and at heartbeats: between two, for {} at most, each query "
        "is taken to say what it said at the first",
        seen.ticks(), recording->ticks - recording->TickAt(recording->from), FormatDuration(hold)));
  }
  return recording;
}

}  // namespace loadline
