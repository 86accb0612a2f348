// How many replicas of what is scaled are ready, as its status says.
#ifndef LOADLINE_KUBERNETES_READY_REPLICAS_H_
#define LOADLINE_KUBERNETES_READY_REPLICAS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "kubernetes/kube_objects.h"
#include "system/clock.h"
#include "system/http_client.h"
#include "system/log.h"

namespace loadline {

struct ReadyReplicasOptions {
  std::string server;               // as in KubeConfig
  Duration settled{60'000};         // how often one is looked at of which nothing is waited for
  Duration after_refusal{300'000};  // until what was refused in a namespace is asked for again
  std::size_t most_at_once = 20;    // those that were looked at longest ago first
};

struct TargetLook {
  std::shared_ptr<const KedaObject> object;
  bool is_moving = false;  // something is waited for: it is looked at each time
};

// One thread's. Reads the subresource `status` of each target by its name, which needs `get` of that and nothing else:
// nobody can list by it, nor read what he does not know of. It works for every kind that KEDA scales and that has such
// a subresource.
class ReadyReplicas {
 public:
  // All must outlive it.
  ReadyReplicas(ReadyReplicasOptions options, HttpClient& client, Clock& clock, Log& log);

  // Reads those that are due; forgets those that are not among them.
  void Read(const std::vector<TargetLook>& looks);
  // As it was read last; none where that failed, or never was.
  std::optional<int> Of(const KedaObject& object) const;
  // What was refused last; empty: nothing is.
  std::string problem() const;

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // namespace, path of the resource, name
  struct Known {
    std::optional<int> ready;
    Timestamp looked;
  };
  static std::optional<Key> KeyOf(const KedaObject& object);
  std::vector<Key> DueAt(const std::vector<TargetLook>& looks, Timestamp now);
  void Note(const Key& key, const Result<HttpResponse>& response, Timestamp now);

  struct Refused {
    Timestamp when;
    std::string problem;
  };

  const ReadyReplicasOptions options_;
  HttpClient& client_;
  Clock& clock_;
  Log& log_;
  std::map<Key, Known> known_;
  std::map<std::pair<std::string, std::string>, Refused> refused_;  // by namespace and path of the resource
};

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_READY_REPLICAS_H_
