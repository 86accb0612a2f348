#include "kubernetes/event_writer.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "kubernetes/watch.h"
#include "scaling/envelope.h"

namespace loadline {
namespace {

using nlohmann::json;

constexpr Duration kTimeout = std::chrono::seconds(10);
constexpr std::size_t kMostWords = 1000;  // of a message: Kubernetes takes 1024 bytes
constexpr std::size_t kLongestName = 200;

// "PolicyMissing": reasons of Events are written so.
std::string ReasonOf(FindingKind kind) {
  std::string reason;
  bool upper = true;
  for (const char c : FindingName(kind)) {
    if (c == '_') {
      upper = true;
    } else {
      reason += upper ? static_cast<char>(c - 'a' + 'A') : c;
      upper = false;
    }
  }
  return reason;
}

// Whether a finding passes on what others say, which may change with each time that they say it.
bool IsHearsay(FindingKind kind) {
  return kind == FindingKind::kPolicyMissing || kind == FindingKind::kBadParameters || kind == FindingKind::kNotReady ||
         kind == FindingKind::kFallbackSilent;
}

// Equal on every pod, for as long as the object is the same and the finding says the same.
std::string EventName(const KedaObject& object, const Finding& finding) {
  const std::string what = fmt::format("{} {} {} {}", object.uid, FindingName(finding.kind),
                                       finding.trigger ? static_cast<int>(*finding.trigger) : -1,
                                       IsHearsay(finding.kind) ? "" : finding.sentence);
  return fmt::format("{}.loadline-{:016x}", object.name.substr(0, kLongestName), HashText(what));
}

std::string Seconds(Timestamp time) {
  const std::string text = FormatTimestamp(time);  // with milliseconds, which a Time has not
  return text.substr(0, text.find('.')) + "Z";
}

std::string EventJson(const KedaObject& object, const Finding& finding, const std::string& name, Timestamp now) {
  const std::string message = finding.sentence + (finding.mend.empty() ? "" : ": " + finding.mend);
  const json event = {{"apiVersion", "v1"},
                      {"kind", "Event"},
                      {"metadata", {{"name", name}, {"namespace", object.object_namespace}}},
                      {"involvedObject",
                       {{"apiVersion", "keda.sh/v1alpha1"},
                        {"kind", object.Kind()},
                        {"namespace", object.object_namespace},
                        {"name", object.name},
                        {"uid", object.uid}}},
                      {"reason", ReasonOf(finding.kind)},
                      {"message", OneLine(message, kMostWords)},
                      {"type", "Warning"},
                      {"source", {{"component", "loadline"}}},
                      {"firstTimestamp", Seconds(now)},
                      {"lastTimestamp", Seconds(now)},
                      {"count", 1}};
  return event.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

EventWriter::EventWriter(EventWriterOptions options, HttpClient& client, Clock& clock, Log& log)
    : options_(std::move(options)), client_(client), clock_(clock), log_(log) {}

EventWriter::~EventWriter() = default;

void EventWriter::Write(const std::vector<ObjectFindings>& objects) {
  const Timestamp now = clock_.Now();
  const std::vector<Due> due = DueAt(objects, now);
  if (due.empty()) return;
  std::vector<HttpRequest> requests;
  for (const Due& each : due) {
    HttpRequest request;
    request.url =
        fmt::format("{}/api/v1/namespaces/{}/events", options_.server, UrlEncode(each.object->object_namespace));
    request.body = EventJson(*each.object, *each.finding, each.name, now);
    request.content_type = "application/json";
    request.timeout = kTimeout;
    requests.push_back(std::move(request));
  }
  const auto responses = client_.SendAll(requests, kTimeout);
  for (std::size_t i = 0; i < due.size(); ++i) Note(due[i], responses[i], now);
}

std::vector<EventWriter::Due> EventWriter::DueAt(const std::vector<ObjectFindings>& objects, Timestamp now) {
  std::vector<Due> due;
  std::map<std::string, Timestamp> still;  // forgets what is no more
  for (const ObjectFindings& each : objects) {
    const KedaObject& object = *each.object;
    const auto refused = refused_.find(object.object_namespace);
    const bool is_refused = refused != refused_.end() && now - refused->second < options_.after_refusal;
    for (const Finding& finding : each.findings) {
      // What KEDA has written an Event about needs no second one.
      if (SeverityOf(finding.kind) == FindingSeverity::kNote || finding.kind == FindingKind::kScalerFailed) continue;
      std::string name = EventName(object, finding);
      const std::string key = object.object_namespace + "/" + name;
      const auto written = written_.find(key);
      const bool is_recent =
          written != written_.end() && now - written->second < options_.again && now >= written->second;
      if (written != written_.end()) still.insert(*written);
      if (!is_recent && !is_refused && due.size() < options_.most_at_once)
        due.push_back({&object, &finding, std::move(name)});
    }
  }
  written_ = std::move(still);
  return due;
}

void EventWriter::Note(const Due& due, const Result<HttpResponse>& response, Timestamp now) {
  const std::string& object_namespace = due.object->object_namespace;
  const bool is_there = response && response->status == 409;
  if (response && (response->status / 100 == 2 || is_there)) {
    ++(is_there ? counts_.there : counts_.written);
    counts_.last_written = now;
    written_[object_namespace + "/" + due.name] = now;
    return;
  }
  ++counts_.failed;
  std::string problem = response
                            ? RefusalText(response->status, response->body, "create", "events", "", object_namespace)
                            : response.error().message;
  if (response && (response->status == 403 || response->status == 401)) refused_[object_namespace] = now;
  log_.WriteLimited("event " + object_namespace, "kubernetes", LogLevel::kWarn, "event_not_written",
                    {{"object", object_namespace + "/" + due.object->name}, {"problem", std::move(problem)}});
}

}  // namespace loadline
