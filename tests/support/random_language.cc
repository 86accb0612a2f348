#include "support/random_language.h"

#include <fmt/format.h>

#include <cmath>

namespace loadline::testing {
namespace {

using Words = std::vector<std::string>;

// Up to so many ticks, now and then with a part of one.
std::string Span(Chance& chance, int least, int most) {
  return fmt::format("{}s", 15 * chance.Between(least, most) + (chance.In(30) ? 5 : 0));
}
std::string PowerOfTwo(Chance& chance, int least, int most) {
  return fmt::format("{}", std::exp2(chance.Between(least, most)));
}
std::string Zone(Chance& chance) { return chance.Of<std::string>({"UTC", "Europe/Berlin", "America/New_York"}); }

// One signal after the other; what they have in common is known only at the end.
class SpecMaker {
 public:
  SpecMaker(Chance& chance, const LanguageOptions& options) : chance_(chance), options_(options) {}

  RandomSpec Make() {
    count_ = chance_.Between(1, 5);
    has_max_ = chance_.In(90);
    const int kind = options_.only_max ? 99 : chance_.Between(0, 99);
    by_score_ = kind < 12;
    by_expression_ = kind >= 12 && kind < 24;
    objective_ = options_.objectives && has_max_ && !by_score_ && chance_.In(10);
    RandomSpec spec;
    for (int i = 0; i < count_; ++i) spec.signals.push_back(OneSignal(i));
    spec.combine = CombineText();
    const int min = chance_.In(50) ? 0 : chance_.Between(1, 12);
    const std::string max = has_max_ ? fmt::format(", max: {}", min + chance_.Between(1, 40)) : "";
    spec.rest = fmt::format("replicas: {{ min: {}{}, observed: {}observed }}\n", min, max, options_.queries);
    spec.rest += Missing(gates_or_scores_) + "\n";
    if (chance_.In(20)) spec.rest += "onEmpty: zero\n";
    if (chance_.In(60)) spec.rest += Shaping("scaleUp") + Shaping("scaleDown");
    if (chance_.In(40)) spec.rest += Rules();
    if (objective_) spec.rest += Objective();
    if (options_.looks_back && !objective_ && chance_.In(15))
      spec.rest += fmt::format("every: {}s\n", 15 * chance_.Between(1, 6));
    if (chance_.In(30))
      spec.rest +=
          fmt::format("whenIdle: {}\n", chance_.Of<std::string>({"inactive", "wake", options_.queries + "idle"}));
    if (chance_.In(15))
      spec.rest += fmt::format("cost: {{ perReplicaHour: 0.1, maxPerHour: {} }}\n", 0.1 * chance_.Between(0, 40));
    if (chance_.In(40)) spec.rest += Hpa();
    if (chance_.In(10)) spec.rest += fmt::format("mode: {}\n", chance_.Of<std::string>({"hold", "yield"}));
    return spec;
  }

 private:
  std::string Query(int index) { return fmt::format("{}{}", options_.queries, index); }

  // "onMissing: { ... }"; without a number of replicas where there are none to fall back to.
  std::string Missing(bool no_replicas) {
    Words answers = {"error", "ignore"};
    if (has_max_) answers.push_back("assumeHigh");
    if (!no_replicas) {
      for (const char* behavior : {"static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"})
        answers.push_back(fmt::format("{{ replicas: {}, behavior: {} }}", chance_.Between(0, 20), behavior));
    }
    return fmt::format("onMissing: {{ hold: {}, then: {} }}", Span(chance_, 0, 6), chance_.Of(answers));
  }

  std::string Tiers() {
    std::string tiers;
    int from = chance_.Between(0, 20);
    int replicas = chance_.Between(0, 3);
    for (int i = chance_.Between(1, 4); i > 0; --i) {
      tiers += fmt::format("{}{{ from: {}, replicas: {} }}", tiers.empty() ? "" : ", ", from,
                           // A share of the maximum may be less than what the tier below asks for.
                           !options_.only_rising && has_max_ && chance_.In(20)
                               ? fmt::format("{}%", 25 * chance_.Between(0, 4))
                               : std::to_string(replicas));
      from += chance_.Between(1, 200);
      replicas += chance_.Between(0, 10);
    }
    return "[" + tiers + "]";
  }

