#include "controller/policy_board.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scaling/namespaces.h"

namespace loadline {
namespace {

constexpr std::size_t kMostWords = 300;  // of a problem, in a message for an Event

// What is wrong with what cannot say its name: any policy may stand in it.
std::string Unread(const std::vector<PolicyProblem>& problems) {
  const PolicyProblem* first = nullptr;
  int others = 0;
  for (const PolicyProblem& problem : problems) {
    if (problem.problem.severity != Severity::kError || !problem.policy_name.empty()) continue;
    if (problem.kind != Policy::kKind) continue;
    // One that left a last good version in force hides less.
    const bool better = first != nullptr && first->last_good_in_force && !problem.last_good_in_force;
    if (first != nullptr) ++others;
    if (first == nullptr || better) first = &problem;
  }
  if (first == nullptr) return "";
  return OneLine(FormatProblem(first->file, first->problem), kMostWords) +
         (others == 0 ? "" : fmt::format(" (and {} more)", others));
}

}  // namespace

CalendarLookup SharedDocuments::Lookup() const {
  return [this](const std::string& name) -> const Calendar* {
    const auto found = calendars.find(name);
    return found == calendars.end() ? nullptr : found->second.get();
  };
}

std::vector<Override> SharedDocuments::OverridesFor(const BindingName& binding) const {
  std::vector<Override> meant;
  for (const Override& each : overrides) {
    if (each.IsFor(binding.object_namespace, binding.object, binding.policy)) meant.push_back(each);
  }
  return meant;
}

void PolicyBoard::Set(PolicySet set) {
  auto state = std::make_shared<State>();
  auto documents = std::make_shared<SharedDocuments>();
  for (const auto& budget : set.budgets) documents->budgets.push_back(*budget);
  for (const auto& calendar : set.calendars) documents->calendars.emplace(calendar->name, calendar);
  for (const auto& each : set.overrides) documents->overrides.push_back(*each);
  std::sort(documents->overrides.begin(), documents->overrides.end(),
            [](const Override& a, const Override& b) { return a.name < b.name; });
  state->documents = std::move(documents);
  for (auto& policy : set.policies) {
    Key key(policy->policy_namespace, policy->name);
    state->policies.emplace(std::move(key), std::move(policy));
  }
  state->problems = std::move(set.problems);
  for (const PolicyProblem& problem : state->problems) {
    if (problem.problem.severity != Severity::kError || problem.last_good_in_force) continue;
    if (problem.kind != Policy::kKind) continue;
    state->broken.emplace(Key(problem.policy_namespace, problem.policy_name), &problem);
  }
  state->unread = Unread(state->problems);
  state->unread_namespaces = std::move(set.unread);
  const MutexLock lock(mutex_);
  state->generation = state_ == nullptr ? 1 : state_->generation + 1;
  state_ = std::move(state);
}

std::shared_ptr<const PolicyBoard::State> PolicyBoard::Current() const {
  const MutexLock lock(mutex_);
  return state_;
}

std::shared_ptr<const SharedDocuments> PolicyBoard::documents() const {
  const auto state = Current();
  return state == nullptr ? std::make_shared<const SharedDocuments>() : state->documents;
}

bool PolicyBoard::HasRead() const { return Current() != nullptr; }

std::uint64_t PolicyBoard::generation() const {
  const auto state = Current();
  return state == nullptr ? 0 : state->generation;
}

std::size_t PolicyBoard::size() const {
  const auto state = Current();
  return state == nullptr ? 0 : state->policies.size();
}

std::vector<PolicyProblem> PolicyBoard::problems() const {
  const auto state = Current();
  return state == nullptr ? std::vector<PolicyProblem>() : state->problems;
}

Result<std::shared_ptr<const Policy>> PolicyBoard::Find(const std::string& object_namespace,
                                                        const std::string& name) const {
  const auto state = Current();
  if (state == nullptr) return Fail(Code::kUnavailable, "the policies are still being read");
  if (name.empty()) return Fail(Code::kInvalidArgument, "the trigger's metadata has no policy; want policy: NAME");

  // A shared policy's namespace is empty: an object without one does not own it.
  const auto own = object_namespace.empty() ? state->policies.end() : state->policies.find({object_namespace, name});
  if (own != state->policies.end()) return own->second;
  // A bad document of the namespace's own is not passed over in favour of a shared policy of the same name.
  auto broken = [&](const std::string& policy_namespace) -> const PolicyProblem* {
    const auto found = state->broken.find({policy_namespace, name});
    return found == state->broken.end() ? nullptr : found->second;
  };
  auto bad = [&](const PolicyProblem& problem) {
    return Fail(Code::kFailedPrecondition,
                fmt::format("policy {} is not valid: {}", PolicyId(problem.policy_namespace, name),
                            FormatProblem(problem.file, problem.problem)));
  };
  if (const PolicyProblem* problem = broken(object_namespace)) return bad(*problem);
  for (const UnreadNamespaces& each : state->unread_namespaces) {
    if (!AdmitsNamespace({each.pattern}, object_namespace)) continue;
    return Fail(Code::kUnavailable, fmt::format("the policies of namespace {} have not been read: {}", object_namespace,
                                                OneLine(each.why, kMostWords)));
  }
  if (const auto shared = state->policies.find({"", name}); shared != state->policies.end()) {
    if (AdmitsNamespace(shared->second->allowed_namespaces, object_namespace)) return shared->second;
    return Fail(Code::kPermissionDenied,
                fmt::format("policy {} may not be used from namespace {}: its allowedNamespaces are {}", name,
                            object_namespace, JoinWords(shared->second->allowed_namespaces)));
  }
  if (const PolicyProblem* problem = broken("")) return bad(*problem);

  std::vector<std::string> usable;
  for (const auto& [key, policy] : state->policies) {
    const bool usable_here = key.first.empty() ? AdmitsNamespace(policy->allowed_namespaces, object_namespace)
                                               : key.first == object_namespace;
    if (usable_here) usable.push_back(key.second);
  }
  std::string message = fmt::format("there is no policy \"{}\" for namespace {}", OneLine(name, 63), object_namespace);
  if (const auto meant = DidYouMean(name, usable)) message += fmt::format(" (did you mean {}?)", *meant);
  if (!state->unread.empty()) message += "; but not all policies could be read: " + state->unread;
  return Fail(Code::kNotFound, std::move(message));
}

}  // namespace loadline
