#include "scaling/scenario_cast.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "scaling/documents.h"
#include "scaling/namespaces.h"

namespace loadline {
namespace {

constexpr std::string_view kICalendar = ".ics";

// "calendars/holidays-de.ics" is the Calendar holidays-de.
std::string ICalendarName(std::string_view path) {
  path.remove_suffix(kICalendar.size());
  return std::string(path.substr(path.find_last_of('/') + 1));
}

class Casting {
 public:
  Casting(const Scenario& scenario, std::span<const std::string> texts) : scenario_(scenario), texts_(texts) {}

  ScenarioCast Run() {
    cast_.file_problems.resize(scenario_.files.size());
    for (std::size_t file = 0; file < scenario_.files.size(); ++file) ReadFile(file);
    const bool all_good = std::all_of(cast_.file_problems.begin(), cast_.file_problems.end(),
                                      [](const Problems& problems) { return problems.empty(); });
    if (!all_good) return std::move(cast_);
    std::ranges::stable_sort(overrides_, {}, &Override::name);
    for (std::size_t binding = 0; binding < scenario_.bindings.size(); ++binding) Bind(binding);
    if (cast_.problems.empty()) AddThoseDependedOn();
    return std::move(cast_);
  }

 private:
  void ReadFile(std::size_t file) {
    const std::string& path = scenario_.files[file].path;
    if (path.ends_with(kICalendar)) return Take(file, 1, ParseICalendarFile(ICalendarName(path), texts_[file]));
    for (const DocumentText& document : SplitDocuments(texts_[file]))
      Take(file, document.first_line, ParseLoadlineDocument(document));
  }

  void Take(std::size_t file, int line, LoadlineDocument document) {
    Problems& problems = cast_.file_problems[file];
    std::copy_if(document.problems.begin(), document.problems.end(), std::back_inserter(problems),
                 [](const Problem& problem) { return problem.severity == Severity::kError; });
    if (!document.content) return;
    if (!ids_.insert(document.Id()).second) {
      problems.push_back({{line, 1},
                          "metadata.name",
                          "a document is there once",
                          "\"" + document.Id() + "\" again",
                          "",
                          Severity::kError});
    }
    if (auto* policy = std::get_if<std::shared_ptr<const Policy>>(&*document.content)) {
      if (file == 0) in_first_file_ = policies_.size() + 1;
      policies_.push_back(std::move(*policy));
    } else if (auto* calendar = std::get_if<std::shared_ptr<const Calendar>>(&*document.content)) {
      cast_.calendars.push_back(std::move(*calendar));
    } else if (auto* budget = std::get_if<std::shared_ptr<const Budget>>(&*document.content)) {
      cast_.budgets.push_back(**budget);
    } else if (auto* each = std::get_if<std::shared_ptr<const Override>>(&*document.content)) {
      overrides_.push_back(**each);
    }
  }

  void Add(int line, std::string rule, std::string_view found, std::string hint = "") {
    cast_.problems.push_back(
        {{line, 1}, "", std::move(rule), found.empty() ? "" : "\"" + OneLine(found, 80) + "\"", std::move(hint)});
  }

  void Bind(std::size_t index) {
    const ScenarioBinding& binding = scenario_.bindings[index];
    std::string object_namespace = binding.object_namespace.empty() ? namespace_ : binding.object_namespace;
    std::shared_ptr<const Policy> policy = binding.policy.empty() ? OnlyPolicy() : PolicyOf(binding, object_namespace);
    if (policy == nullptr) return;
    if (object_namespace.empty()) object_namespace = NamespaceOf(*policy);
    if (index == 0) namespace_ = object_namespace;
    if (!Admits(*policy, object_namespace)) {
      return Add(binding.line,
                 fmt::format("policy {} may not be used from namespace {}",
                             PolicyId(policy->policy_namespace, policy->name), object_namespace),
                 "", fmt::format("say object {}/{}", NamespaceOf(*policy), binding.object));
    }
    const Status added = AddMember(binding.name, {object_namespace, binding.object, ""}, policy, binding.parameters);
    if (!added) Add(binding.line, added.error().message, "");
  }

