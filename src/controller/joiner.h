// Decisions that do not wait for a tick: of bindings that are new, or whose policy changed.
#ifndef LOADLINE_CONTROLLER_JOINER_H_
#define LOADLINE_CONTROLLER_JOINER_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/binding.h"
#include "system/mutex.h"

namespace loadline {

// Decides in rounds, each in a thread of its own: one round at a time for those bindings that need the same sources.
// What comes meanwhile is the next round. Rounds of different sources run apart, so that a source that hangs holds up
// the bindings that need it, and no others. There are as many threads as there are combinations of sources in use.
class Joiner {
 public:
  using Bindings = std::vector<std::shared_ptr<Binding>>;
  using Sources = std::vector<std::string>;

  // `sources_of` names what a binding needs, in order; `decide` takes as long as those sources do. Both are called from
  // the joiner's threads.
  Joiner(std::function<Sources(const std::shared_ptr<Binding>&)> sources_of,
         std::function<void(const Bindings&)> decide)
      : sources_of_(std::move(sources_of)), decide_(std::move(decide)) {}

  // Has them decided as soon as may be. Thread-safe.
  void Add(const Bindings& bindings);

  // Decides until `stop`, then waits for the rounds that are under way.
  void Run(std::stop_token stop);

 private:
  // Waits until a round may begin. What waits, by the sources that it needs now.
  std::map<Sources, Bindings> Next(const std::stop_token& stop);
  // False where a round of the same sources is under way: then they wait for its end.
  bool Begin(const Sources& sources, const Bindings& bindings);
  void Decide(const Sources& sources, const Bindings& bindings);

  const std::function<Sources(const std::shared_ptr<Binding>&)> sources_of_;
  const std::function<void(const Bindings&)> decide_;

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::set<std::shared_ptr<Binding>> waiting_ LOADLINE_GUARDED_BY(mutex_);
  std::set<Sources> under_way_ LOADLINE_GUARDED_BY(mutex_);
  bool may_begin_ LOADLINE_GUARDED_BY(mutex_) = false;  // a binding came, or a round ended
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_JOINER_H_
