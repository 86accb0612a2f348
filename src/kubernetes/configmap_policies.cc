#include "kubernetes/configmap_policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <thread>
#include <utility>

#include "kubernetes/homed_document.h"
#include "kubernetes/json_reading.h"
#include "kubernetes/object_store.h"
#include "kubernetes/override_configmap.h"
#include "scaling/namespaces.h"
#include "sources/last_good.h"
#include "sources/policy_log.h"
#include "sources/policy_set.h"
#include "system/mutex.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

struct ConfigMap {
  std::string object_namespace;
  std::string name;
  std::vector<std::pair<std::string, std::string>> files;  // keys and texts
};

bool IsPolicyFile(const fs::path& key) {
  const fs::path extension = key.extension();
  return extension == ".yaml" || extension == ".yml" || !CalendarNameOf(key).empty();
}

ConfigMap ReadConfigMap(const nlohmann::json& object) {
  const nlohmann::json& metadata = MapIn(object, "metadata");
  ConfigMap map{TextIn(metadata, "namespace"), TextIn(metadata, "name"), {}};
  for (const auto& [key, value] : MapIn(object, "data").items()) {
    if (value.is_string() && IsPolicyFile(key)) map.files.emplace_back(key, value.get<std::string>());
  }
  return map;
}

// "configmap/data/policies/cdc.yaml"
std::string FileName(const ConfigMap& map, const std::string& key) {
  return fmt::format("configmap/{}/{}/{}", map.object_namespace, map.name, key);
}

std::string NamespaceOf(const std::string& file) {
  const std::size_t begin = file.find('/') + 1;
  return file.substr(begin, file.find('/', begin) - begin);
}

class Source : public ConfigMapPolicies {
 public:
  Source(ConfigMapPoliciesOptions options, HttpClient& client, Clock& clock, Log& log)
      : options_(std::move(options)),
        reader_([this](const std::string& file, const DocumentText& text, Regexes& regexes) {
          return Read(file, text, regexes);
        }),
        last_good_(options_.data_dir.empty() ? fs::path() : fs::path(options_.data_dir) / "last-good-configmaps.json",
                   log, reader_),
        log_(log) {
    folder_.path = "ConfigMaps";
    folder_.what = "the policies of ConfigMaps";
    if (options_.keeps_overrides && !options_.own_namespace.empty()) folder_.kept_overrides = KeptOverrides();
    std::vector<std::string> namespaces = options_.namespaces;
    if (namespaces.empty()) namespaces.emplace_back();
    auto follow = [&](const std::string& each, const std::string& fields) {
      auto store = std::make_unique<ObjectStore<ConfigMap>>(ReadConfigMap, [this] { NoteChange(); });
      auto watch = MakeWatch(options_.server, {"", "v1", "configmaps", each, options_.label, 50, fields},
                             options_.watch, client, *store, clock, log, [this] { NoteChange(); });
      followed_.push_back({each.empty() ? "*" : each, std::move(store), std::move(watch)});
    };
    for (const std::string& each : namespaces) follow(each, "");
    const std::string& own = options_.own_namespace;
    if (!own.empty() && !options_.namespaces.empty() && std::ranges::count(options_.namespaces, own) == 0)
      follow(own, std::string("metadata.name=") + kOverridesConfigMap);
  }

  std::vector<WatchState> States() const override {
    std::vector<WatchState> states;
    for (const Followed& each : followed_) states.push_back(each.watch->State());
    return states;
  }

