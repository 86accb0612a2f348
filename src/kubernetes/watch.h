// Follows all objects of one resource: lists them, watches what changes, and begins anew where that was lost.
#ifndef LOADLINE_KUBERNETES_WATCH_H_
#define LOADLINE_KUBERNETES_WATCH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>

#include "base/time.h"
#include "system/clock.h"
#include "system/http_client.h"
#include "system/log.h"

namespace loadline {

// Which objects: "configmaps" of "" and "v1", "scaledobjects" of "keda.sh" and "v1alpha1".
struct WatchTarget {
  std::string group;
  std::string version;
  std::string resource;
  std::string object_namespace;     // empty: all
  std::string label_selector;       // "loadline.dev/policies=true"; empty: all
  int page = 500;                   // objects in an answer to a list
  std::string field_selector = {};  // "involvedObject.kind=ScaledObject"; empty: all

  // "scaledobjects.keda.sh": how messages and metrics name it.
  std::string Name() const;
};

struct WatchOptions {
  Duration list_timeout{60'000};  // of one page
  Duration watch_for{300'000};    // how long a watch is asked to last; up to twice as long, so that not all end at once
  Duration idle_timeout{120'000};  // without a byte: the API server sends bookmarks about once a minute
  Duration first_pause{800};       // after a failure; twice as long after each further one
  Duration longest_pause{30'000};
  Duration steady_after{10'000};   // a watch that lasted as long was no failure
  std::function<double()> chance;  // 0 to 1; empty: real chance
};

// Where a watch stands.
struct WatchState {
  std::string resource;          // "scaledobjects.keda.sh"
  std::string object_namespace;  // empty: all
  bool complete = false;         // all objects are known: they have been listed, once at least
  bool watching = false;         // and what changes will be heard of
  std::string problem;           // why not
  std::uint64_t lists = 0;       // that were complete
  std::uint64_t watches = 0;     // that were begun
  std::uint64_t failures = 0;    // of both
  Timestamp last_heard;          // anything: a list, an event, a bookmark; 1970 where never
};

// Takes what a watch tells, from the watch's thread. Between BeginList and EndList come all objects there are; a list
// that fails in between is begun again. What was there before stays until EndList: nothing is ever gone because the API
// server is.
class ObjectSink {
 public:
  virtual ~ObjectSink() = default;

  virtual void BeginList() = 0;
  virtual void Put(const nlohmann::json& object) = 0;  // as it is now
  virtual void Remove(const std::string& object_namespace, const std::string& name) = 0;
  virtual void EndList() = 0;
};

// State is thread-safe; Run is one thread's.
class Watch {
 public:
  virtual ~Watch() = default;

  // Until `stop`. Never fails: what is wrong is in State, and tried again, ever.
  virtual void Run(std::stop_token stop) = 0;
  virtual WatchState State() const = 0;
};

// All must outlive the watch. `server` as in KubeConfig. `on_state` is called, from Run's thread, after each list,
// and when a problem comes or goes.
std::unique_ptr<Watch> MakeWatch(std::string server, WatchTarget target, WatchOptions options, HttpClient& client,
                                 ObjectSink& sink, Clock& clock, Log& log, std::function<void()> on_state = nullptr);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_WATCH_H_
