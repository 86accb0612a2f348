#include "api/override_desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "scaling/override_yaml.h"

namespace loadline {
namespace {

constexpr std::size_t kMostGone = 100;

// None of a text that somebody spoiled: it is left alone.
std::optional<Override> Parsed(const std::string& text) { return ParseOverride({text, 1}).content; }

bool IsSame(const Override& a, const Override& b) {
  return a.name == b.name && a.object_namespace == b.object_namespace;
}

// The names of those that ended long ago, taken out.
std::vector<std::string> TakeEnded(OverrideTexts& texts, Timestamp now) {
  std::vector<std::string> ended;
  for (const auto& [name, text] : texts) {
    const std::optional<Override> each = Parsed(text);
    if (each && each->until + kKeepEnded <= now) ended.push_back(name);
  }
  for (const std::string& name : ended) texts.erase(name);
  return ended;
}

tl::unexpected<Error> NoStore() {
  return Fail(Code::kFailedPrecondition,
              "overrides can be kept nowhere: set kubernetes.enabled, overrides.path or dataDir");
}

}  // namespace

StandingOverrides OverrideDesk::Standing() const {
  const Timestamp now = clock_.Now();
  StandingOverrides standing;
  std::vector<Override> kept;
  bool asked = true;
  if (store_ != nullptr) {
    const Result<OverrideTexts> texts = store_->Read();
    asked = texts.has_value();
    if (!texts) standing.problem = texts.error().message;
    for (const auto& [_, text] : texts.value_or(OverrideTexts())) {
      if (auto each = Parsed(text)) kept.push_back(*std::move(each));
    }
  }
  for (const auto& each : shelf_.Set()->overrides) {
    const bool over_api = std::ranges::count(kept, *each) > 0;
    const bool replaced = !over_api && std::ranges::any_of(kept, [&](const Override& k) { return IsSame(k, *each); });
    bool gone = false;
    {
      const MutexLock lock(mutex_);
      gone = asked && !over_api && std::ranges::count(gone_, *each) > 0;
    }
    if (each->until <= now || replaced || gone) continue;
    standing.overrides.push_back({*each, asked ? std::optional(over_api) : std::nullopt, true});
  }
  for (const Override& each : kept) {
    const bool is_there =
        std::ranges::any_of(standing.overrides, [&](const StandingOverride& other) { return other.content == each; });
    if (each.until > now && !is_there) standing.overrides.push_back({each, true, false});
  }
  std::ranges::stable_sort(standing.overrides, {}, [](const StandingOverride& each) { return each.content.name; });
  return standing;
}

// A document that somebody wrote would be in its way, and it in that one's.
bool OverrideDesk::IsElsewhere(const Override& each, const OverrideTexts& texts) const {
  const auto known = texts.find(each.name);
  const std::optional<Override> own = known == texts.end() ? std::nullopt : Parsed(known->second);
  if (own && IsSame(*own, each)) return false;
  const auto set = shelf_.Set();
  const MutexLock lock(mutex_);
  return std::ranges::any_of(set->overrides, [&](const auto& other) {
    return IsSame(*other, each) && std::ranges::count(gone_, *other) == 0;
  });
}

Result<std::optional<Override>> OverrideDesk::Set(const Override& each, const std::string& text) {
  if (store_ == nullptr) return NoStore();
  std::optional<Override> before;
  bool elsewhere = false;
  const Status changed = store_->Change([&](OverrideTexts& texts) {
    TakeEnded(texts, clock_.Now());
    elsewhere = IsElsewhere(each, texts);
    if (elsewhere) return false;
    const auto known = texts.find(each.name);
    before = known == texts.end() ? std::nullopt : Parsed(known->second);
    texts[each.name] = text;
    return true;
  });
  if (!changed) return Fail(changed.error());
  if (elsewhere) {
    return Fail(Code::kAlreadyExists,
                fmt::format("an Override {} stands in a document that somebody wrote: change it there, or give this "
                            "one another name",
                            PolicyId(each.object_namespace, each.name)));
  }
  if (before && !(*before == each)) {
    const MutexLock lock(mutex_);
    if (gone_.size() == kMostGone) gone_.erase(gone_.begin());
    gone_.push_back(*before);
  }
  return before;
}

Result<Override> OverrideDesk::Remove(const std::string& name) {
  if (store_ == nullptr) return NoStore();
  std::optional<Override> removed;
  bool was_there = false;
  const Status changed = store_->Change([&](OverrideTexts& texts) {
    const auto known = texts.find(name);
    was_there = known != texts.end();
    if (!was_there) return false;
    removed = Parsed(known->second);
    texts.erase(known);
    TakeEnded(texts, clock_.Now());
    return true;
  });
  if (!changed) return Fail(changed.error());
  if (!was_there) {
    const auto set = shelf_.Set();
    const bool written = std::ranges::any_of(set->overrides, [&](const auto& each) { return each->name == name; });
    return Fail(Code::kNotFound,
                fmt::format("{} holds no override {}{}", store_->Where(), OneLine(name, 63),
                            written ? ": it stands in a document that somebody wrote, so end it there" : ""));
  }
  if (!removed) {  // a text that somebody spoiled
    removed.emplace();
    removed->name = name;
  }
  const MutexLock lock(mutex_);
  if (gone_.size() == kMostGone) gone_.erase(gone_.begin());
  gone_.push_back(*removed);
  return *removed;
}

void OverrideDesk::Start() {
  if (store_ == nullptr) return;
  sweeper_ = std::jthread([this](std::stop_token stop) {
    while (clock_.WaitUntil(clock_.Now() + kSweepEvery, stop)) Sweep();
  });
}

void OverrideDesk::Sweep() {
  const Timestamp now = clock_.Now();
  const auto set = shelf_.Set();
  // Only where there is something to do the store is asked: a pod more asks no API server.
  const bool any =
      std::ranges::any_of(set->overrides, [&](const auto& each) { return each->until + kKeepEnded <= now; });
  if (store_ == nullptr || !any) return;
  std::vector<std::string> ended;
  const Status changed = store_->Change([&](OverrideTexts& texts) {
    ended = TakeEnded(texts, now);
    return !ended.empty();
  });
  if (!changed) {
    log_.WriteLimited("overrides_not_cleaned", "api", LogLevel::kWarn, "overrides_not_cleaned",
                      {{"where", store_->Where()}, {"problem", changed.error().message}});
  } else if (!ended.empty()) {
    log_.Write("api", LogLevel::kInfo, "overrides_cleaned", {{"where", store_->Where()}, {"names", JoinWords(ended)}});
  }
}

}  // namespace loadline
