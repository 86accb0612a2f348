#include "kubernetes/cluster_watch.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <thread>
#include <utility>

#include "kubernetes/object_store.h"
#include "system/background.h"
#include "system/mutex.h"

namespace loadline {
namespace {

class Following : public ClusterWatch {
 public:
  Following(ClusterWatchOptions options, ClusterWatchWiring wiring, HttpClient& client, Clock& clock, Log& log)
      : options_(std::move(options)),
        wiring_(std::move(wiring)),
        client_(client),
        clock_(clock),
        log_(log),
        events_({.server = options_.server}, client, clock, log) {
    std::vector<std::string> namespaces = options_.namespaces;
    if (namespaces.empty()) namespaces.emplace_back();
    for (const std::string& each : namespaces) {
      Follow(scaled_objects_, {"keda.sh", "v1alpha1", "scaledobjects", each, ""}, ReadScaledObject);
      Follow(scaled_jobs_, {"keda.sh", "v1alpha1", "scaledjobs", each, ""}, ReadScaledJob);
      Follow(hpas_, {"autoscaling", "v2", "horizontalpodautoscalers", each, ""}, ReadHpa);
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
    return state;
  }

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
      for (const ForeseenBinding& each : view->bindings) wiring_.foresee(each);
      {
        const MutexLock lock(mutex_);
        view_ = view;
        viewed_ = clock_.Now();
      }
      if (options_.events) {
        events_.Write(view->objects);
        const MutexLock lock(mutex_);
        event_counts_ = events_.counts();
      }
      const auto took = std::chrono::ceil<Duration>(std::chrono::duration<double>(ThreadCpuSeconds() - begin));
      Rest(std::max(options_.at_most_every, 9 * took), stop);
    }
  }

  // Until something has changed, or may have. False where `stop` was requested.
  bool Await(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, options_.at_least_every, [this] { return changed_; });
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
  EventWriter events_;  // View's thread's

  mutable Mutex mutex_;
  std::condition_variable_any wake_;
  bool changed_ LOADLINE_GUARDED_BY(mutex_) = false;
  std::shared_ptr<const ClusterView> view_ LOADLINE_GUARDED_BY(mutex_) = std::make_shared<const ClusterView>();
  Timestamp viewed_ LOADLINE_GUARDED_BY(mutex_);
  EventCounts event_counts_ LOADLINE_GUARDED_BY(mutex_);

  Stores<KedaObject> scaled_objects_;
  Stores<KedaObject> scaled_jobs_;
  Stores<HpaObject> hpas_;
  Stores<ObjectEvent> warnings_;
  std::vector<std::unique_ptr<Watch>> watches_;
  std::vector<std::jthread> threads_;  // last: they use the rest
};

}  // namespace

std::unique_ptr<ClusterWatch> MakeClusterWatch(ClusterWatchOptions options, ClusterWatchWiring wiring,
                                               HttpClient& client, Clock& clock, Log& log) {
  return std::make_unique<Following>(std::move(options), std::move(wiring), client, clock, log);
}

}  // namespace loadline
