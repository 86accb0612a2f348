#include "sources/policy_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "scaling/policy_yaml.h"
#include "sources/last_good.h"
#include "system/files.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 3;

Status List(const fs::path& folder, int depth, std::vector<fs::path>& files) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) {
    return Fail(error == std::errc::permission_denied ? Code::kPermissionDenied : Code::kNotFound,
                fmt::format("{}: {}", folder.string(), error.message()));
  }
  for (const fs::directory_entry& entry : entries) {
    if (entry.path().filename().string().starts_with('.')) continue;
    std::error_code ignored;
    if (entry.is_directory(ignored)) {
      // What lies in a folder below that cannot be read is missing, and must not pass for removed.
      if (depth < kDeepest) {
        if (const Status listed = List(entry.path(), depth + 1, files); !listed) return listed;
      }
      continue;
    }
    const fs::path extension = entry.path().extension();
    if (extension == ".yaml" || extension == ".yml") files.push_back(entry.path());
  }
  return {};
}

// Whether a file is as it was, without reading it. Links are followed: a ConfigMap changes by a link.
struct Signature {
  std::uint64_t inode = 0;
  std::int64_t size = -1;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;

  friend bool operator==(const Signature&, const Signature&) = default;
};

Signature SignatureOf(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return {};
  auto ns = [](const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; };
  return {status.st_ino, status.st_size, ns(status.st_mtim), ns(status.st_ctim)};
}

// A document as it was read last, good or bad.
struct ReadDocument {
  std::string place;  // "cdc.yaml#0"
  std::string text;
  std::string policy_namespace;
  std::string name;
  std::shared_ptr<const Policy> policy;
  Problems problems;

  std::string id() const { return name.empty() ? "" : PolicyId(policy_namespace, name); }
};

struct ReadFileState {
  Signature signature;
  std::vector<ReadDocument> documents;
  std::optional<Problem> unreadable;  // then `documents` are those of the last time
};

class PolicyFolder : public PolicySource {
 public:
  PolicyFolder(PolicyFolderOptions options, Clock& clock, Log& log)
      : options_(std::move(options)),
        clock_(clock),
        log_(log),
        last_good_(options_.data_dir.empty() ? fs::path() : fs::path(options_.data_dir) / "policies", log) {}

  void Run(std::stop_token stop, const std::function<void(PolicySet)>& on_change) override {
    bool first = true;
    do {
      if (!Look() && !first) continue;
      first = false;
      on_change(MakeSet());
    } while (clock_.WaitUntil(clock_.Now() + options_.poll, stop));
  }

 private:
  // Reads what has changed. Returns whether anything has.
  bool Look() {
    const Result<std::vector<fs::path>> listed = ListPolicyFiles(options_.path);
    const std::string problem = listed ? "" : listed.error().message;
    bool changed = problem != folder_problem_;
    folder_problem_ = problem;
    // A folder that cannot be read has lost nothing: what was in it stays in force.
    if (!listed) return changed;

    std::map<fs::path, ReadFileState> files;
    for (const fs::path& path : *listed) {
      const auto known = files_.find(path);
      const Signature signature = SignatureOf(path);
      if (known != files_.end() && known->second.signature == signature && !known->second.unreadable) {
        files.emplace(path, std::move(known->second));
        continue;
      }
      changed = true;
      ReadFileState before = known == files_.end() ? ReadFileState() : std::move(known->second);
      files.emplace(path, Read(path, signature, std::move(before)));
    }
    changed = changed || files.size() != files_.size();
    files_ = std::move(files);
    return changed;
  }

  ReadFileState Read(const fs::path& path, const Signature& signature, ReadFileState before) const {
    const Result<std::string> text = loadline::ReadFile(path, kLargestPolicyFile);
    if (!text) {
      before.signature = signature;
      before.unreadable = Problem{{}, "", "cannot be read: " + text.error().message, "", "", Severity::kError};
      return before;
    }
    ReadFileState state{signature, {}, std::nullopt};
    for (const DocumentText& document : SplitDocuments(*text)) {
      state.documents.push_back(ReadOne(path, state.documents.size(), document, before));
    }
    return state;
  }

  static ReadDocument ReadOne(const fs::path& path, std::size_t index, const DocumentText& document,
                              const ReadFileState& before) {
    // A file of 1,000 documents, one of them edited: 999 need no parsing.
    if (index < before.documents.size() && before.documents[index].text == document.text)
      return before.documents[index];
    PolicyDocument parsed = ParsePolicy(document);
    ReadDocument read{fmt::format("{}#{}", path.filename().string(), index),
                      document.text,
                      parsed.policy_namespace,
                      parsed.name,
                      nullptr,
                      std::move(parsed.problems)};
    if (parsed.policy) read.policy = std::make_shared<const Policy>(std::move(*parsed.policy));
    return read;
  }

