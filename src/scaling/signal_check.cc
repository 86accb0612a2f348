#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scaling/checking.h"
#include "scaling/forecast_law.h"
#include "scaling/schedule_check.h"
#include "scaling/signal_fields.h"

namespace loadline {
namespace {

constexpr std::string_view kLaws =
    "query with one of perReplica, target, tiers and scoreAt; or one of replicas, backlog, schedule, pattern, "
    "dependsOn and forecast";

class SignalChecker {
 public:
  SignalChecker(const Checking& checking, const Signal& signal, const Node& node, const std::string& field)
      : checking_(checking), signal_(signal), node_(node), field_(field) {}

  void Run() const {
    CheckLaw();
    CheckRole();
    WarnOfCeilingOfNothing();
    CheckQueries();
    CheckTiers();
    CheckDependency();
    CheckForecast();
    CheckReadings();
    if (signal_.schedule) CheckSchedule(*signal_.schedule, At("schedule"), Field("schedule"), checking_.problems);
    if (signal_.on_missing) checking_.Missing(*signal_.on_missing, At("onMissing"), Field("onMissing"));
    if (signal_.min && signal_.max && *signal_.max < *signal_.min) {
      checking_.Error(At("max"), Field("max"),
                      fmt::format("want at least min, which is {}", FormatNumber(*signal_.min)),
                      FormatNumber(*signal_.max));
    }
  }

 private:
  const Node& At(std::string_view key) const { return Child(node_, key); }
  std::string_view RoleWord() const {
    for (const auto& [role, word] : EnumWords(Role{})) {
      if (role == signal_.role) return word;
    }
    return "";
  }
  std::string Field(std::string_view key) const { return fmt::format("{}.{}", field_, key); }

  // What stands there of the laws, by name.
  std::vector<std::string> Laws() const {
    std::vector<std::string> laws;
    auto add = [&](bool there, const char* name) {
      if (there) laws.emplace_back(name);
    };
    add(signal_.per_replica.has_value(), "perReplica");
    add(signal_.target.has_value(), "target");
    add(!signal_.tiers.empty(), "tiers");
    add(signal_.score_at.has_value(), "scoreAt");
    add(signal_.replicas.has_value(), "replicas");
    add(signal_.backlog.has_value(), "backlog");
    add(signal_.schedule.has_value(), "schedule");
    add(signal_.pattern.has_value(), "pattern");
    add(signal_.depends_on.has_value(), "dependsOn");
    add(signal_.forecast.has_value(), "forecast");
    return laws;
  }

  bool HasOwnSource() const {
    return signal_.replicas || signal_.backlog || signal_.schedule || signal_.pattern || signal_.depends_on ||
           signal_.forecast;
  }

  bool IsNamed() const {
    const Policy& policy = checking_.policy;
    return policy.combine.kind == Combine::Kind::kExpression ||
           std::any_of(policy.rules.begin(), policy.rules.end(),
                       [&](const Rule& rule) { return Names(rule.when, signal_.name); });
  }

  void CheckLaw() const {
    std::vector<std::string> laws = Laws();
    // The law by which what is expected becomes replicas, where it is not that of the signal that it is of.
    if (signal_.forecast && laws.size() == 2 && !signal_.score_at && ReadingLawOf(signal_) != Law::kValue) return;
    if (signal_.query && HasOwnSource()) laws.insert(laws.begin(), "query");
    if (laws.size() > 1) {
      return checking_.Error(node_, field_, fmt::format("a signal has one law: {}", kLaws), JoinWords(laws),
                             "make two signals of it");
    }
    if (!signal_.query && !HasOwnSource()) {
      if (laws.empty()) return checking_.Error(node_, field_, fmt::format("a signal has a law: {}", kLaws), "none");
      return checking_.Error(node_, Field("query"), "is required with " + laws.front(), "nothing");
    }
    if (laws.empty() && signal_.role != Role::kGate && !IsNamed()) {
      checking_.Error(
          node_, field_,
          "want perReplica, target, tiers or scoreAt with query, or a rule or expression that names the signal", "none",
          "how much of the query's value one replica takes, such as perReplica: 300");
    }
  }

