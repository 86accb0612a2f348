// Writes Kubernetes Events, where people look: kubectl describe scaledobject.
#ifndef LOADLINE_KUBERNETES_EVENT_WRITER_H_
#define LOADLINE_KUBERNETES_EVENT_WRITER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kubernetes/cluster_view.h"
#include "kubernetes/kube_event.h"
#include "system/clock.h"
#include "system/http_client.h"
#include "system/log.h"

namespace loadline {

struct EventWriterOptions {
  std::string server;               // as in KubeConfig
  Duration again{15 * 60'000};      // an Event that lasts is asked for again: the API server forgets it after an hour
  Duration after_refusal{300'000};  // until a namespace that refused Events is asked again
  std::size_t most_at_once = 50;    // Events in one Write; the others have their turn with the next
};

struct EventCounts {
  std::uint64_t written = 0;
  std::uint64_t there = 0;  // another pod was first
  std::uint64_t failed = 0;
  Timestamp last_written;  // 1970 where never
};

// One thread's. The name of an Event is a function of the object and of what it tells, and Events are only created: of
// several pods one writes it, and the others find it there. Findings that are notes are not written.
class EventWriter {
 public:
  // All must outlive it.
  EventWriter(EventWriterOptions options, HttpClient& client, Clock& clock, Log& log);
  ~EventWriter();

  // Writes what has not been written lately. What fails is logged, counted, and tried again with a later call.
  void Write(const std::vector<ObjectFindings>& objects);
  // Tries each once: what has happened is no more news later.
  void WriteOnce(std::vector<KubeEvent> events);
  const EventCounts& counts() const { return counts_; }

 private:
  std::vector<KubeEvent> DueAt(const std::vector<ObjectFindings>& objects, Timestamp now);
  std::vector<KubeEvent> SendThose(std::vector<KubeEvent> events, Timestamp now);
  bool IsRefused(const KedaObject& object, Timestamp now) const;
  bool Note(const KubeEvent& event, const Result<HttpResponse>& response, Timestamp now);

  const EventWriterOptions options_;
  HttpClient& client_;
  Clock& clock_;
  Log& log_;
  EventCounts counts_;
  std::map<std::string, Timestamp> written_;  // by "namespace/name" of the Event
  std::map<std::string, Timestamp> refused_;  // by namespace
};

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_EVENT_WRITER_H_
