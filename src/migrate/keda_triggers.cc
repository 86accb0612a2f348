#include "migrate/keda_triggers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/reading.h"
#include "schedule/cron.h"
#include "schedule/zone.h"

namespace loadline {
namespace {

// What serve has for what a Prometheus trigger says about its server.
std::string SourceAdvice(const std::string& key, const std::string& source) {
  static const std::map<std::string, std::string, std::less<>> kAdvice = {
      {"authModes", "give sources.{0} basicAuthUser, bearerTokenFile or certificateFile, whichever the Secret holds"},
      {"customHeaders", "set them in sources.{0}.headers"},
      {"unsafeSsl", "give sources.{0}.caFile the server's authority (insecureSkipVerify is for trying out)"},
      {"timeout", "set it in sources.{0}.timeout"},
      {"namespace",
       "it was sent as the parameter namespace of each query: put it into the query, or into the path of "
       "sources.{0}.url, or a proxy's headers"},
      {"queryParameters", "sources have no parameters of their own: put them into the query, or before the server"},
      {"awsRegion", "requests are not signed for AWS: put a signing proxy (aws-sigv4-proxy) before sources.{0}"},
      {"identityOwner", "requests are not signed for AWS: put a signing proxy (aws-sigv4-proxy) before sources.{0}"}};
  const auto found = kAdvice.find(key);
  return found == kAdvice.end() ? "" : fmt::format(fmt::runtime(found->second), source);
}

class TriggerReader {
 public:
  TriggerReader(bool for_formula, Migration& migration) : for_formula_(for_formula), migration_(migration) {}

  void Read(const Node& trigger, std::string field) {
    trigger_ = &trigger;
    field_ = std::move(field);
    const Node* metadata = trigger.Find("metadata");
    metadata_ = metadata != nullptr ? *metadata : MapNode({});
    const std::string type = TextAt(trigger, "type");
    if (type == "prometheus") return Prometheus();
    if (type == "cron") return CronTrigger();
    Keep(type);
  }

  ReadTriggers Take() {
    if (empty_is_zero_) {
      migration_.Tell(Fate::kCarried, "ignoreNullValues",
                      "an empty answer is 0 (onEmpty: zero), as KEDA has it unless told otherwise; without it a lost "
                      "exporter would take no replica away, and whenIdle would say what holds at zero");
    }
    return std::move(read_);
  }

 private:
  void Tell(Fate fate, const std::string& key, std::string text) {
    migration_.Tell(fate, key.empty() ? field_ : field_ + "." + key, std::move(text));
  }

  void Keep(const std::string& type) {
    read_.kept.push_back(*trigger_);
    if (const std::string name = TextAt(*trigger_, "name"); !name.empty()) read_.kept_names.push_back(name);
    const bool loadlines = type == "external" || type == "external-push";
    Tell(Fate::kKept, "",
         fmt::format("{} stays beside Loadline's trigger: the HPA takes the higher of both{}", type,
                     type == "cpu" || type == "memory"
                         ? "; it needs no query, and never wakes a workload from zero"
                         : (loadlines ? "; it is a scaler of your own"
                                      : "; a query on an exporter's metric could take its place")));
  }

  std::string NewName(const std::string& from_query) {
    const std::string given = TextAt(*trigger_, "name");
    const std::string name = FreeName(given.empty() ? from_query : given, taken_);
    if (!given.empty()) read_.formula_names.emplace_back(given, name);
    return name;
  }

  // Keys that name a variable of the container or come from a Secret cannot be read here.
  void TellRest(const std::vector<std::string>& known, const std::string& source) {
    for (const Entry& entry : metadata_.entries) {
      if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
      const std::string advice = SourceAdvice(entry.key, source);
      Tell(advice.empty() ? Fate::kNotCarried : Fate::kToDo, "metadata." + entry.key,
           advice.empty() ? fmt::format("{} has no counterpart", DescribeNode(entry.value)) : advice);
    }
    for (const Entry& entry : trigger_->entries) {
      if (entry.key == "type" || entry.key == "metadata" || entry.key == "name" || entry.key == "metricType") continue;
      if (entry.key == "authenticationRef") {
        Tell(Fate::kToDo, entry.key,
             fmt::format("Loadline asks the server itself: give sources.{} the credentials that {} holds", source,
                         TextAt(entry.value, "name")));
      } else if (entry.key == "useCachedMetrics") {
        Tell(Fate::kCarried, entry.key, "decisions are made at ticks in any case, and calls read the last one");
      } else {
        Tell(Fate::kNotCarried, entry.key, fmt::format("{} has no counterpart", DescribeNode(entry.value)));
      }
    }
  }

