#include "scaling/workload_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace loadline {
namespace {

// A query that a signal of a policy has.
struct Named {
  int query = -1;  // of the recording
  const Policy* policy = nullptr;
  const Signal* signal = nullptr;  // null: a query by its text
  const QueryPlan::Inputs* inputs = nullptr;
  const QueryPlan* plan = nullptr;
};

class Finder {
 public:
  Finder(const Recording& recording, std::span<const ReplayMember> members, const WorkloadAsked& asked)
      : recording_(recording), members_(members), asked_(asked) {}

  Result<WorkloadModel> Run() {
    if (Status found = FindLoad(); !found) return Fail(found.error());
    if (Status found = FindQueue(); !found) return Fail(found.error());
    for (const ReplayMember& member : members_) {
      const auto observed = ObservedQueryOf(*member.policy, *member.parameters);
      if (model_.observed < 0 && observed) model_.observed = recording_.Find(member.policy->source, *observed);
      if (!start_delay_ && member.policy->objective) start_delay_ = member.policy->objective->start_delay;
    }
    model_.start_delay = asked_.start_delay.value_or(start_delay_.value_or(model_.start_delay));
    if (model_.load_is_mean && model_.observed < 0) {
      return Fail(Code::kInvalidArgument,
                  fmt::format("{} is a mean over the replicas, and how many there were is not recorded: record the "
                              "policy's replicas.observed, or say --load and --capacity",
                              model_.load_name));
    }
    return model_;
  }

 private:
  int InRecording(const QueryPlan& plan, int query) const {
    if (query < 0) return -1;
    const PlannedQuery& planned = plan.queries[static_cast<std::size_t>(query)];
    return planned.desired_of ? -1 : recording_.Find(planned.source, planned.text);
  }

  // "NAME", or with the suffix of a backlog's query. `suffix`: what NAME alone means of a backlog.
  std::optional<Named> FindNamed(const std::string& text, std::string_view suffix) const {
    for (const ReplayMember& member : members_) {
      for (std::size_t i = 0; i < member.policy->signals.size(); ++i) {
        const Signal& signal = member.policy->signals[i];
        const QueryPlan::Inputs& inputs = member.plan->signals[i];
        const bool depth = text == signal.name + ".depth" || (text == signal.name && suffix == ".depth");
        const bool arrivals = text == signal.name + ".arrivals" || (text == signal.name && suffix == ".arrivals");
        if (text != signal.name && !depth && !arrivals) continue;
        const int query = signal.backlog && arrivals ? inputs.arrivals : inputs.value;
        if (const int found = InRecording(*member.plan, query); found >= 0)
          return Named{found, member.policy, &signal, &inputs, member.plan};
      }
    }
    const std::string folded = FoldBlanks(text);
    for (std::size_t i = 0; i < recording_.queries.size(); ++i) {
      if (FoldBlanks(recording_.queries[i].text) == folded)
        return Named{static_cast<int>(i), nullptr, nullptr, nullptr, nullptr};
    }
    return std::nullopt;
  }

  tl::unexpected<Error> Unknown(std::string_view option, const std::string& text) const {
    std::vector<std::string> known;
    for (const ReplayMember& member : members_) {
      for (const Signal& signal : member.policy->signals) {
        if ((signal.query || signal.backlog) && std::ranges::find(known, signal.name) == known.end())
          known.push_back(signal.name);
      }
    }
    return Fail(Code::kInvalidArgument,
                fmt::format("{}: want a signal or the text of a recorded query; found \"{}\"{}", option,
                            OneLine(text, 80), known.empty() ? "" : " (signals: " + JoinWords(known) + ")"));
  }

  std::optional<Named> DefaultLoad() const {
    const auto first = [&](const auto& wanted) -> std::optional<Named> {
      for (const ReplayMember& member : members_) {
        for (std::size_t i = 0; i < member.policy->signals.size(); ++i) {
          const Signal& signal = member.policy->signals[i];
          if (signal.role != Role::kDemand || signal.forecast || !wanted(*member.policy, i)) continue;
          const QueryPlan::Inputs& inputs = member.plan->signals[i];
          const int query = InRecording(*member.plan, signal.backlog ? inputs.arrivals : inputs.value);
          if (query >= 0) return Named{query, member.policy, &signal, &inputs, member.plan};
        }
      }
      return std::nullopt;
    };
    const auto by_law = [&](Law law) {
      return first([law](const Policy& policy, std::size_t i) { return LawOf(policy.signals[i]) == law; });
    };
    if (auto found = first([](const Policy& policy, std::size_t i) { return ObjectiveSignal(policy) == i; }))
      return found;
    if (auto found = by_law(Law::kBacklog)) return found;
    if (auto found = by_law(Law::kPerReplica)) return found;
    return by_law(Law::kTarget);
  }

