#include "sources/last_good.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "system/files.h"

namespace loadline {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kMostBytes = 512u << 20;
constexpr int kVersion = 1;

Result<std::map<std::string, GoodVersion>> Parse(const std::string& text) {
  try {
    const OrderedJson json = OrderedJson::parse(text);
    if (json.at("version") != kVersion) return Fail(Code::kInvalidArgument, "was written by another version");
    std::map<std::string, GoodVersion> versions;
    for (const OrderedJson& each : json.at("policies")) {
      versions[each.at("id")] = {{each.at("file"), each.at("index")},
                                 std::make_shared<const std::string>(each.at("text").get<std::string>()),
                                 std::nullopt};
    }
    return versions;
  } catch (const OrderedJson::exception& error) {
    return Fail(Code::kInvalidArgument, error.what());
  }
}

}  // namespace

LastGood::LastGood(std::filesystem::path file, Log& log, DocumentReader reader)
    : file_(std::move(file)), log_(log), reader_(std::move(reader)) {}

void LastGood::Load() {
  if (file_.empty()) return;
  const Result<std::string> text = ReadFile(file_, kMostBytes);
  if (!text && text.error().code == Code::kNotFound) return;
  Result<std::map<std::string, GoodVersion>> versions =
      text ? Parse(*text) : Result<std::map<std::string, GoodVersion>>(Fail(text.error()));
  if (versions) {
    versions_ = std::move(*versions);
    was_kept_ = true;
    return;
  }
  // Not overwritten: a person may want to see it.
  std::error_code ignored;
  std::filesystem::rename(file_, file_.string() + ".bad", ignored);
  log_.Write("sources", LogLevel::kError, "last_good_unreadable",
             {{"file", file_.string()}, {"problem", versions.error().message}});
}

std::optional<DocumentContent> LastGood::ContentOf(const std::string& id) {
  const auto found = versions_.find(id);
  if (found == versions_.end()) return std::nullopt;
  GoodVersion& version = found->second;
  if (version.content) return version.content;
  LoadlineDocument document = reader_(version.place.file, {*version.text, 1}, regexes_);
  if (document.content && document.Id() == id) return version.content = std::move(document.content);
  // Rules that became stricter with a new version of Loadline may refuse what an old one kept.
  log_.Write(
      "sources", LogLevel::kWarn, "last_good_refused",
      {{"policy", id}, {"problem", document.problems.empty() ? "" : FormatProblem(id, document.problems.front())}});
  Remove(id);
  return std::nullopt;
}

void LastGood::Put(const std::string& id, GoodVersion version) {
  GoodVersion& known = versions_[id];
  const bool same = known.text != nullptr && *known.text == *version.text && known.place == version.place;
  known = std::move(version);
  unsaved_ = unsaved_ || !same;
}

void LastGood::Remove(const std::string& id) { unsaved_ = versions_.erase(id) > 0 || unsaved_; }

Status LastGood::Save() {
  if (file_.empty() || !unsaved_) return {};
  OrderedJson policies = OrderedJson::array();
  for (const auto& [id, version] : versions_) {
    policies.push_back(
        {{"id", id}, {"file", version.place.file}, {"index", version.place.index}, {"text", *version.text}});
  }
  const OrderedJson json = {{"version", kVersion}, {"policies", std::move(policies)}};
  // A document is UTF-8; the name of its file may be anything.
  const std::string text = json.dump(0, ' ', false, OrderedJson::error_handler_t::replace);
  if (text.size() > kMostBytes) {
    return Fail(Code::kResourceExhausted,
                fmt::format("{} bytes of policies, of which at most {} are kept", text.size(), kMostBytes));
  }
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);
  const Status written = WriteFile(file_, text);
  unsaved_ = !written;
  return written;
}

}  // namespace loadline
