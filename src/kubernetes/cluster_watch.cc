#include "kubernetes/cluster_watch.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <thread>
#include <utility>

#include "kubernetes/decision_changes.h"
#include "kubernetes/hpa_rounds.h"
#include "kubernetes/object_store.h"
#include "system/background.h"
#include "system/mutex.h"

namespace loadline {
namespace {

// The API server sends bookmarks about once a minute.
constexpr Duration kHeardWithin = std::chrono::minutes(3);

class Following : public ClusterWatch {
 public:
  Following(ClusterWatchOptions options, ClusterWatchWiring wiring, HttpClient& client, Clock& clock, Log& log)
      : options_(std::move(options)),
        wiring_(std::move(wiring)),
        client_(client),
        clock_(clock),
        log_(log),
        events_({.server = options_.server}, client, clock, log),
        rounds_(options_.server, hpa_log_, client, clock, log) {
    std::vector<std::string> namespaces = options_.namespaces;
    if (namespaces.empty()) namespaces.emplace_back();
    for (const std::string& each : namespaces) {
      Follow(scaled_objects_, {"keda.sh", "v1alpha1", "scaledobjects", each, ""}, ReadScaledObject);
      Follow(scaled_jobs_, {"keda.sh", "v1alpha1", "scaledjobs", each, ""}, ReadScaledJob);
      Follow(hpas_, {"autoscaling", "v2", "horizontalpodautoscalers", each, ""}, ReadHpa);
      hpa_watches_.push_back(watches_.back().get());
      Follow(warnings_, {"", "v1", "events", each, "", 500, "reason=" + std::string(kScalerFailedReason)}, ReadEvent);
    }
  }

  ~Following() override { Stop(); }

  void Start() override {
    for (const auto& watch : watches_) {
      threads_.emplace_back([&watch](std::stop_token stop) { watch->Run(stop); });
    }
    threads_.emplace_back([this](std::stop_token stop) { View(stop); });
  }

  void Stop() override {
    for (std::jthread& each : threads_) each.request_stop();
    threads_.clear();
  }

  ClusterState State() const override {
    ClusterState state;
    for (const auto& watch : watches_) state.watches.push_back(watch->State());
    for (const auto& store : scaled_objects_) state.scaled_objects += store->size();
    for (const auto& store : scaled_jobs_) state.scaled_jobs += store->size();
    for (const auto& store : hpas_) state.hpas += store->size();
    const MutexLock lock(mutex_);
    state.view = view_;
    state.viewed = viewed_;
    state.events = event_counts_;
    state.targets_problem = targets_problem_;
    return state;
  }

  const HpaLog& hpas() const override { return hpa_log_; }

 private:
  template <class T>
  using Stores = std::vector<std::unique_ptr<ObjectStore<T>>>;

  template <class T>
  void Follow(Stores<T>& stores, WatchTarget target, T (*read)(const nlohmann::json&)) {
    stores.push_back(std::make_unique<ObjectStore<T>>(read, [this] { NoteChange(); }));
    watches_.push_back(
        MakeWatch(options_.server, std::move(target), options_.watch, client_, *stores.back(), clock_, log_));
  }

  template <class T>
  static std::vector<std::shared_ptr<const T>> AllOf(const Stores<T>& stores) {
    std::vector<std::shared_ptr<const T>> all;
    for (const auto& store : stores) {
      for (auto& object : store->All()) all.push_back(std::move(object));
    }
    return all;
  }

  // In a busy cluster something changes all the time: a view takes at most a tenth of a processor, and gives way to
  // those who decide.
  void View(const std::stop_token& stop) {
    YieldToOtherThreads();
    while (Await(stop)) {
      const double begin = ThreadCpuSeconds();
      const ClusterObjects objects{AllOf(scaled_objects_), AllOf(scaled_jobs_), AllOf(hpas_), AllOf(warnings_)};
      auto view = std::make_shared<const ClusterView>(
          ViewCluster(objects, options_.scaler_addresses, wiring_.find_policy, clock_.Now()));
      for (const FollowedBinding& each : view->bindings) wiring_.foresee(each.binding);
      {
        const MutexLock lock(mutex_);
        view_ = view;
        viewed_ = clock_.Now();
      }
      if (wiring_.decisions != nullptr) Compare(*view, wiring_.decisions());
      if (options_.events) events_.Write(view->objects);
      {
        const MutexLock lock(mutex_);
        event_counts_ = events_.counts();
      }
      const auto took = std::chrono::ceil<Duration>(std::chrono::duration<double>(ThreadCpuSeconds() - begin));
      Rest(std::max(options_.at_most_every, 9 * took), stop);
    }
  }

  // What is wanted with what there is.
  void Compare(const ClusterView& view, const DecisionsByBinding& decisions) {
    if (options_.decision_events) events_.WriteOnce(ChangeEvents(changes_, view, decisions));
    is_moving_ = rounds_.Go(view, AreHpasHeard(), decisions);
    const MutexLock lock(mutex_);
    targets_problem_ = rounds_.problem();
  }

  // A watch that is begun anew misses nothing; one that hears nothing for a while may.
  bool AreHpasHeard() const {
    const Timestamp now = clock_.Now();
    return std::all_of(hpa_watches_.begin(), hpa_watches_.end(), [&](const Watch* each) {
      const WatchState state = each->State();
      return state.complete && now - state.last_heard < kHeardWithin;
    });
  }

  // Until something has changed, or may have. False where `stop` was requested.
  bool Await(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const Duration most =
        is_moving_ ? std::min(options_.while_moving, options_.at_least_every) : options_.at_least_every;
    wake_.wait_for(lock, stop, most, [this] { return changed_; });
    changed_ = false;
    return !stop.stop_requested();
  }

  void Rest(Duration how_long, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, how_long, [] { return false; });
  }

  void NoteChange() {
    const MutexLock lock(mutex_);
    changed_ = true;
    wake_.notify_all();
  }

  const ClusterWatchOptions options_;
  const ClusterWatchWiring wiring_;
  HttpClient& client_;
  Clock& clock_;
  Log& log_;
  HpaLog hpa_log_;
  // View's thread's.
  EventWriter events_;
  DecisionChanges changes_;
  HpaRounds rounds_;
  bool is_moving_ = false;

  mutable Mutex mutex_;
  std::condition_variable_any wake_;
  bool changed_ LOADLINE_GUARDED_BY(mutex_) = false;
  std::shared_ptr<const ClusterView> view_ LOADLINE_GUARDED_BY(mutex_) = std::make_shared<const ClusterView>();
  Timestamp viewed_ LOADLINE_GUARDED_BY(mutex_);
  EventCounts event_counts_ LOADLINE_GUARDED_BY(mutex_);
  std::string targets_problem_ LOADLINE_GUARDED_BY(mutex_);

  Stores<KedaObject> scaled_objects_;
  Stores<KedaObject> scaled_jobs_;
  Stores<HpaObject> hpas_;
  Stores<ObjectEvent> warnings_;
  std::vector<std::unique_ptr<Watch>> watches_;
  std::vector<const Watch*> hpa_watches_;  // of them
  std::vector<std::jthread> threads_;      // last: they use the rest
};

}  // namespace

std::unique_ptr<ClusterWatch> MakeClusterWatch(ClusterWatchOptions options, ClusterWatchWiring wiring,
                                               HttpClient& client, Clock& clock, Log& log) {
  return std::make_unique<Following>(std::move(options), std::move(wiring), client, clock, log);
}

}  // namespace loadline