  void Run(std::stop_token stop, const std::function<void(PolicySet)>& on_change) override {
    last_good_.Load();
    std::vector<std::jthread> threads;
    for (const Followed& each : followed_) threads.emplace_back([&each, stop] { each.watch->Run(stop); });
    bool handed_over = false;
    const bool kept = last_good_.was_kept();
    while (!stop.stop_requested()) {
      std::vector<UnreadNamespaces> unread = Unread();
      const std::string problem = unread.empty() ? "" : unread.front().why;
      const bool changed = Look(stop) || problem != folder_.problem;
      folder_.problem = problem;
      if (stop.stop_requested()) return;
      const bool knows_any = kept || unread.size() < followed_.size();
      if (knows_any && (changed || !handed_over)) {
        if (unread.empty()) last_good_.NoteWhole();
        PolicySet set = MakePolicySet(folder_, last_good_, stop);
        // What an earlier run has kept is all that there was: it goes on as if the API server had only been away.
        if (!kept) set.unread = std::move(unread);
        if (stop.stop_requested()) return;
        problems_.Write(set, folder_.files.size());
        on_change(std::move(set));
        handed_over = true;
      }
      KeepLastGood();
      std::unique_lock lock(mutex_);
      wake_.wait(lock, stop, [this] { return changed_; });
      changed_ = false;
    }
  }

 private:
  struct Followed {
    std::string pattern;  // of its namespaces
    std::unique_ptr<ObjectStore<ConfigMap>> store;
    std::unique_ptr<Watch> watch;
  };

  std::string KeptOverrides() const {
    return fmt::format("configmap/{}/{}/", options_.own_namespace, kOverridesConfigMap);
  }

  LoadlineDocument Read(const std::string& file, const DocumentText& text, Regexes& regexes) const {
    const std::string home = NamespaceOf(file);
    const bool of_overrides = !options_.own_namespace.empty() && file.starts_with(KeptOverrides());
    const Sharing sharing = AdmitsNamespace(options_.shared_from, home) ? Sharing::kAll
                            : of_overrides                              ? Sharing::kOverrides
                                                                        : Sharing::kNothing;
    const std::string calendar = CalendarNameOf(file);
    return calendar.empty() ? ReadHomedDocument(text, home, sharing, regexes)
                            : ReadHomedCalendar(calendar, text.text, home, sharing);
  }

  // Reads what has changed. Returns whether anything has.
  bool Look(const std::stop_token& stop) {
    bool changed = false;
    std::map<fs::path, FileState> files;
    for (const Followed& each : followed_) {
      for (const auto& map : each.store->All()) {
        for (const auto& [key, text] : map->files) {
          if (stop.stop_requested()) return false;
          const std::string name = FileName(*map, key);
          const auto known = folder_.files.find(name);
          FileState& file = files[name];
          if (known != folder_.files.end()) file = std::move(known->second);
          file.name = name;
          changed = UpdateText(text, file, reader_, regexes_, stop) || changed;
        }
      }
    }
    changed = changed || files.size() != folder_.files.size();
    folder_.files = std::move(files);
    return changed;
  }

  // What has not been listed yet. A watch that fails later has lost nothing: what was heard of last stays.
  std::vector<UnreadNamespaces> Unread() const {
    std::vector<UnreadNamespaces> unread;
    for (const Followed& each : followed_) {
      const WatchState state = each.watch->State();
      if (state.complete) continue;
      unread.push_back({each.pattern, state.problem.empty() ? "they are still being listed" : state.problem});
    }
    return unread;
  }

  void NoteChange() {
    const MutexLock lock(mutex_);
    changed_ = true;
    wake_.notify_all();
  }

  void KeepLastGood() {
    if (const Status saved = last_good_.Save(); !saved) {
      log_.WriteLimited("last_good_configmaps", "kubernetes", LogLevel::kError, "last_good_not_kept",
                        {{"problem", saved.error().message}});
    }
  }

  const ConfigMapPoliciesOptions options_;
  const DocumentReader reader_;
  LastGood last_good_;
  Log& log_;
  FolderState folder_;
  Regexes regexes_;
  PolicyLog problems_{log_};

  Mutex mutex_;
  std::condition_variable_any wake_;
  bool changed_ LOADLINE_GUARDED_BY(mutex_) = false;

  std::vector<Followed> followed_;  // last: its watches call NoteChange
};

}  // namespace

std::unique_ptr<ConfigMapPolicies> MakeConfigMapPolicies(ConfigMapPoliciesOptions options, HttpClient& client,
                                                         Clock& clock, Log& log) {
  return std::make_unique<Source>(std::move(options), client, clock, log);
}

}  // namespace loadline