  void CheckRole() const {
    const bool gate = signal_.role == Role::kGate;
    if (gate && (!signal_.query || !Laws().empty()))
      checking_.Error(node_, field_, "a gate has a query, with above or below, and no law",
                      Laws().empty() ? "no query" : JoinWords(Laws()), "such as query: up, above: 0");
    if (gate && !signal_.above && !signal_.below)
      checking_.Error(node_, field_, "a gate says when it is open: above or below", "neither", "such as above: 0");
    if (!gate && (signal_.above || signal_.below)) {
      checking_.Error(
          At(signal_.above ? "above" : "below"), Field(signal_.above ? "above" : "below"),
          "above and below are a gate's", fmt::format("role: {}", RoleWord()),
          "role: gate makes one of it; when to keep running says activateAbove, how much is needed perReplica");
    }
    const OnMissing& missing = OnMissingOf(checking_.policy, signal_);
    if ((gate || signal_.score_at) && std::holds_alternative<FallbackReplicas>(missing.then)) {
      checking_.Error(
          node_, Field("onMissing.then"),
          "a gate and a part of the score have no replicas to fall back to: want error, ignore or assumeHigh",
          "replicas", signal_.on_missing ? "" : "the policy's onMissing holds: give the signal one of its own");
    }
    if (signal_.score_at && signal_.role != Role::kDemand)
      checking_.Error(At("role"), Field("role"), "a part of the score is a demand", fmt::format("role: {}", RoleWord()),
                      "leave out role, or use perReplica instead of scoreAt");
  }

  // Observed replicas * value / target: of none observed it is none, and none could ever start.
  void WarnOfCeilingOfNothing() const {
    if (signal_.role != Role::kCeiling || !signal_.target || signal_.min.value_or(0) > 0) return;
    checking_.Warn(At("target"), Field("target"), "at zero observed replicas this ceiling is 0, and nothing can start",
                   "give the signal min: 1, or use perReplica");
  }

  void CheckQueries() const {
    if (signal_.query) checking_.Query(*signal_.query, At("query"), Field("query"));
    if (signal_.freshness) checking_.Query(*signal_.freshness, At("freshness"), Field("freshness"));
    if (signal_.replicas) {
      if (const auto* query = std::get_if<QueryTemplate>(&*signal_.replicas))
        checking_.Query(*query, At("replicas"), Field("replicas"));
    }
    if (!signal_.backlog) return;
    const Node& backlog = At("backlog");
    checking_.Query(signal_.backlog->depth, Child(backlog, "depth"), Field("backlog.depth"));
    checking_.Query(signal_.backlog->arrivals, Child(backlog, "arrivals"), Field("backlog.arrivals"));
    const Node& throughput = Child(backlog, "throughputPerReplica");
    if (const auto* query = std::get_if<QueryTemplate>(&signal_.backlog->throughput_per_replica))
      checking_.Query(*query, throughput, Field("backlog.throughputPerReplica"));
    const auto* learned = std::get_if<LearnedThroughput>(&signal_.backlog->throughput_per_replica);
    if (learned == nullptr) return;
    CheckLearned(learned->replicas, throughput, "backlog.throughputPerReplica", "replicas");
    CheckLearned(learned->done, throughput, "backlog.throughputPerReplica", "done");
  }

  void CheckLearned(const std::optional<QueryTemplate>& query, const Node& node, std::string_view field,
                    std::string_view key) const {
    if (query) checking_.Query(*query, Child(node, key), Field(fmt::format("{}.{}", field, key)));
  }

  void CheckAhead() const {
    const auto* learned = std::get_if<LearnedAhead>(&signal_.forecast->ahead);
    if (learned == nullptr) return;
    const Node& ahead = Child(At("forecast"), "ahead");
    CheckLearned(learned->wanted, ahead, "forecast.ahead", "wanted");
    CheckLearned(learned->ready, ahead, "forecast.ahead", "ready");
    if (learned->assume > learned->at_most)
      checking_.Error(Child(ahead, "assume"), Field("forecast.ahead.assume"),
                      fmt::format("want at most atMost, which is {}", FormatDuration(learned->at_most)),
                      FormatDuration(learned->assume));
  }

  void CheckTiers() const {
    const Node& list = At("tiers");
    for (std::size_t i = 0; i < signal_.tiers.size() && i < list.items.size(); ++i) {
      const std::string field = fmt::format("{}.tiers[{}]", field_, i);
      if (i > 0 && signal_.tiers[i].from <= signal_.tiers[i - 1].from) {
        checking_.Error(Child(list.items[i], "from"), field + ".from",
                        fmt::format("tiers ascend: want above {}", FormatNumber(signal_.tiers[i - 1].from)),
                        FormatNumber(signal_.tiers[i].from));
      }
      if (signal_.tiers[i].replicas.percent && !checking_.policy.replicas.max) {
        checking_.Error(Child(list.items[i], "replicas"), field + ".replicas", "a percentage is one of replicas.max",
                        "no replicas.max", "set spec.replicas.max");
      }
    }
  }

