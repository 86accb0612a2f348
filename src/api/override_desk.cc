#include "api/override_desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "base/text.h"
#include "scaling/documents.h"
#include "scaling/override_request.h"

namespace loadline {
namespace {

// What the desk has set, or what somebody has spoiled of it: then `content` is none.
struct OwnText {
  std::string object_namespace;
  std::optional<Override> content;
};

// None of what people wrote there: another kind or name, several documents, or nothing that can be read.
std::optional<OwnText> ReadOwn(const std::string& name, const std::string& text) {
  const std::vector<DocumentText> documents = SplitDocuments(text);
  if (documents.size() != 1) return std::nullopt;
  const LoadlineDocument said = ParseLoadlineDocument(documents[0]);
  if (said.kind != "Override" || said.name != name) return std::nullopt;
  OwnText own{said.document_namespace, std::nullopt};
  if (said.content) own.content = *std::get<std::shared_ptr<const Override>>(*said.content);
  return own;
}

bool HasLongEnded(const Override& each, Timestamp now) { return each.until + kKeepEnded <= now; }

bool IsSame(const Override& a, const Override& b) {
  return a.name == b.name && a.object_namespace == b.object_namespace;
}

bool SaysTheSame(Override a, const Override& b) {
  a.from = b.from;
  a.until = b.until;
  return a == b;
}

// The names of those that ended long ago.
std::vector<std::string> LongEnded(const OverrideTexts& texts, Timestamp now) {
  std::vector<std::string> ended;
  for (const auto& [name, text] : texts) {
    const std::optional<OwnText> own = ReadOwn(name, text);
    if (own && own->content && HasLongEnded(*own->content, now)) ended.push_back(name);
  }
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
  std::vector<Override> own;
  OverrideTexts texts;
  bool asked = true;
  if (store_ != nullptr) {
    Result<OverrideTexts> read = store_->Read();
    asked = read.has_value();
    if (!read) standing.problem = read.error().message;
    texts = std::move(read).value_or(OverrideTexts());
    for (const auto& [name, text] : texts) {
      if (auto each = ReadOwn(name, text); each && each->content) own.push_back(*std::move(each->content));
    }
  }
  const auto set = shelf_.Set();
  for (const auto& each : set->overrides) {
    if (each->until <= now) continue;
    const bool is_kept = std::ranges::count(set->kept_overrides, each) > 0;
    const bool is_own = is_kept && std::ranges::count(own, *each) > 0;
    // Of what was in the store and is no more, this pod has not read that yet.
    const auto text = texts.find(each->name);
    const bool is_gone = is_kept && asked && !is_own && (text == texts.end() || ReadOwn(each->name, text->second));
    if (is_gone) continue;
    standing.overrides.push_back({*each, is_kept && !asked ? std::nullopt : std::optional(is_own), true});
  }
  for (const Override& each : own) {
    const bool is_there = std::ranges::any_of(standing.overrides, [&](const StandingOverride& other) {
      return other.over_api == true && other.content == each;
    });
    if (each.until > now && !is_there) standing.overrides.push_back({each, true, false});
  }
  std::ranges::stable_sort(standing.overrides, {}, [](const StandingOverride& each) { return each.content.name; });
  return standing;
}

// A document that somebody wrote would be in its way, and it in that one's.
bool OverrideDesk::IsWrittenElsewhere(const Override& asked) const {
  const auto set = shelf_.Set();
  return std::ranges::any_of(set->overrides, [&](const auto& other) {
    return IsSame(*other, asked) && std::ranges::count(set->kept_overrides, other) == 0;
  });
}

std::string OverrideDesk::Obstacle(const Override& asked, const OverrideTexts& texts) const {
  if (const auto known = texts.find(asked.name); known != texts.end()) {
    const std::optional<OwnText> own = ReadOwn(asked.name, known->second);
    if (!own) {
      return fmt::format(
          "{} has at {} what is not this override alone, so that somebody wrote it: change it there, or give this one "
          "another name",
          store_->Where(), asked.name);
    }
    if (own->object_namespace != asked.object_namespace) {
      return fmt::format("{} keeps an Override {} of that name: give this one another name", store_->Where(),
                         PolicyId(own->object_namespace, asked.name));
    }
  }
  if (!IsWrittenElsewhere(asked)) return "";
  return fmt::format(
      "an Override {} stands in a document that somebody wrote: change it there, or give this one another name",
      PolicyId(asked.object_namespace, asked.name));
}

// Since that tick, not since now: the bindings are decided anew for it.
Override OverrideDesk::Begun(Override asked, const std::optional<Override>& before, Timestamp now) const {
  if (asked.from) return asked;
  const bool goes_on = before && before->InForce(now) && SaysTheSame(*before, asked);
  asked.from = goes_on ? before->from : AlignDown(now - ticks_.delay, ticks_.interval);
  return asked;
}

Result<OverrideChange> OverrideDesk::Set(const Override& asked) {
  if (store_ == nullptr) return NoStore();
  const Timestamp now = clock_.Now();
  OverrideChange made;
  std::string obstacle;
  bool any_ended = false;
  const Status changed = store_->Change([&](OverrideTexts& texts) {
    made.before.reset();
    obstacle = Obstacle(asked, texts);
    if (!obstacle.empty()) return false;
    if (const auto known = texts.find(asked.name); known != texts.end())
      made.before = ReadOwn(asked.name, known->second)->content;
    if (made.before && HasLongEnded(*made.before, now)) made.before.reset();
    made.now = Begun(asked, made.before, now);
    texts[asked.name] = OverrideText(made.now);
    any_ended = !LongEnded(texts, now).empty();
    return true;
  });
  if (!changed) return Fail(changed.error());
  if (!obstacle.empty()) return Fail(Code::kAlreadyExists, obstacle);
  if (any_ended) Clean();
  return made;
}

Result<Override> OverrideDesk::Remove(const std::string& name) {
  if (store_ == nullptr) return NoStore();
  const Timestamp now = clock_.Now();
  std::optional<OwnText> removed;
  bool is_written = false;
  bool any_ended = false;
  const Status changed = store_->Change([&](OverrideTexts& texts) {
    const auto known = texts.find(name);
    removed = known == texts.end() ? std::nullopt : ReadOwn(name, known->second);
    is_written = known != texts.end() && !removed;
    if (!removed) return false;
    texts.erase(known);
    any_ended = !LongEnded(texts, now).empty();
    return true;
  });
  if (!changed) return Fail(changed.error());
  if (!removed) {
    const auto set = shelf_.Set();
    is_written = is_written || std::ranges::any_of(set->overrides, [&](const auto& each) {
                   return each->name == name && std::ranges::count(set->kept_overrides, each) == 0;
                 });
    return Fail(Code::kNotFound,
                fmt::format("{} holds no override {}{}", store_->Where(), OneLine(name, 63),
                            is_written ? ": it stands in a document that somebody wrote, so end it there" : ""));
  }
  if (any_ended) Clean();
  if (removed->content) return *removed->content;
  Override spoiled;
  spoiled.name = name;
  spoiled.object_namespace = removed->object_namespace;
  return spoiled;
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
  const bool any = std::ranges::any_of(set->kept_overrides, [&](const auto& each) { return HasLongEnded(*each, now); });
  if (store_ != nullptr && any) Clean();
}

void OverrideDesk::Clean() {
  const Timestamp now = clock_.Now();
  std::vector<std::string> ended;
  const Status changed = store_->Change([&](OverrideTexts& texts) {
    ended = LongEnded(texts, now);
    for (const std::string& name : ended) texts.erase(name);
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
