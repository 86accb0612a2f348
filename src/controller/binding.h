// One trigger of one ScaledObject or ScaledJob that uses a policy, and the latest answer for it.
#ifndef LOADLINE_CONTROLLER_BINDING_H_
#define LOADLINE_CONTROLLER_BINDING_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "controller/published_forecast.h"
#include "scaling/decide.h"
#include "system/mutex.h"

namespace loadline {

// What names a binding: all that KEDA says of a trigger (rule 11).
struct BindingKey {
  std::string object_namespace;
  std::string object_name;
  std::map<std::string, std::string> metadata;

  // The value of metadata's `policy`; empty where there is none.
  std::string_view policy() const;
  // "data/orders-cdc": how messages name it.
  std::string Id() const;

  friend bool operator==(const BindingKey&, const BindingKey&) = default;
};

// A key as it stands in a request: metadata in any order (a Go map has none), no key twice.
struct BindingView {
  std::string_view object_namespace;
  std::string_view object_name;
  std::span<const std::pair<std::string_view, std::string_view>> metadata;
};

// What KEDA is answered from, immutable: a decision, or why there is none. What a call reads stands first, next to each
// other: of 10,000 bindings asked in turn nothing is in the processor's caches.
struct PublishedAnswer {
  Timestamp valid_until;                // past this it is no answer any more: see `hold`
  std::shared_ptr<const void> encoded;  // what ControllerOptions::encode made of it
  std::optional<Error> error;  // why there is no number: the decision's error, or that of policy and parameters
  Timestamp time;              // of the tick
  std::shared_ptr<const Policy> policy;  // none where it is not known, or not allowed
  Decision decision;                     // where there is a policy
  PublishedForecasts forecasts;          // that it went by
  // Of two answers the later one is that of the later era; within one, that by the later policies; then, that of the
  // later tick.
  std::uint64_t era = 0;         // how often the clock had been set back
  std::uint64_t generation = 0;  // of the policies
};

// Thread-safe.
class Binding {
 public:
  using Ticket = std::uint64_t;

  // `last_call`: 1970 where it is made before it calls.
  Binding(BindingKey key, Timestamp last_call);

  const BindingKey& key() const { return key_; }

  // The latest answer; null until there is a first one.
  std::shared_ptr<const PublishedAnswer> Latest() const;

  // Notes a call: a binding is forgotten when none came for a while.
  void Touch(Timestamp now) { last_call_.store(now.time_since_epoch().count(), std::memory_order_relaxed); }
  Timestamp last_call() const { return Timestamp(Duration(last_call_.load(std::memory_order_relaxed))); }
  // Notes that there is such a trigger, whether or not it calls: that keeps a binding as a call does.
  void Foresee(Timestamp now) { foreseen_.store(now.time_since_epoch().count(), std::memory_order_relaxed); }
  Timestamp last_needed() const {
    return std::max(last_call(), Timestamp(Duration(foreseen_.load(std::memory_order_relaxed))));
  }

  // Calls `done` once: at once if there is an answer, else from the thread that publishes the first one. After
  // Cancel returned it is not called, and is not running. `done` must be quick and not call Cancel.
  Ticket WhenAnswered(std::function<void()> done);

  // Calls `on_active` with the present activity, before it returns if the latest answer has one, else when the first
  // one comes; and then at each change, from the thread that publishes, until Cancel. An answer that is an error says
  // nothing.
  Ticket Subscribe(std::function<void(bool)> on_active);
  void Cancel(Ticket ticket);
  bool HasSubscribers() const;

  // Makes `answer` the latest and tells those who wait. False, and nothing done, where a later one is there. For the
  // controller.
  bool Publish(std::shared_ptr<const PublishedAnswer> answer);

 private:
  struct Subscriber {
    std::function<void(bool)> on_active;
    std::optional<bool> told;

    void Tell(const PublishedAnswer& answer);
  };

  // What a call reads stands first, as in PublishedAnswer.
  std::atomic<std::int64_t> last_call_;
  std::atomic<std::int64_t> foreseen_{0};
  mutable Mutex latest_mutex_;  // held to copy a pointer only
  std::shared_ptr<const PublishedAnswer> latest_ LOADLINE_GUARDED_BY(latest_mutex_);

  const BindingKey key_;

  mutable Mutex listeners_mutex_;  // held while listeners are called, so that Cancel is final
  Ticket next_ticket_ LOADLINE_GUARDED_BY(listeners_mutex_) = 1;
  std::map<Ticket, std::function<void()>> waiting_ LOADLINE_GUARDED_BY(listeners_mutex_);
  std::map<Ticket, Subscriber> subscribers_ LOADLINE_GUARDED_BY(listeners_mutex_);
};

// The bindings there are. Thread-safe; look-ups of different bindings do not wait for each other.
class BindingTable {
 public:
  explicit BindingTable(std::size_t most) : most_(most) {}

  // The binding, noted as called at `now`, or as foreseen, and made where it is new (`made` is then set). Null when the
  // table is full.
  enum class Why { kCall, kForeseen };
  std::shared_ptr<Binding> FindOrMake(const BindingView& view, Timestamp now, bool& made, Why why = Why::kCall);
  std::vector<std::shared_ptr<Binding>> All() const;
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

  // Drops the bindings that were not needed since `before` and have no subscribers; returns them.
  std::vector<std::shared_ptr<Binding>> Forget(Timestamp before);

 private:
  struct Entry {
    std::string trigger;  // in one piece, which tells it from all others
    std::shared_ptr<Binding> binding;
  };
  struct Shard {
    mutable Mutex mutex;
    std::unordered_multimap<std::size_t, Entry> bindings LOADLINE_GUARDED_BY(mutex);
  };
  static constexpr std::size_t kShards = 64;

  std::size_t most_;
  std::atomic<std::size_t> size_{0};
  std::array<Shard, kShards> shards_;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_BINDING_H_
