#include "controller/binding.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace loadline {
namespace {

void Append(std::string_view text, std::string& packed) {
  const std::size_t size = text.size();
  packed.append(reinterpret_cast<const char*>(&size), sizeof size);  // or "a", "bc" were "ab", "c"
  packed.append(text);
}

// A trigger in one piece, the same in whatever order its metadata comes: looked up by it, a binding costs a miss of the
// cache or two where each string of its key would cost one. The text lives until the thread packs the next.
std::string_view Pack(const BindingView& view) {
  thread_local std::string packed;
  thread_local std::vector<std::pair<std::string_view, std::string_view>> sorted;
  sorted.assign(view.metadata.begin(), view.metadata.end());
  std::ranges::sort(sorted);
  packed.clear();
  Append(view.object_namespace, packed);
  Append(view.object_name, packed);
  for (const auto& [name, value] : sorted) {
    Append(name, packed);
    Append(value, packed);
  }
  return packed;
}

BindingKey KeyOf(const BindingView& view) {
  BindingKey key{std::string(view.object_namespace), std::string(view.object_name), {}};
  for (const auto& [name, value] : view.metadata) key.metadata.emplace(name, value);
  return key;
}

}  // namespace

std::string_view BindingKey::policy() const {
  const auto found = metadata.find("policy");
  return found == metadata.end() ? std::string_view() : std::string_view(found->second);
}

std::string BindingKey::Id() const { return object_namespace + "/" + object_name; }

Binding::Binding(BindingKey key, Timestamp last_call)
    : last_call_(last_call.time_since_epoch().count()), key_(std::move(key)) {}

std::shared_ptr<const PublishedAnswer> Binding::Latest() const {
  const MutexLock lock(latest_mutex_);
  return latest_;
}

void Binding::Subscriber::Tell(const PublishedAnswer& answer) {
  if (answer.error || told == answer.decision.active) return;
  told = answer.decision.active;
  on_active(*told);
}

Binding::Ticket Binding::WhenAnswered(std::function<void()> done) {
  {
    const MutexLock lock(listeners_mutex_);
    if (Latest() == nullptr) {
      waiting_.emplace(next_ticket_, std::move(done));
      return next_ticket_++;
    }
  }
  done();
  return 0;
}

Binding::Ticket Binding::Subscribe(std::function<void(bool)> on_active) {
  const MutexLock lock(listeners_mutex_);
  Subscriber& subscriber = subscribers_[next_ticket_];
  subscriber.on_active = std::move(on_active);
  if (const auto latest = Latest(); latest != nullptr) subscriber.Tell(*latest);
  return next_ticket_++;
}

void Binding::Cancel(Ticket ticket) {
  const MutexLock lock(listeners_mutex_);
  waiting_.erase(ticket);
  subscribers_.erase(ticket);
}

bool Binding::HasSubscribers() const {
  const MutexLock lock(listeners_mutex_);
  return !subscribers_.empty();
}

bool Binding::Publish(std::shared_ptr<const PublishedAnswer> answer) {
  // One lock over both: listeners hear of the answers in the order in which they became the latest.
  const MutexLock lock(listeners_mutex_);
  const auto rank = [](const PublishedAnswer& each) { return std::tie(each.era, each.generation, each.time); };
  std::shared_ptr<const PublishedAnswer> before = Latest();
  if (before != nullptr && rank(*answer) < rank(*before)) return false;
  {
    const MutexLock latest_lock(latest_mutex_);
    latest_ = answer;
  }
  for (auto& [_, done] : waiting_) done();
  waiting_.clear();
  for (auto& [_, subscriber] : subscribers_) subscriber.Tell(*answer);
  return true;
}

std::shared_ptr<Binding> BindingTable::FindOrMake(const BindingView& view, Timestamp now, bool& made, Why why) {
  const auto note = [&](Binding& binding) { why == Why::kCall ? binding.Touch(now) : binding.Foresee(now); };
  made = false;
  const std::string_view packed = Pack(view);
  const std::size_t hash = std::hash<std::string_view>{}(packed);
  Shard& shard = shards_[hash % kShards];
  const MutexLock lock(shard.mutex);
  const auto [begin, end] = shard.bindings.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    const auto& [trigger, binding] = it->second;
    if (trigger != packed) continue;
    note(*binding);  // under the lock: what is found is not forgotten before its caller has it
    return binding;
  }
  if (size_.fetch_add(1) >= most_) {
    size_.fetch_sub(1);
    return nullptr;
  }
  made = true;
  const auto binding = std::make_shared<Binding>(KeyOf(view), Timestamp());
  note(*binding);
  shard.bindings.emplace(hash, Entry{std::string(packed), binding});
  return binding;
}

std::vector<std::shared_ptr<Binding>> BindingTable::All() const {
  std::vector<std::shared_ptr<Binding>> all;
  all.reserve(size());
  for (const Shard& shard : shards_) {
    const MutexLock lock(shard.mutex);
    for (const auto& [_, entry] : shard.bindings) all.push_back(entry.binding);
  }
  return all;
}

std::vector<std::shared_ptr<Binding>> BindingTable::Forget(Timestamp before) {
  std::vector<std::shared_ptr<Binding>> forgotten;
  for (Shard& shard : shards_) {
    const MutexLock lock(shard.mutex);
    for (auto it = shard.bindings.begin(); it != shard.bindings.end();) {
      if (it->second.binding->last_needed() >= before || it->second.binding->HasSubscribers()) {
        ++it;
        continue;
      }
      forgotten.push_back(it->second.binding);
      it = shard.bindings.erase(it);
      size_.fetch_sub(1);
    }
  }
  return forgotten;
}

}  // namespace loadline
