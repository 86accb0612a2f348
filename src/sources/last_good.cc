#include "sources/last_good.h"

#include "scaling/policy_yaml.h"
#include "sources/policy_folder.h"
#include "system/files.h"

namespace loadline {
namespace {

// The first line of a kept file says where its document stood; the rest is the document.
constexpr std::string_view kPlaceLine = "# loadline: last good version of ";

}  // namespace

LastGood::LastGood(std::filesystem::path folder, Log& log) : folder_(std::move(folder)), log_(log) {
  if (folder_.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (entry.path().extension() != ".yaml") continue;
    const Result<std::string> content = ReadFile(entry.path(), kLargestPolicyFile);
    const std::size_t line = content ? content->find('\n') : std::string::npos;
    if (line == std::string::npos || !content->starts_with(kPlaceLine)) {
      log_.Write("sources", LogLevel::kWarn, "last_good_unreadable", {{"file", entry.path().string()}});
      continue;
    }
    GoodVersion version{content->substr(kPlaceLine.size(), line - kPlaceLine.size()), content->substr(line + 1),
                        nullptr};
    PolicyDocument document = ParsePolicy({version.text, 1});
    // Rules that became stricter with a new version of Loadline may refuse what an old one kept.
    if (!document.policy) continue;
    const std::string id = PolicyId(document.policy_namespace, document.name);
    version.policy = std::make_shared<const Policy>(std::move(*document.policy));
    versions_.emplace(id, std::move(version));
  }
  if (error)
    log_.Write("sources", LogLevel::kError, "last_good_unreadable",
               {{"file", folder_.string()}, {"problem", error.message()}});
}

// A namespace has no "_", so that the name of the file says both parts.
std::filesystem::path LastGood::FileOf(const std::string& id) const {
  std::string name = id;
  for (char& c : name) c = c == '/' ? '_' : c;
  return folder_ / (name + ".yaml");
}

void LastGood::Put(const std::string& id, GoodVersion version) {
  GoodVersion& known = versions_[id];
  const bool same = known.text == version.text && known.place == version.place;
  known = std::move(version);
  if (same || folder_.empty()) return;
  if (const Status written = WriteFile(FileOf(id), std::string(kPlaceLine) + known.place + "\n" + known.text);
      !written) {
    log_.WriteLimited("last_good", "sources", LogLevel::kError, "last_good_not_kept",
                      {{"policy", id}, {"problem", written.error().message}});
  }
}

void LastGood::Remove(const std::string& id) {
  versions_.erase(id);
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove(FileOf(id), ignored);
}

}  // namespace loadline
