#include "controller/binding.h"

#include <functional>
#include <tuple>

#include "base/secret_words.h"

namespace loadline {
namespace {

constexpr std::uint64_t Mix(std::uint64_t value) {
  // The finaliser of MurmurHash3: spreads what std::hash leaves in few bits.
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33;
  value *= 0xc4ceb9fe1a85ec53ULL;
  return value ^ (value >> 33);
}

std::uint64_t HashOf(std::string_view text) { return std::hash<std::string_view>{}(text); }

// Metadata comes in any order, so that its entries' hashes are added up.
std::uint64_t Hash(const BindingView& view) {
  std::uint64_t sum = 0;
  for (const auto& [key, value] : view.metadata) sum += Mix(HashOf(key) ^ Mix(HashOf(value)));
  return Mix(HashOf(view.object_namespace) ^ Mix(HashOf(view.object_name) ^ Mix(sum)));
}

bool Matches(const BindingKey& key, const BindingView& view) {
  if (key.object_name != view.object_name || key.object_namespace != view.object_namespace ||
      key.metadata.size() != view.metadata.size()) {
    return false;
  }
  for (const auto& [name, value] : view.metadata) {
    // A handful of entries, whose names may be views: a walk is cheaper than a copy to look one up.
    bool found = false;
    for (const auto& [own_name, own_value] : key.metadata) {
      if (own_name == name) {
        found = own_value == value;
        break;
      }
    }
    if (!found) return false;
  }
  return true;
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

std::map<std::string, std::string> ShownMetadata(const BindingKey& key) {
  std::map<std::string, std::string> shown = key.metadata;
  for (auto& [name, value] : shown) {
    const bool is_tls = name == "caCert" || name == "tlsClientCert" || name == "tlsClientKey";
    if (is_tls || name.ends_with("FromEnv") || SoundsSecret(name)) value = "(hidden)";
  }
  return shown;
}

Binding::Binding(BindingKey key, Timestamp last_call)
    : key_(std::move(key)), last_call_(last_call.time_since_epoch().count()) {}

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
  const std::uint64_t hash = Hash(view);
  Shard& shard = shards_[hash % kShards];
  const MutexLock lock(shard.mutex);
  const auto [begin, end] = shard.bindings.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    if (!Matches(it->second->key(), view)) continue;
    note(*it->second);  // under the lock: what is found is not forgotten before its caller has it
    return it->second;
  }
  if (size_.fetch_add(1) >= most_) {
    size_.fetch_sub(1);
    return nullptr;
  }
  made = true;
  const auto binding = std::make_shared<Binding>(KeyOf(view), Timestamp());
  note(*binding);
  return shard.bindings.emplace(hash, binding)->second;
}

std::vector<std::shared_ptr<Binding>> BindingTable::All() const {
  std::vector<std::shared_ptr<Binding>> all;
  all.reserve(size());
  for (const Shard& shard : shards_) {
    const MutexLock lock(shard.mutex);
    for (const auto& [_, binding] : shard.bindings) all.push_back(binding);
  }
  return all;
}

std::vector<std::shared_ptr<Binding>> BindingTable::Forget(Timestamp before) {
  std::vector<std::shared_ptr<Binding>> forgotten;
  for (Shard& shard : shards_) {
    const MutexLock lock(shard.mutex);
    for (auto it = shard.bindings.begin(); it != shard.bindings.end();) {
      if (it->second->last_needed() >= before || it->second->HasSubscribers()) {
        ++it;
        continue;
      }
      forgotten.push_back(it->second);
      it = shard.bindings.erase(it);
      size_.fetch_sub(1);
    }
  }
  return forgotten;
}

}  // namespace loadline