  PolicySet MakeSet() {
    PolicySet set;
    std::map<std::string, std::vector<std::pair<const fs::path*, const ReadDocument*>>> by_id;
    std::vector<std::string> kept;  // ids that a document stands for, good or bad; sorted
    // Whether every policy that is meant to be there was seen: only then is one that was not seen gone.
    bool complete = folder_problem_.empty();
    for (const auto& [path, file] : files_) {
      if (file.unreadable) complete = false;
      if (file.unreadable) Report(set, path.string(), *file.unreadable, "", "", false);
      for (const ReadDocument& document : file.documents) {
        std::string id = document.id();
        // Too broken to say its name: what stood in its place before?
        if (id.empty()) id = IdAtPlace(document.place);
        if (id.empty()) {
          complete = false;
          for (const Problem& problem : document.problems) Report(set, path.string(), problem, "", "", false);
          continue;
        }
        by_id[id].emplace_back(&path, &document);
      }
    }
    for (const auto& [id, documents] : by_id) {
      kept.push_back(id);
      AddOne(set, id, documents);
    }
    if (!folder_problem_.empty()) {
      Report(set, options_.path,
             {{}, "", "the policy folder cannot be read: " + folder_problem_, "", "", Severity::kError}, "", "", true);
    }
    if (complete) {
      RemoveOthers(kept);
    } else {
      KeepOthers(set, kept);
    }
    LogProblems(set);
    return set;
  }

  void AddOne(PolicySet& set, const std::string& id,
              const std::vector<std::pair<const fs::path*, const ReadDocument*>>& documents) {
    const auto& [path, document] = documents.front();
    if (documents.size() == 1 && document->policy != nullptr) {
      last_good_.Put(id, {document->place, document->text, document->policy});
      set.policies.push_back(document->policy);
      for (const Problem& warning : document->problems) {
        Report(set, path->string(), warning, document->policy_namespace, document->name, true);
      }
      return;
    }
    const auto good = last_good_.versions().find(id);
    const bool has_good = good != last_good_.versions().end();
    if (has_good) set.policies.push_back(good->second.policy);
    const std::string policy_namespace = has_good ? good->second.policy->policy_namespace : document->policy_namespace;
    const std::string name = has_good ? good->second.policy->name : document->name;
    for (const auto& [each_path, each] : documents) {
      for (const Problem& problem : each->problems)
        Report(set, each_path->string(), problem, policy_namespace, name, has_good);
      if (documents.size() == 1) continue;
      const fs::path& other = each == document ? *documents.back().first : *path;
      Report(set, each_path->string(),
             {{1, 1},
              "metadata.name",
              "a policy is written once",
              fmt::format("{} also in {}", id, other.string()),
              "remove one of them, or rename it",
              Severity::kError},
             policy_namespace, name, has_good);
    }
  }

  std::string IdAtPlace(const std::string& place) const {
    for (const auto& [id, version] : last_good_.versions()) {
      if (version.place == place) return id;
    }
    return "";
  }

  // Everything else that was in force, also from before a restart: it may stand where we cannot read.
  void KeepOthers(PolicySet& set, const std::vector<std::string>& already) const {
    for (const auto& [id, version] : last_good_.versions()) {
      if (!std::binary_search(already.begin(), already.end(), id)) set.policies.push_back(version.policy);
    }
  }

  // A document that is gone took its policy with it: that was somebody's will.
  void RemoveOthers(const std::vector<std::string>& kept) {
    std::vector<std::string> gone;
    for (const auto& [id, _] : last_good_.versions()) {
      if (!std::binary_search(kept.begin(), kept.end(), id)) gone.push_back(id);
    }
    for (const std::string& id : gone) last_good_.Remove(id);
  }

  static void Report(PolicySet& set, const std::string& file, const Problem& problem,
                     const std::string& policy_namespace, const std::string& name, bool last_good_in_force) {
    set.problems.push_back({file, problem, policy_namespace, name, last_good_in_force});
  }

  void LogProblems(const PolicySet& set) {
    std::vector<std::string> lines;
    for (const PolicyProblem& each : set.problems) {
      const std::string line = FormatProblem(each.file, each.problem);
      lines.push_back(line);
      if (std::find(logged_.begin(), logged_.end(), line) != logged_.end()) continue;
      const bool warning = each.problem.severity == Severity::kWarning;
      log_.Write("sources", warning ? LogLevel::kWarn : LogLevel::kError, warning ? "policy_warning" : "policy_refused",
                 {{"policy", PolicyId(each.policy_namespace, each.policy_name)},
                  {"problem", line},
                  {"last_good_in_force", each.last_good_in_force}});
    }
    log_.Write("sources", LogLevel::kInfo, "policies_read",
               {{"in_force", set.policies.size()}, {"problems", set.problems.size()}, {"files", files_.size()}});
    logged_ = std::move(lines);
  }

  const PolicyFolderOptions options_;
  Clock& clock_;
  Log& log_;
  LastGood last_good_;
  std::map<fs::path, ReadFileState> files_;
  std::string folder_problem_;
  std::vector<std::string> logged_;
};

}  // namespace

Result<std::vector<fs::path>> ListPolicyFiles(const fs::path& path) {
  std::vector<fs::path> files;
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) return std::vector{path};
  if (const Status listed = List(path, 1, files); !listed) return Fail(listed.error());
  std::sort(files.begin(), files.end());
  return files;
}

std::unique_ptr<PolicySource> MakePolicyFolder(const PolicyFolderOptions& options, Clock& clock, Log& log) {
  return std::make_unique<PolicyFolder>(options, clock, log);
}

}  // namespace loadline