  std::string ScheduleWindow(int index) {
    std::string text = fmt::format("name: w{}, ", index);
    const int form = chance_.Between(0, 3);
    if (form == 0) {
      text += fmt::format("start: '{}/{} * * * *', duration: {}m", chance_.Between(0, 3), chance_.Between(2, 9),
                          chance_.Between(2, 4));
      if (chance_.In(50)) text += ", ramp: 1m";
    } else if (form == 1) {
      text += fmt::format("start: '{} * * * *', end: '{} * * * {}'", chance_.Between(0, 59), chance_.Between(0, 59),
                          chance_.Of<std::string>({"*", "MON-FRI", "SAT,SUN"}));
      if (chance_.In(50)) text += ", rampOut: 2m";
    } else if (form == 2) {
      text += fmt::format("start: '{} {} * * *', duration: {}h, rampIn: {}m", chance_.Between(0, 59),
                          chance_.Between(0, 23), chance_.Between(1, 12), 1 << chance_.Between(0, 5));
    } else {
      text += fmt::format("from: 2024-10-03T{:02}:{:02}, to: 2024-10-04T{:02}:{:02}", chance_.Between(0, 23),
                          chance_.Between(0, 59), chance_.Between(0, 23), chance_.Between(0, 59));
    }
    const int says = chance_.Between(0, 3);
    if (says == 0) return text + fmt::format(", replicas: {}", chance_.Between(0, 24));
    if (says == 1) return text + fmt::format(", min: {}, max: {}", chance_.Between(0, 8), chance_.Between(8, 30));
    if (says == 2) return text + fmt::format(", factor: {}", chance_.Of<std::string>({"0.5", "1.5", "2"}));
    return text + fmt::format(", max: {}", chance_.Between(0, 20));
  }

  std::string Schedule() {
    std::string text = fmt::format("schedule: {{ timezone: {}, windows: [ {{ {} }}", Zone(chance_), ScheduleWindow(0));
    for (int i = chance_.Between(0, 2); i > 0; --i) text += fmt::format(", {{ {} }}", ScheduleWindow(i));
    text += " ]";
    if (chance_.In(40))
      text += chance_.In(50) ? ", except: { calendar: holidays }"
                             : ", except: { dates: [2024-10-04], calendar: [holidays, unknown] }";
    return text + " }";
  }

  std::string Pattern() {
    return fmt::format("pattern: {{ timezone: {}, peak: {}, hours: [ {{ day: '*', hour: {}, expectedLoad: {} }} ] }}",
                       Zone(chance_), chance_.Between(1, 40), chance_.Between(0, 23),
                       chance_.Of<std::string>({"0.25", "0.5", "1"}));
  }

  std::string DependsOn() {
    std::string target = chance_.Of(options_.targets);
    const bool observed = chance_.In(30);
    if (const std::size_t policy = target.find(", policy"); observed && policy != std::string::npos)
      target.resize(policy);
    const Words relations = {fmt::format("ratio: {}", PowerOfTwo(chance_, -2, 1)),
                             fmt::format("relation: fixed, replicas: {}", chance_.Between(1, 9)),
                             fmt::format("relation: minimum, replicas: {}", chance_.Between(1, 9))};
    return fmt::format("dependsOn: {{ {}, of: {}, {}, lag: {}{} }}", target, observed ? "observed" : "desired",
                       chance_.Of(relations), Span(chance_, 0, 4), chance_.In(10) ? ", enabled: false" : "");
  }

  std::string Backlog(const std::string& query) {
    return fmt::format(
        "backlog: {{ depth: {0}, arrivals: {0}_arrivals, drainWithin: {1}s, throughputPerReplica: {2} }}", query,
        PowerOfTwo(chance_, 3, 9),
        chance_.In(50)   ? PowerOfTwo(chance_, 0, 6)
        : chance_.In(70) ? query + "_throughput"
                         : fmt::format("{{ assume: {} }}", PowerOfTwo(chance_, 0, 6)));
  }

  // What goes with a query: how its readings are taken.
  std::string Taken(const std::string& query, bool plain) {
    std::string text;
    if (chance_.In(35)) {
      Words takes = {"avg", "max", "min", "sum", "last", "p50", "p75", "p90", "p95", "p99"};
      // The more there was before, the less it has grown since.
      if (!options_.only_rising) takes.insert(takes.end(), {"rate", "delta"});
      text += fmt::format(", window: {{ over: {}, take: {} }}", Span(chance_, 1, 6), chance_.Of(takes));
    }
    if (chance_.In(20)) text += fmt::format(", smooth: {}s", chance_.Between(3, 60));
    // What is held instead of a zero may be more than a small number that is trusted.
    if (!options_.only_rising && chance_.In(20)) text += fmt::format(", distrustZero: {}", Span(chance_, 1, 4));
    if (chance_.In(20))
      text += fmt::format(", maxAge: {}{}", Span(chance_, 1, 8),
                          plain && chance_.In(50) ? "" : fmt::format(", freshness: {}_fresh", query));
    return text;
  }

