#include "simulation/pod.h"

#include <map>
#include <utility>

namespace loadline::simulation {

Pod::Pod(PodOptions options, const Load& load, FaultCounts& counts, OnMade on_made)
    : options_(std::move(options)),
      counts_(counts),
      on_made_(std::move(on_made)),
      heard_(options_.interval),
      source_(std::make_shared<FaultySource>(options_.seed, load, heard_, counts)) {}

void Pod::Begin() {
  ControllerOptions options;
  options.interval = options_.interval;
  options.delay = options_.delay;
  options.heartbeat = options_.interval;  // so that each decision is looked at
  options.journal = this;
  options.forecasts.pause = Duration(0);
  options.forecasts.refit = std::chrono::hours(6);
  instruments_ = std::make_unique<Instruments>();
  turns_ = std::make_unique<Turns>(options, std::vector<NamedSource>{{"default", "prom:9090", {}, source_}}, clock_,
                                   NoLog(), *instruments_);
  next_ = turns_->LatestTick() + options_.interval;
  has_new_documents_ = documents_ != nullptr;
}

void Pod::Restart() {
  turns_.reset();
  in_force_ = nullptr;
  kills_at_publish_ = false;
}

void Pod::SetTime(Timestamp now) { clock_.Set(now + ahead_, now.time_since_epoch()); }

void Pod::Give(std::shared_ptr<const PolicySet> documents) {
  if (documents_ == documents) return;
  documents_ = std::move(documents);
  has_new_documents_ = true;
}

void Pod::Turn(Timestamp now, const SourceRates& rates) {
  SetTime(now);
  if (turns_ != nullptr && now < stands_until_) return;
  source_->BeginTurn(now, rates);
  if (turns_ == nullptr) Begin();
  try {
    DoDue();
  } catch (const Killed&) {
    Restart();
    Begin();
    DoDue();
  }
}

// What the controller's threads do when their time has come.
void Pod::DoDue() {
  if (std::exchange(has_new_documents_, false)) {
    turns_->TakePolicies(*documents_);
    in_force_ = documents_;
    DecideAtOnce(turns_->All());
  }
  while (true) {
    const Timestamp due = next_ + options_.delay;
    if (turns_->IsSetBack(due)) {
      next_ = turns_->BeginEra(due);
    } else if (clock_.Now() >= due) {
      next_ = turns_->Tick(next_);
    } else {
      break;
    }
  }
}

// In rounds, as the joiner does.
void Pod::DecideAtOnce(const Turns::Bindings& bindings) {
  std::map<std::vector<std::string>, Turns::Bindings> rounds;
  for (const auto& binding : bindings) rounds[turns_->evaluator().SourcesOf(binding)].push_back(binding);
  for (const auto& [_, round] : rounds) turns_->DecideAtOnce(round);
}

std::shared_ptr<Binding> Pod::Call(std::size_t object) {
  if (turns_ == nullptr) return nullptr;
  const std::string name = ObjectName(object);
  const std::string policy = PolicyName(object);
  const std::vector<std::pair<std::string_view, std::string_view>> metadata = {{"policy", policy}};
  const Turns::Found found = turns_->FindOrMake({"data", name, metadata}, BindingTable::Why::kCall);
  if (!found.is_undecided) return found.binding;
  try {
    DecideAtOnce({found.binding});
  } catch (const Killed&) {
    Restart();
    return nullptr;
  }
  return found.binding;
}

void Pod::Take(MadeDecision made) {
  on_made_(*this, std::move(made));
  if (!std::exchange(kills_at_publish_, false)) return;
  counts_.Note(Fault::kKillInPublish);
  throw Killed();
}

}  // namespace loadline::simulation