  void CheckDependency() const {
    if (!signal_.depends_on) return;
    const DependsOn& depends_on = *signal_.depends_on;
    const Node& node = At("dependsOn");
    const bool proportional = depends_on.relation == DependsOn::Relation::kProportional;
    if (proportional && !depends_on.ratio)
      checking_.Error(node, Field("dependsOn.ratio"), "is required with relation: proportional", "nothing",
                      "ratio: 0.5");
    if (!proportional && !depends_on.replicas)
      checking_.Error(node, Field("dependsOn.replicas"), "is required with relation: fixed and minimum", "nothing",
                      "replicas: 3");
    if (proportional ? depends_on.replicas.has_value() : depends_on.ratio.has_value()) {
      const char* wrong = proportional ? "replicas" : "ratio";
      checking_.Error(Child(node, wrong), fmt::format("{}.dependsOn.{}", field_, wrong),
                      "ratio goes with proportional, replicas with fixed and minimum", wrong);
    }
    if (depends_on.policy && depends_on.of == DependsOn::Of::kObserved)
      checking_.Error(Child(node, "policy"), Field("dependsOn.policy"),
                      "says whose desired replicas are meant, and of is observed", *depends_on.policy,
                      "leave out policy, or write of: desired");
  }

  void CheckForecast() const {
    if (!signal_.forecast) return;
    CheckAhead();
    const std::string& of = signal_.forecast->of;
    const std::string name = of.substr(0, of.find('.'));
    const Node& node = Child(At("forecast"), "of");
    const std::string found = fmt::format("\"{}\"", OneLine(of, 63));
    checking_.SignalName(name, node, Field("forecast.of"));
    if (name == signal_.name)
      return checking_.Error(node, Field("forecast.of"), "a forecast is of another signal", found,
                             "name the signal whose readings go on");
    const auto index = IndexOfForecast(checking_.policy, *signal_.forecast);
    if (!index) return;
    const Signal& other = checking_.policy.signals[*index];
    const bool is_read =
        other.query || other.backlog || (other.replicas && std::holds_alternative<QueryTemplate>(*other.replicas));
    if (!is_read)
      return checking_.Error(node, Field("forecast.of"), "a forecast is of a signal that a source is asked for", found);
    const std::string whole = other.backlog ? name + ".arrivals" : name;
    if (of != whole)
      return checking_.Error(node, Field("forecast.of"), fmt::format("want {}", whole), found,
                             other.backlog ? "what waits depends on the replicas; what arrives does not" : "");
    CheckForecastRole(other);
  }

  // It speaks for the demand of another signal, or is a floor by itself.
  void CheckForecastRole(const Signal& other) const {
    if (signal_.role != Role::kDemand && signal_.role != Role::kFloor)
      return checking_.Error(At("role"), Field("role"), "a forecast is a demand or a floor",
                             fmt::format("role: {}", RoleWord()));
    const Law law = LawOf(other);
    const bool has_demand = law != Law::kValue && law != Law::kScore && law != Law::kGate;
    if (!has_demand && ReadingLawOf(signal_) == Law::kValue)
      return checking_.Error(At("forecast"), field_,
                             fmt::format("{} has no law by which it becomes replicas", other.name), "none here either",
                             "such as perReplica: 300");
    if (signal_.role == Role::kDemand && (!has_demand || other.role != Role::kDemand))
      checking_.Error(At("forecast"), Field("forecast.of"),
                      fmt::format("{} asks for no replicas that a forecast could raise", other.name), "role: demand",
                      "give the forecast role: floor");
  }

  // What is about readings needs some.
  void CheckReadings() const {
    const bool reads = signal_.query || signal_.backlog ||
                       (signal_.replicas && std::holds_alternative<QueryTemplate>(*signal_.replicas));
    const std::array<std::pair<const char*, bool>, 5> fields = {{{"window", signal_.window.has_value()},
                                                                 {"smooth", signal_.smooth.has_value()},
                                                                 {"maxAge", signal_.max_age.has_value()},
                                                                 {"freshness", signal_.freshness.has_value()},
                                                                 {"distrustZero", signal_.distrust_zero.has_value()}}};
    for (const auto& [key, there] : fields) {
      if (there && !reads)
        checking_.Error(At(key), Field(key), "is about readings, and this signal has no query", "",
                        fmt::format("leave out {}", key));
    }
    if (signal_.freshness && !signal_.max_age)
      checking_.Error(At("freshness"), Field("freshness"), "says the age that maxAge bounds, and there is no maxAge",
                      "", "such as maxAge: 1m");
    if (!signal_.max_age || signal_.freshness || !reads) return;
    // timestamp() of anything but a selector is the time of the query, always fresh.
    const bool selector =
        signal_.query &&
        RE2::FullMatch(signal_.query->text(), R"(\s*[a-zA-Z_:][a-zA-Z0-9_:]*\s*(\{[^{}]*(\$\{[^{}]*\}[^{}]*)*\})?\s*)");
    if (!selector) {
      checking_.Error(At("maxAge"), Field("maxAge"), "needs freshness, as the query is not a plain selector", "",
                      "such as freshness: max(timestamp(lag_seconds))");
    }
  }

  const Checking& checking_;
  const Signal& signal_;
  const Node& node_;
  const std::string& field_;
};

}  // namespace

void CheckSignal(const Checking& checking, const Signal& signal, const Node& node, const std::string& field) {
  SignalChecker(checking, signal, node, field).Run();
}

}  // namespace loadline