  static bool Admits(const Policy& policy, const std::string& object_namespace) {
    return policy.policy_namespace.empty() ? AdmitsNamespace(policy.allowed_namespaces, object_namespace)
                                           : policy.policy_namespace == object_namespace;
  }

  // One that it may be used from.
  static std::string NamespaceOf(const Policy& policy) {
    if (!policy.policy_namespace.empty()) return policy.policy_namespace;
    std::string name = policy.allowed_namespaces.empty() ? "data" : policy.allowed_namespaces.front();
    if (name.ends_with('*')) name.replace(name.size() - 1, 1, "data");
    return name;
  }

  std::string Names(std::size_t count) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) names.push_back(policies_[i]->name);
    return names.empty() ? "it has none" : "it has " + JoinWords(names);
  }

  std::shared_ptr<const Policy> OnlyPolicy() {
    if (in_first_file_ == 1) return policies_.front();
    Add(scenario_.files.front().line, "want a file with one policy, or the policy's name after it", "",
        Names(in_first_file_));
    return nullptr;
  }

  // By "name" or "namespace/name". Of several the one of the object's namespace, as for a trigger.
  std::shared_ptr<const Policy> Find(const std::string& name, const std::string& object_namespace) const {
    std::shared_ptr<const Policy> found;
    for (const auto& policy : policies_) {
      if (PolicyId(policy->policy_namespace, policy->name) == name) return policy;
      if (policy->name != name) continue;
      if (found == nullptr || policy->policy_namespace == object_namespace) found = policy;
    }
    return found;
  }

  std::shared_ptr<const Policy> PolicyOf(const ScenarioBinding& binding, const std::string& object_namespace) {
    std::shared_ptr<const Policy> policy = Find(binding.policy, object_namespace);
    if (policy == nullptr) {
      Add(binding.line,
          scenario_.files.size() == 1 ? "the file has no such policy" : "none of the files has such a policy",
          binding.policy, Names(policies_.size()));
    }
    return policy;
  }

  Status AddMember(const std::string& label, BindingName name, std::shared_ptr<const Policy> policy,
                   const std::map<std::string, std::string>& given) {
    name.policy = policy->name;
    const Result<Parameters> parameters = BindParameters(*policy, name.object_namespace, name.object, given);
    if (!parameters) return Fail(parameters.error());
    Result<QueryPlan> plan = PlanQueries(*policy, *parameters);
    if (!plan) return Fail(plan.error());
    std::vector<Override> overrides;
    std::copy_if(overrides_.begin(), overrides_.end(), std::back_inserter(overrides),
                 [&](const Override& each) { return each.IsFor(name.object_namespace, name.object, name.policy); });
    cast_.members.push_back({label, std::move(name), std::move(policy), std::move(*plan), std::move(overrides)});
    return {};
  }

  // Whoever is depended on by object and policy is decided for, with the policy's defaults, before it ever called.
  void AddThoseDependedOn() {
    for (std::size_t i = 0; i < cast_.members.size(); ++i) {
      // A copy: members move when one is added.
      const std::vector<PlannedQuery> queries = cast_.members[i].plan.queries;
      for (const PlannedQuery& query : queries) {
        if (!query.desired_of || query.desired_of->policy.empty()) continue;
        const BindingName& name = *query.desired_of;
        if (std::ranges::find(cast_.members, name, &ScenarioMember::name) != cast_.members.end()) continue;
        // One that cannot be decided for stays unknown to those that depend on it.
        if (auto policy = Find(name.policy, name.object_namespace); policy && Admits(*policy, name.object_namespace))
          static_cast<void>(AddMember("", name, std::move(policy), {}));
      }
    }
  }

  const Scenario& scenario_;
  const std::span<const std::string> texts_;
  std::vector<std::shared_ptr<const Policy>> policies_;
  std::size_t in_first_file_ = 0;
  std::string namespace_;  // of the first binding's object
  std::vector<Override> overrides_;
  std::set<std::string> ids_;
  ScenarioCast cast_;
};

}  // namespace

ScenarioCast MakeCast(const Scenario& scenario, std::span<const std::string> texts) {
  return Casting(scenario, texts).Run();
}

}  // namespace loadline
