#include "kubernetes/event_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "kubernetes/json_reading.h"
#include "kubernetes/refusal.h"

namespace loadline {
namespace {

constexpr Duration kTimeout = std::chrono::seconds(10);

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

// What is new about it is a new Event.
KubeEvent EventOf(const std::shared_ptr<const KedaObject>& object, const Finding& finding) {
  const std::string what =
      fmt::format("{} {} {}", FindingName(finding.kind), finding.trigger ? static_cast<int>(*finding.trigger) : -1,
                  IsHearsay(finding.kind) ? "" : finding.sentence);
  return {object, KubeEventName(*object, what), ReasonOf(finding.kind),
          finding.sentence + (finding.mend.empty() ? "" : ": " + finding.mend), true};
}

std::string KeyOf(const KubeEvent& event) { return event.object->object_namespace + "/" + event.name; }

}  // namespace

EventWriter::EventWriter(EventWriterOptions options, HttpClient& client, Clock& clock, Log& log)
    : options_(std::move(options)), client_(client), clock_(clock), log_(log) {}

EventWriter::~EventWriter() = default;

void EventWriter::Write(const std::vector<ObjectFindings>& objects) {
  const Timestamp now = clock_.Now();
  for (const KubeEvent& each : SendThose(DueAt(objects, now), now)) written_[KeyOf(each)] = now;
}

void EventWriter::WriteOnce(std::vector<KubeEvent> events) {
  const Timestamp now = clock_.Now();
  // An API server that hangs takes the time-out of each batch: others wait for this thread.
  const Duration until = clock_.Running() + kTimeout;
  while (!events.empty() && clock_.Running() < until) {
    std::erase_if(events, [&](const KubeEvent& each) { return IsRefused(*each.object, now); });
    const auto rest = events.begin() + static_cast<std::ptrdiff_t>(std::min(events.size(), options_.most_at_once));
    std::vector<KubeEvent> later(std::make_move_iterator(rest), std::make_move_iterator(events.end()));
    events.erase(rest, events.end());
    SendThose(std::move(events), now);
    events = std::move(later);
  }
}

// Returns those that are there now.
std::vector<KubeEvent> EventWriter::SendThose(std::vector<KubeEvent> events, Timestamp now) {
  if (events.empty()) return events;
  std::vector<HttpRequest> requests;
  for (const KubeEvent& each : events) {
    requests.push_back(EventRequest(options_.server, each, now));
    requests.back().timeout = kTimeout;
  }
  const auto responses = client_.SendAll(requests, kTimeout);
  std::vector<KubeEvent> there;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (Note(events[i], responses[i], now)) there.push_back(std::move(events[i]));
  }
  return there;
}

bool EventWriter::IsRefused(const KedaObject& object, Timestamp now) const {
  const auto refused = refused_.find(object.object_namespace);
  return refused != refused_.end() && now - refused->second < options_.after_refusal;
}

std::vector<KubeEvent> EventWriter::DueAt(const std::vector<ObjectFindings>& objects, Timestamp now) {
  std::vector<KubeEvent> due;
  std::map<std::string, Timestamp> still;  // forgets what is no more
  for (const ObjectFindings& each : objects) {
    const bool is_refused = IsRefused(*each.object, now);
    for (const Finding& finding : each.findings) {
      // What KEDA has written an Event about needs no second one.
      if (SeverityOf(finding.kind) == FindingSeverity::kNote || finding.kind == FindingKind::kScalerFailed) continue;
      KubeEvent event = EventOf(each.object, finding);
      const auto written = written_.find(KeyOf(event));
      const bool is_recent =
          written != written_.end() && now - written->second < options_.again && now >= written->second;
      if (written != written_.end()) still.insert(*written);
      if (!is_recent && !is_refused && due.size() < options_.most_at_once) due.push_back(std::move(event));
    }
  }
  written_ = std::move(still);
  return due;
}

bool EventWriter::Note(const KubeEvent& event, const Result<HttpResponse>& response, Timestamp now) {
  const std::string& object_namespace = event.object->object_namespace;
  const bool is_there = response && response->status == 409;
  // What stands before an API server may answer, too: a page to log in at is no Event.
  const bool is_made = response && response->status / 100 == 2;
  const bool is_answered = is_made && ParseMap(response->body).has_value();
  if (is_answered || is_there) {
    ++(is_there ? counts_.there : counts_.written);
    counts_.last_written = now;
    return true;
  }
  ++counts_.failed;
  std::string problem = !response ? response.error().message
                        : is_made
                            ? "the API server answered no object"
                            : RefusalText(response->status, response->body, "create", "events", "", object_namespace);
  if (response && (response->status == 403 || response->status == 401)) refused_[object_namespace] = now;
  log_.WriteLimited("event " + object_namespace, "kubernetes", LogLevel::kWarn, "event_not_written",
                    {{"object", object_namespace + "/" + event.object->name}, {"problem", std::move(problem)}});
  return false;
}

}  // namespace loadline