  Status FindLoad() {
    load_ = asked_.load.empty() ? DefaultLoad() : FindNamed(asked_.load, ".arrivals");
    if (!load_ && !asked_.load.empty()) return Unknown("--load", asked_.load);
    if (!load_) return {};
    model_.load = load_->query;
    const Signal* signal = load_->signal;
    model_.load_name = signal == nullptr ? FoldBlanks(recording_.queries[static_cast<std::size_t>(load_->query)].text)
                       : signal->backlog ? signal->name + ".arrivals"
                                         : signal->name;
    model_.load_is_mean = signal != nullptr && LawOf(*signal) == Law::kTarget;
    if (signal != nullptr) model_.load_on_empty = OnEmptyOf(*load_->policy, *signal);
    return FindCapacity();
  }

  Status FindCapacity() {
    if (asked_.capacity) {
      model_.capacity = *asked_.capacity;
      return {};
    }
    if (const Signal* signal = load_->signal) {
      const auto of = static_cast<std::size_t>(signal - load_->policy->signals.data());
      if (ObjectiveSignal(*load_->policy) == of) model_.capacity = CapacityOf(*load_->policy).value_or(0);
      if (model_.capacity <= 0 && signal->backlog) {
        if (const double* number = std::get_if<double>(&signal->backlog->throughput_per_replica)) {
          model_.capacity = *number;
        } else {
          model_.capacity_query = InRecording(*load_->plan, load_->inputs->throughput);
        }
      }
      if (model_.capacity <= 0) model_.capacity = signal->per_replica.value_or(signal->target.value_or(0));
    }
    if (model_.capacity > 0 || model_.capacity_query >= 0) return {};
    return Fail(Code::kInvalidArgument,
                fmt::format("--load {}: say with --capacity what one replica serves in a second", model_.load_name));
  }

  Status FindQueue() {
    const Signal* signal = load_ ? load_->signal : nullptr;
    if (asked_.queue.empty() && asked_.lag.empty()) {
      if (signal == nullptr || !signal->backlog) return {};
      model_.queue = InRecording(*load_->plan, load_->inputs->value);
      model_.deadline = signal->backlog->drain_within;
      if (load_->policy->objective && load_->policy->objective->deadline)
        model_.deadline = load_->policy->objective->deadline;
    }
    for (const auto& [text, option, query] :
         {std::tuple(&asked_.queue, "--queue", &model_.queue), std::tuple(&asked_.lag, "--lag", &model_.lag)}) {
      if (text->empty()) continue;
      const auto named = FindNamed(*text, ".depth");
      if (!named) return Unknown(option, *text);
      *query = named->query;
      if (!model_.deadline && named->signal != nullptr && named->signal->backlog)
        model_.deadline = named->signal->backlog->drain_within;
    }
    if (asked_.deadline) model_.deadline = asked_.deadline;
    if (model_.queue < 0 && model_.lag < 0) {
      model_.deadline = std::nullopt;
    } else if (!load_) {
      return Fail(Code::kInvalidArgument, "a queue needs to know what comes into it: say it with --load");
    } else if (!model_.deadline) {
      return Fail(Code::kInvalidArgument, "say with --deadline how long an item may wait");
    }
    return {};
  }

  const Recording& recording_;
  const std::span<const ReplayMember> members_;
  const WorkloadAsked& asked_;
  std::optional<Named> load_;
  std::optional<Duration> start_delay_;
  WorkloadModel model_;
};

}  // namespace

Result<std::string> ObservedQueryOf(const Policy& policy, const Parameters& parameters) {
  return (policy.replicas.observed ? *policy.replicas.observed : DefaultObservedQuery()).Fill(parameters);
}

Result<WorkloadModel> FindWorkload(const Recording& recording, std::span<const ReplayMember> members,
                                   const WorkloadAsked& asked) {
  return Finder(recording, members, asked).Run();
}

}  // namespace loadline