  std::string Own(bool no_replicas) {
    std::string text = fmt::format(", weight: {}", PowerOfTwo(chance_, -2, 2));
    if (chance_.In(20)) text += fmt::format(", activateAbove: {}", chance_.Between(0, 100));
    if (chance_.In(20)) text += fmt::format(", min: {}", chance_.Between(0, 5));
    if (chance_.In(20)) text += fmt::format(", max: {}", chance_.Between(5, 30));
    if (chance_.In(30)) text += fmt::format(", onEmpty: {}", chance_.In(50) ? "zero" : "missing");
    gates_or_scores_ = gates_or_scores_ || no_replicas;
    if (chance_.In(50)) text += ", " + Missing(no_replicas);
    return text;
  }

  std::string OneSignal(int index) {
    const std::string query = Query(index);
    const std::string name = fmt::format("name: s{}", index);
    if (objective_ && index == 0) {
      queue_ = chance_.In(50);
      const std::string law =
          queue_ ? Backlog(query) : fmt::format("query: {}, perReplica: {}", query, PowerOfTwo(chance_, -1, 7));
      return fmt::format("{{ {}, {}{} }}", name, law, Own(false));
    }
    if (by_score_ && (index == 0 || chance_.In(50)))
      return fmt::format("{{ {}, query: {}, scoreAt: {}{}{} }}", name, query, PowerOfTwo(chance_, 5, 9),
                         Taken(query, true), Own(true));
    // A gate may close above its number.
    if (!options_.only_rising && chance_.In(8)) {
      return fmt::format("{{ {}, role: gate, query: {}, {}: {}, whenClosed: {}{}{} }}", name, query,
                         chance_.In(50) ? "above" : "below", chance_.Between(0, 200),
                         chance_.In(50) ? "hold" : "nothing", Taken(query, true), Own(true));
    }
    if (by_expression_ && chance_.In(20))
      return fmt::format("{{ {}, query: {}{}{} }}", name, query, Taken(query, true), Own(false));
    // A forecast may fall the more for what there was.
    if (!options_.only_rising && !forecast_of_.empty() && chance_.In(15)) return Forecast(name);
    const std::string role = chance_.In(75) ? "demand" : chance_.In(60) ? "floor" : "ceiling";
    const std::string law = LawText(query);
    if (index == 0 && role == "demand") {
      if (law.starts_with("query: ") || law.starts_with("replicas: " + query)) forecast_of_ = "s0";
      if (law.starts_with("backlog: ")) forecast_of_ = "s0.arrivals";
    }
    return fmt::format("{{ {}, role: {}, {}{} }}", name, role, law, Own(false));
  }

  std::string LawText(const std::string& query) {
    switch (chance_.Between(0, 13)) {
      case 0:
      case 1: return fmt::format("query: {}, perReplica: {}{}", query, PowerOfTwo(chance_, -1, 7), Taken(query, true));
      case 2:
      case 3: return fmt::format("query: {}, target: {}{}", query, PowerOfTwo(chance_, 4, 9), Taken(query, true));
      case 4:
      case 5: return fmt::format("query: {}, tiers: {}{}", query, Tiers(), Taken(query, true));
      case 6: return fmt::format("replicas: {}{}", query, Taken(query, false));
      case 7: return fmt::format("replicas: {}", chance_.Between(0, 20));
      case 8:
      case 9: return Backlog(query) + Taken(query, false);
      case 10: return Schedule();
      case 11: return Pattern();
      default: return DependsOn();
    }
  }

  // Of the first signal, where that is a demand that is measured.
  std::string Forecast(const std::string& name) {
    return fmt::format("{{ {}, role: {}, forecast: {{ of: {}, ahead: {}, mode: {}{} }}{}{} }}", name,
                       chance_.In(80) ? "demand" : "floor", forecast_of_,
                       chance_.Of<std::string>({"5m", "90s", "auto", "{ assume: 90s, atMost: 10m, quantile: 0.5 }"}),
                       chance_.Of<std::string>({"shadow", "active", "active", "off"}),
                       chance_.In(30) ? ", mayLower: true" : "",
                       chance_.In(40) ? fmt::format(", perReplica: {}", PowerOfTwo(chance_, -1, 7)) : "", Own(false));
  }

  std::string Order() {
    Words names;
    for (int i = 0; i < count_; ++i) names.push_back(fmt::format("s{}", i));
    chance_.Shuffle(names);
    names.resize(static_cast<std::size_t>(chance_.Between(1, count_)));
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  }

  std::string Variable() {
    const std::string signal = fmt::format("s{}", chance_.Between(0, count_ - 1));
    return chance_.Of<std::string>({signal, signal, "(" + signal + "_present ? " + signal + " : 2)",
                                    signal + "_value / 16", signal + "_age / 60", "replicas", "minReplicas",
                                    "maxReplicas", "hour / 4", "weekday"});
  }

