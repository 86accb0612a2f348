#include "sources/policy_folder.h"

#include <algorithm>

#include "sources/last_good.h"
#include "sources/policy_log.h"
#include "sources/policy_set.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

class PolicyFolder : public PolicySource {
 public:
  PolicyFolder(PolicyFolderOptions options, Clock& clock, Log& log)
      : options_(std::move(options)),
        clock_(clock),
        log_(log),
        last_good_(options_.data_dir.empty() ? fs::path() : fs::path(options_.data_dir) / "last-good-policies.json",
                   log) {
    folder_.path = options_.path;
    if (options_.keeps_overrides) folder_.kept_overrides.emplace();
  }

  void Run(std::stop_token stop, const std::function<void(PolicySet)>& on_change) override {
    last_good_.Load();
    bool handed_over = false;
    do {
      const bool changed = Look(stop);
      if (stop.stop_requested()) return;
      if (!has_read_ && last_good_.versions().empty()) {
        // An empty set would say that there are no policies, where it is only not known which.
        log_.WriteLimited("policies_awaited", "sources", LogLevel::kError, "policies_awaited",
                          {{"problem", Obstacle()}});
      } else if (changed || !handed_over) {
        PolicySet set = MakePolicySet(folder_, last_good_, stop);
        if (stop.stop_requested()) return;
        problems_.Write(set, folder_.files.size());
        on_change(std::move(set));
        handed_over = true;
      }
      // Last: nobody waits for a disk.
      KeepLastGood();
    } while (clock_.WaitUntil(clock_.Now() + options_.poll, stop));
  }

 private:
  // Reads what has changed. Returns whether anything has. Where `stop` is requested meanwhile, not all is read.
  bool Look(const std::stop_token& stop) {
    const Result<std::vector<fs::path>> listed = ListPolicyFiles(options_.path);
    const std::string problem = listed ? "" : listed.error().message;
    bool changed = problem != folder_.problem;
    folder_.problem = problem;
    // A folder that cannot be read has lost nothing: what was in it stays in force.
    if (!listed) return changed;

    std::map<fs::path, FileState> files;
    for (const fs::path& path : *listed) {
      if (stop.stop_requested()) break;
      const auto known = folder_.files.find(path);
      FileState& file =
          files.emplace(path, known == folder_.files.end() ? FileState() : std::move(known->second)).first->second;
      if (known == folder_.files.end()) file.name = NameOf(path);
      changed = UpdateFile(path, file, regexes_, stop) || changed;
    }
    changed = changed || files.size() != folder_.files.size();
    has_read_ = has_read_ || files.empty() ||
                std::any_of(files.begin(), files.end(), [](const auto& file) { return file.second.was_read; });
    folder_.files = std::move(files);
    return changed;
  }

  // Why nothing could be read.
  std::string Obstacle() const {
    if (!folder_.problem.empty() || folder_.files.empty()) return folder_.problem;
    const auto& [path, file] = *folder_.files.begin();
    return file.problem ? FormatProblem(path.string(), *file.problem) : "";
  }

  std::string NameOf(const fs::path& path) const {
    const fs::path relative = path.lexically_relative(options_.path);
    return (relative.empty() || relative == ".") ? path.filename().string() : relative.string();
  }

  void KeepLastGood() {
    if (const Status saved = last_good_.Save(); !saved) {
      log_.WriteLimited("last_good", "sources", LogLevel::kError, "last_good_not_kept",
                        {{"problem", saved.error().message}});
    }
  }

  const PolicyFolderOptions options_;
  Clock& clock_;
  Log& log_;
  LastGood last_good_;
  bool has_read_ = false;  // the folder, and one of its files if it has any; ever
  FolderState folder_;
  Regexes regexes_;
  PolicyLog problems_{log_};
};

}  // namespace

std::unique_ptr<PolicySource> MakePolicyFolder(const PolicyFolderOptions& options, Clock& clock, Log& log) {
  return std::make_unique<PolicyFolder>(options, clock, log);
}

}  // namespace loadline
