#include "migrate/keda_triggers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/keda_hours.h"
#include "migrate/reading.h"
#include "schedule/cron.h"
#include "schedule/zone.h"

namespace loadline {
namespace {

constexpr double kLeastTarget = 1e-6;  // what a scenario writes out

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
      migration_.Tell(
          Fate::kChanged, "ignoreNullValues",
          "KEDA takes NaN and infinity for 0, too: a ratio of nothing to nothing; here they are missing data, "
          "held and then an error (write such a query so that it says 0)");
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

  void KeepBroken(const std::string& why) {
    read_.kept.push_back(*trigger_);
    if (const std::string name = TextAt(*trigger_, "name"); !name.empty()) read_.kept_names.push_back(name);
    Tell(Fate::kNotCarried, "", "stays as it is: " + why);
  }

  static std::string Trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
  }

  // What KEDA refuses, or a policy cannot say; empty: nothing.
  std::string ProblemOfPrometheus(const std::string& query, const std::optional<double>& threshold) const {
    const auto is_bad = [&](const char* key, const auto& value) {
      return metadata_.Find(key) != nullptr && !TextAt(metadata_, key).empty() && !value;
    };
    if (query.empty()) return "it has no query";
    if (!threshold) return "its threshold is no number";
    if (*threshold < kLeastTarget) return "its threshold is not above 0";
    if (TextAt(metadata_, "serverAddress").empty()) return "it has no serverAddress";
    if (is_bad("activationThreshold", PlainNumberAt(metadata_, "activationThreshold")))
      return "its activationThreshold is no number";
    if (is_bad("ignoreNullValues", TruthAt(metadata_, "ignoreNullValues")))
      return "its ignoreNullValues is neither true nor false";
    const std::string type = TextAt(*trigger_, "metricType");
    if (!type.empty() && type != "AverageValue" && type != "Value") return "its metricType is " + type;
    if (query.find("${") != std::string::npos)
      return "its query has ${, which in a policy is a parameter: write $1 for ${1} in label_replace, and migrate "
             "again";
    return "";
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
    signal.query = Trimmed(TextAt(metadata_, "query"));
    const std::optional<double> threshold = PlainNumberAt(metadata_, "threshold");
    if (const std::string problem = ProblemOfPrometheus(signal.query, threshold); !problem.empty())
      return KeepBroken(problem);
    const std::string source = SourceName(migration_, TextAt(metadata_, "serverAddress"));
    if (source != "default") signal.source = source;
    signal.target = *threshold;
    signal.kind = TextAt(*trigger_, "metricType") == "Value" ? TargetKind::kValue : TargetKind::kAverageValue;
    signal.activation = PlainNumberAt(metadata_, "activationThreshold").value_or(0);
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
    const std::optional<int> replicas = CountAt(metadata_, "desiredReplicas");
    const auto start = Cron::Parse(cron.start);
    const auto end = Cron::Parse(cron.end);
    const auto zone = TimeZone::Load(cron.timezone);
    if (!start) return KeepBroken("start: " + start.error().message);
    if (!end) return KeepBroken("end: " + end.error().message);
    if (!zone) return KeepBroken("timezone: " + zone.error().message);
    if (!replicas || *replicas == 0) return KeepBroken("desiredReplicas is no number above 0");
    if (*start == *end) return KeepBroken("start and end are the same, which KEDA refuses");
    if (TextAt(*trigger_, "metricType") == "Value")
      return KeepBroken("metricType Value means its value times the ready pods");
    if (!KedaHours(*start, *end, *zone).Alternate())
      return KeepBroken(
          "its start and end do not alternate: KEDA takes other hours than those from each start to the next end");
    cron.replicas = *replicas;
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