  std::string CombineText() {
    if (options_.only_max) return "max";
    if (by_score_) return fmt::format("{{ score: {{ target: {} }} }}", PowerOfTwo(chance_, 4, 6));
    if (by_expression_) {
      return fmt::format(
          "'{}'",
          chance_.Of<std::string>(
              {fmt::format("max({}, {})", Variable(), Variable()), fmt::format("{} + {} / 2", Variable(), Variable()),
               fmt::format("{0} > 2 ? {0} : {1}", Variable(), Variable()),
               fmt::format("clamp({}, 1, {}) + (hour >= 9 && hour < 18 ? 1 : 0)", Variable(), Variable())}));
    }
    Words words = {"max",  "max",    "min",      "sum",
                   "mean", "median", "weighted", fmt::format("{{ priority: [{}] }}", Order())};
    // Nobody listed last may answer where those who are named do not: which one then is told by the listed order.
    if (options_.listed_order) {
      words.push_back("priority");
    } else {
      words.back() = "max";
    }
    return chance_.Of(words);
  }

  std::string Condition(int depth) {
    const std::string hold = chance_.In(50) ? fmt::format(", for: {}", Span(chance_, 0, 4)) : "";
    const int form = chance_.Between(depth > 0 ? 0 : 3, 6);
    if (form == 0) return fmt::format("{{ all: [ {}, {} ]{} }}", Condition(depth - 1), Condition(depth - 1), hold);
    if (form == 1) return fmt::format("{{ any: [ {}, {} ]{} }}", Condition(depth - 1), Condition(depth - 1), hold);
    if (form == 2) return fmt::format("{{ not: {}{} }}", Condition(depth - 1), hold);
    if (form == 3 || options_.only_max)
      return fmt::format("{{ clock: {{ timezone: {}, from: '{:02}:00', to: '{:02}:30' }}{} }}", Zone(chance_),
                         chance_.Between(0, 23), chance_.Between(0, 23), hold);
    const std::string of = by_score_ && chance_.In(30) ? "score" : fmt::format("s{}", chance_.Between(0, count_ - 1));
    if (form == 4)
      return fmt::format("{{ signal: {}, changesBy: {}{}%, over: {}{} }}", of, chance_.In(50) ? "" : "-",
                         chance_.Between(1, 80), Span(chance_, 1, 4), hold);
    return fmt::format("{{ signal: {}, {}: {}{} }}", of, chance_.In(50) ? "above" : "below",
                       chance_.Between(0, of == "score" ? 100 : 300), hold);
  }

  std::string Rules() {
    std::string rules = "rules:\n";
    const Words actions = {"add", "remove", "set", "atLeast", "atMost"};
    for (int i = chance_.Between(1, 3); i > 0; --i) {
      rules +=
          fmt::format("  - {{ name: r{}, when: {}, {}: {}, cooldown: {}{} }}\n", i, Condition(2), chance_.Of(actions),
                      chance_.Between(0, 10), Span(chance_, 0, 4), chance_.In(5) ? ", enabled: false" : "");
    }
    return rules;
  }

  std::string Shaping(const char* key) {
    std::string text;
    if (options_.looks_back && !objective_ && chance_.In(40))
      text += fmt::format("stabilize: {}, ", Span(chance_, 1, 6));
    if (chance_.In(40)) {
      text += fmt::format("atMost: [ {}/{}, {}%/{} ], select: {}, ", chance_.Between(1, 6), Span(chance_, 1, 5),
                          chance_.Between(5, 150), Span(chance_, 1, 5), chance_.In(50) ? "max" : "min");
    }
    if (chance_.In(30)) text += fmt::format("cooldown: {}, ", Span(chance_, 1, 6));
    if (chance_.In(30)) text += fmt::format("hysteresis: {}%, ", chance_.Between(1, 40));
    return text.empty() ? "" : fmt::format("{}: {{ {} }}\n", key, text.substr(0, text.size() - 2));
  }

  std::string Objective() {
    return fmt::format("objective: {{ {}, capacity: 8, startDelay: {} }}\n",
                       queue_ ? "deadline: 2m, late: 0.5%" : "violations: 1%", Span(chance_, 0, 20));
  }

  std::string Hpa() {
    return fmt::format("hpa: {{ tolerance: {}, deadband: {} }}\n",
                       chance_.Of<std::string>({"0.1", "0.3", "{ up: 0.05, down: 0.2 }"}),
                       chance_.Of<std::string>({"overshoot", "hold", "plain"}));
  }

  Chance& chance_;
  const LanguageOptions& options_;
  int count_ = 1;
  bool by_score_ = false;
  bool by_expression_ = false;
  bool has_max_ = true;  // percentages and assumeHigh go by it
  bool gates_or_scores_ = false;
  bool objective_ = false;
  bool queue_ = false;            // that the objective is about
  std::string forecast_of_ = {};  // what a forecast may be of; empty: nothing
};

}  // namespace

RandomSpec MakeAnySpec(Chance& chance, const LanguageOptions& options) { return SpecMaker(chance, options).Make(); }

}  // namespace loadline::testing
