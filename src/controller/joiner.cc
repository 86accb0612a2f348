#include "controller/joiner.h"

#include <thread>
#include <utility>

namespace loadline {

void Joiner::Add(const Bindings& bindings) {
  {
    const MutexLock lock(mutex_);
    waiting_.insert(bindings.begin(), bindings.end());
    may_begin_ = true;
  }
  changed_.notify_all();
}

void Joiner::Run(std::stop_token stop) {
  std::map<Sources, std::jthread> rounds;  // the latest of each
  while (true) {
    const std::map<Sources, Bindings> next = Next(stop);
    if (stop.stop_requested()) return;
    for (const auto& [sources, bindings] : next) {
      if (!Begin(sources, bindings)) continue;
      // Named anew: clang 14 captures no structured binding.
      rounds[sources] = std::jthread([this, to = sources, of = bindings] { Decide(to, of); });
    }
  }
}

std::map<Joiner::Sources, Joiner::Bindings> Joiner::Next(const std::stop_token& stop) {
  std::set<std::shared_ptr<Binding>> waited;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [this] { return may_begin_; });
    may_begin_ = false;
    waited.swap(waiting_);
  }
  std::map<Sources, Bindings> next;
  for (const auto& binding : waited) next[sources_of_(binding)].push_back(binding);
  return next;
}

bool Joiner::Begin(const Sources& sources, const Bindings& bindings) {
  const MutexLock lock(mutex_);
  if (under_way_.insert(sources).second) return true;
  waiting_.insert(bindings.begin(), bindings.end());
  return false;
}

void Joiner::Decide(const Sources& sources, const Bindings& bindings) {
  decide_(bindings);
  {
    const MutexLock lock(mutex_);
    under_way_.erase(sources);
    may_begin_ = true;
  }
  changed_.notify_all();
}

}  // namespace loadline