  std::string How(const MeasuredSignal& signal) const {
    if (for_formula_) return "for the formula";
    std::string how = SeriesValue(signal.target);
    how += signal.kind == TargetKind::kValue ? " as the target of its value" : " for each replica";
    if (signal.activation > 0) how += ", wakes above " + SeriesValue(signal.activation);
    return how;
  }

  void Prometheus() {
    MeasuredSignal signal;
    signal.query = FoldBlanks(TextAt(metadata_, "query"));
    const std::optional<double> threshold = NumberAt(metadata_, "threshold");
    if (signal.query.empty() || !threshold || *threshold <= 0) {
      read_.kept.push_back(*trigger_);
      return Tell(Fate::kNotCarried, "",
                  "a Prometheus trigger has a query, and a threshold above 0: this one stays as it is");
    }
    if (signal.query.find("${") != std::string::npos) {
      read_.kept.push_back(*trigger_);
      return Tell(Fate::kNotCarried, "metadata.query",
                  "has ${, which in a policy is a parameter: write $1 for ${1} in label_replace, and migrate again");
    }
    const std::string source = SourceName(migration_, TextAt(metadata_, "serverAddress"));
    if (source != "default") signal.source = source;
    signal.target = *threshold;
    signal.kind = TextAt(*trigger_, "metricType") == "Value" ? TargetKind::kValue : TargetKind::kAverageValue;
    signal.activation = NumberAt(metadata_, "activationThreshold").value_or(0);
    signal.empty_is_zero = TruthAt(metadata_, "ignoreNullValues").value_or(true);
    signal.name = NewName(MetricIn(signal.query));
    Tell(Fate::kCarried, "", fmt::format("signal {}: {}, {}", signal.name, signal.query, How(signal)));
    if (signal.activation < 0) {
      signal.activation = 0;
      Tell(Fate::kChanged, "metadata.activationThreshold", "is below 0: always active; here a reading above 0 is");
    }
    empty_is_zero_ = empty_is_zero_ || signal.empty_is_zero;
    TellRest({"serverAddress", "query", "threshold", "activationThreshold", "ignoreNullValues", "metricName"}, source);
    read_.measured.push_back(std::move(signal));
  }

  void CronTrigger() {
    CronSignal cron{"", TextAt(metadata_, "timezone"), TextAt(metadata_, "start"), TextAt(metadata_, "end"), 0};
    const std::optional<double> replicas = NumberAt(metadata_, "desiredReplicas");
    const auto start = Cron::Parse(cron.start);
    const auto end = Cron::Parse(cron.end);
    const auto zone = TimeZone::Load(cron.timezone);
    if (!replicas || *replicas < 0 || !start || !end || !zone) {
      read_.kept.push_back(*trigger_);
      return Tell(Fate::kNotCarried, "",
                  fmt::format("stays as it is: {}", !start  ? "start: " + start.error().message
                                                    : !end  ? "end: " + end.error().message
                                                    : !zone ? "timezone: " + zone.error().message
                                                            : "desiredReplicas is no number"));
    }
    // Within its hours it is active, whatever it wants: KEDA then goes to one.
    cron.replicas = std::max(for_formula_ ? 0 : 1, static_cast<int>(*replicas));
    cron.name = NewName("schedule");
    Tell(Fate::kCarried, "",
         fmt::format("signal {}: {} replicas from {} to {} in {}", cron.name, cron.replicas, cron.start, cron.end,
                     cron.timezone));
    if (cron.replicas > *replicas)
      Tell(Fate::kChanged, "metadata.desiredReplicas", "0 keeps one running within the hours, as KEDA does");
    TellRest({"timezone", "start", "end", "desiredReplicas"}, "default");
    read_.crons.push_back(std::move(cron));
  }

  const bool for_formula_;
  Migration& migration_;
  const Node* trigger_ = nullptr;
  Node metadata_;
  std::string field_;
  bool empty_is_zero_ = false;
  ReadTriggers read_;
  std::vector<std::string> taken_;
};

}  // namespace

ReadTriggers ReadKedaTriggers(const std::vector<Node>& triggers, bool for_formula, Migration& migration) {
  TriggerReader reader(for_formula, migration);
  for (std::size_t i = 0; i < triggers.size(); ++i) reader.Read(triggers[i], fmt::format("spec.triggers[{}]", i));
  return reader.Take();
}

Node CronSignalNode(const CronSignal& cron) {
  Node window = MapNode({{"start", TextNode(cron.start)},
                         {"end", TextNode(cron.end)},
                         {"replicas", PlainNode(std::to_string(cron.replicas))}});
  Node schedule = MapNode({});
  if (cron.timezone != "UTC") SetEntry(schedule, "timezone", TextNode(cron.timezone));
  SetEntry(schedule, "windows", ListNode({std::move(window)}));
  return MapNode({{"name", TextNode(cron.name)}, {"schedule", std::move(schedule)}});
}

}  // namespace loadline
