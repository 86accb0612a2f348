#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "scaling/explain.h"
#include "scaling/fleet.h"
#include "scaling/hpa.h"
#include "scaling/learn.h"
#include "scaling/scenario.h"
#include "scaling/scenario_cast.h"
#include "scaling/scenario_forecast.h"
#include "scaling/scenario_learned.h"
#include "scaling/scenario_objective.h"
#include "scaling/scenario_series.h"

namespace loadline {
namespace {

constexpr std::string_view kNotSaid = "not in the scenario";

// Runs of blanks as one: what a YAML document spreads over lines, a scenario has on one.
std::string Folded(std::string_view text) {
  std::string folded;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) folded += c;
    if (blank && !folded.empty() && folded.back() != ' ') folded += ' ';
  }
  if (folded.ends_with(' ')) folded.pop_back();
  return folded;
}

// What one query says from time 0 on.
struct Line {
  Duration step{0};
  std::vector<Reading> readings;
  bool is_age = false;  // of the newest sample, in seconds, instead of its time

  // The last step at or before `time`; nothing before the first and after the last.
  const Reading* At(Duration time) const {
    if (time < Duration::zero() || readings.empty()) return nullptr;
    const auto index = static_cast<std::size_t>(time / step);
    return index < readings.size() ? &readings[index] : nullptr;
  }
};

// A query, whoever asks it, and what it said.
struct Asked {
  std::string source;
  std::string text;
  Line line;
  std::vector<Reading> readings;    // at each tick so far
  std::optional<double> following;  // the replicas now, where they follow
  std::size_t follows = 0;          // which member's decisions
};

constexpr std::size_t kNoQuery = static_cast<std::size_t>(-1);

class Player {
 public:
  Player(const Scenario& scenario, std::span<const std::string> texts)
      : scenario_(scenario), cast_(MakeCast(scenario, texts)) {
    result_.problems = std::move(cast_.problems);
    result_.file_problems = std::move(cast_.file_problems);
  }

  ScenarioRun Run() {
    if (!result_.passed()) return std::move(result_);
    for (const ScenarioMember& member : cast_.members) AddQueries(member);
    for (const ScenarioLoad& load : scenario_.loads) BindLoad(load);
    if (result_.problems.empty()) Play();
    return std::move(result_);
  }

 private:
  void Add(int line, std::string rule, std::string_view found, std::string hint = "") {
    result_.problems.push_back(
        {{line, 1}, "", std::move(rule), found.empty() ? "" : "\"" + OneLine(found, 80) + "\"", std::move(hint)});
  }

  // Those of a member's plan, and what a line may call them.
  void AddQueries(const ScenarioMember& member) {
    std::vector<std::size_t>& ours = asked_by_.emplace_back();
    forecasts_.emplace_back(member.policy->signals.size());
    learned_.emplace_back(member.plan.learned.size());
    objectives_.emplace_back();
    for (const PlannedQuery& query : member.plan.queries) ours.push_back(query.desired_of ? kNoQuery : Find(query));
    if (asked_by_.size() > scenario_.bindings.size()) return NameByText(member, ours);
    const std::string of = member.label.empty() ? "" : member.label + " ";
    auto name = [&](const std::string& key, int query) {
      if (query >= 0 && ours[static_cast<std::size_t>(query)] != kNoQuery)
        keys_.emplace(of + key, ours[static_cast<std::size_t>(query)]);
    };
    for (std::size_t i = 0; i < member.plan.signals.size(); ++i) {
      const Signal& signal = member.policy->signals[i];
      const QueryPlan::Inputs& inputs = member.plan.signals[i];
      if (ObjectiveSignal(*member.policy) == i) objective_keys_.emplace(of + signal.name, asked_by_.size() - 1);
      if (signal.forecast) forecast_keys_.emplace(of + signal.name, std::pair(asked_by_.size() - 1, i));
      if (i < member.plan.learned.size() && member.plan.learned[i]) {
        learned_.back()[i].needed = NeededFor(member.plan.learned[i]->kind);
        learned_keys_.emplace(of + signal.name + ".learned", std::pair(asked_by_.size() - 1, i));
      }
      name(signal.backlog ? signal.name + ".depth" : signal.name, inputs.value);
      name(signal.name + ".arrivals", inputs.arrivals);
      name(signal.name + ".throughput", inputs.throughput);
      name(signal.name + ".freshness", inputs.freshness);
      name(signal.name + ".age", inputs.freshness);
    }
    name("observed", member.plan.observed);
    name("whenIdle", member.plan.when_idle);
    NameByText(member, ours);
  }

  void NameByText(const ScenarioMember& member, const std::vector<std::size_t>& ours) {
    for (std::size_t i = 0; i < ours.size(); ++i) {
      if (ours[i] != kNoQuery) keys_.emplace(Folded(member.plan.queries[i].text), ours[i]);
    }
  }

  std::size_t Find(const PlannedQuery& query) {
    const auto known = std::find_if(asked_.begin(), asked_.end(), [&](const Asked& each) {
      return each.source == query.source && each.text == query.text;
    });
    if (known != asked_.end()) return static_cast<std::size_t>(known - asked_.begin());
    asked_.push_back({query.source, query.text, {}, {}, std::nullopt});
    return asked_.size() - 1;
  }

  void BindLoad(const ScenarioLoad& load) {
    const std::string text = Folded(load.text);
    // The longest key that it begins with.
    auto best = keys_.end();
    for (auto it = keys_.begin(); it != keys_.end(); ++it) {
      if (!it->first.empty() && text.starts_with(it->first + " ") &&
          (best == keys_.end() || it->first.size() > best->first.size()))
        best = it;
    }
    if (best == keys_.end()) return BindInput(load, text);
    const std::string_view series = std::string_view(text).substr(best->first.size() + 1);
    if (!given_.insert(best->second).second) return Add(load.line, "what a query said stands on one line", best->first);
    Asked& asked = asked_[best->second];
    if (series.starts_with("follows ")) return BindFollowing(load, best->second, best->first, series.substr(8));
    Result<std::vector<Reading>> readings = ParseSeries(series);
    if (!readings) return Add(load.line, readings.error().message, "");
    asked.line = {load.step, std::move(*readings), best->first.ends_with(".age")};
  }

  // "NAME.forecast SERIES", and "NAME.trust", "NAME.learned" and "NAME.levels WORDS".
  void BindInput(const ScenarioLoad& load, const std::string& text) {
    const auto bind = [&](const std::string& name, const auto& parse, auto& values, Duration& step) {
      if (!text.starts_with(name + " ")) return false;
      if (!values.empty()) return Add(load.line, "what is said of it stands on one line", name), true;
      auto read = parse(std::string_view(text).substr(name.size() + 1));
      if (!read) return Add(load.line, read.error().message, ""), true;
      values = std::move(*read);
      step = load.step;
      return true;
    };
    for (const auto& [key, at] : learned_keys_) {
      ScenarioLearned& learned = learned_[at.first][at.second];
      if (bind(key, ParseLearned, learned.values, learned.step)) return;
    }
    for (const auto& [key, at] : forecast_keys_) {
      ScenarioForecast& forecast = forecasts_[at.first][at.second];
      if (bind(key + ".forecast", ParseSeries, forecast.values, forecast.step)) return;
      if (bind(key + ".trust", ParseFits, forecast.fits, forecast.fit_step)) return;
    }
    for (const auto& [key, member] : objective_keys_) {
      if (bind(key + ".levels", ParseLevels, objectives_[member].said, objectives_[member].step)) return;
    }
    NoSuchKey(load, text);
  }

  void NoSuchKey(const ScenarioLoad& load, const std::string& text) {
    std::vector<std::string> known;
    for (const auto& [key, _] : keys_) known.push_back(key);
    for (const auto& [key, _] : forecast_keys_) known.push_back(key + ".forecast");
    for (const auto& [key, _] : learned_keys_) known.push_back(key);
    for (const auto& [key, _] : objective_keys_) known.push_back(key + ".levels");
    Add(load.line, "want a query or a signal of the policy, and what it said", text,
        known.empty() ? "it asks nothing" : "it asks " + JoinWords(known, "and"));
  }

  void BindFollowing(const ScenarioLoad& load, std::size_t query, const std::string& key, std::string_view first) {
    const Result<double> replicas = ParseNumber(first);
    if (!replicas || *replicas < 0) return Add(load.line, "want a number of replicas after follows", first);
    for (std::size_t i = 0; i < scenario_.bindings.size(); ++i) {
      const ScenarioMember& member = cast_.members[i];
      if (key != (member.label.empty() ? "observed" : member.label + " observed")) continue;
      asked_[query].following = *replicas;
      asked_[query].follows = i;
      following_.push_back(query);
      return;
    }
    Add(load.line, "want observed before follows, or a binding's name and observed", key);
  }

  // At a time at which nobody was asked yet, too: windows reach back beyond time 0.
  Reading ReadingAt(const Asked& asked, Duration time) const {
    if (asked.following && time >= Duration::zero()) return {*asked.following, ReadingState::kValue};
    const Reading* reading = asked.line.At(time);
    if (reading == nullptr) return {0, ReadingState::kFailed};
    Reading said = *reading;
    if (asked.line.is_age && said.state == ReadingState::kValue)
      said.value = ToSeconds(scenario_.begin + time) - said.value;
    return said;
  }

  // How many ticks a member sees of a query, the latest one included.
  std::size_t TicksOf(std::size_t member, std::size_t query) const {
    return static_cast<std::size_t>(cast_.members[member].plan.queries[query].window / scenario_.tick) +
           plan_.extra_ticks[member] + 1;
  }

  void Play() {
    for (const ScenarioMember& each : cast_.members) members_.push_back({each.name, each.policy.get(), &each.plan, {}});
    plan_ = PlanFleet(members_, scenario_.tick);
    std::size_t most = 1;
    for (std::size_t m = 0; m < members_.size(); ++m) {
      for (std::size_t q = 0; q < asked_by_[m].size(); ++q) most = std::max(most, TicksOf(m, q));
    }
    for (std::size_t ago = most - 1; ago > 0; --ago) See(-scenario_.tick * static_cast<Duration::rep>(ago));

    std::size_t check = 0;
    for (Duration now{0}; check < scenario_.checks.size(); now += scenario_.tick) {
      See(now);
      std::vector<Decision> decisions;
      if (!following_.empty() || scenario_.checks[check].time == now) decisions = DecideAt(now);
      for (; check < scenario_.checks.size() && scenario_.checks[check].time == now; ++check)
        Answer(scenario_.checks[check], decisions);
      for (const std::size_t query : following_) Follow(asked_[query], decisions[asked_[query].follows]);
    }
  }

  void See(Duration now) {
    for (Asked& asked : asked_) asked.readings.push_back(ReadingAt(asked, now));
  }

  std::vector<Decision> DecideAt(Duration now) {
    const CalendarLookup calendars = [&](const std::string& name) -> const Calendar* {
      const auto found = std::ranges::find(cast_.calendars, name, &Calendar::name);
      return found != cast_.calendars.end() ? found->get() : nullptr;
    };
    known_forecasts_.assign(members_.size(), {});
    forecast_lists_.assign(members_.size(), {});
    learned_lists_.assign(members_.size(), {});
    for (std::size_t m = 0; m < members_.size(); ++m) {
      for (const ScenarioForecast& each : forecasts_[m]) known_forecasts_[m].push_back(each.At(scenario_.begin, now));
      for (const auto& each : known_forecasts_[m]) forecast_lists_[m].push_back(each ? &*each : nullptr);
      for (const ScenarioLearned& each : learned_[m])
        learned_lists_[m].push_back(each.needed > 0 ? each.At(scenario_.begin, now) : nullptr);
      Observation& seen = members_[m].seen;
      seen = {scenario_.begin + now, scenario_.tick,   {}, &calendars, cast_.members[m].overrides,
              forecast_lists_[m],    learned_lists_[m]};
      for (std::size_t q = 0; q < asked_by_[m].size(); ++q) seen.windows.push_back(WindowOf(m, q, now));
      if (cast_.members[m].policy->objective) seen.objective = ObjectiveOf(m, now);
    }
    return DecideFleet(plan_, members_, cast_.budgets);
  }

  ObjectiveView ObjectiveOf(std::size_t member, Duration now) {
    const Policy& policy = *cast_.members[member].policy;
    const QueryPlan& plan = cast_.members[member].plan;
    std::vector<Levels>& levels = levels_[member];
    levels.clear();
    const std::size_t ticks = TicksOf(member, static_cast<std::size_t>(plan.signals[*ObjectiveSignal(policy)].value));
    for (std::size_t ago = ticks; ago-- > 0;)
      levels.push_back(objectives_[member].LevelsAt(now - scenario_.tick * static_cast<Duration::rep>(ago)));
    return {objectives_[member].ReportAt(now, *policy.objective), levels};
  }

  ReadingWindow WindowOf(std::size_t member, std::size_t query, Duration now) const {
    const std::size_t index = asked_by_[member][query];
    if (index == kNoQuery) return {};
    const Asked& asked = asked_[index];
    const bool said = asked.following || asked.line.At(now) != nullptr;
    const std::span<const Reading> window = std::span(asked.readings).last(TicksOf(member, query));
    return {window, said ? ProblemOf(window.back()) : kNotSaid};
  }

  void Answer(const ScenarioCheck& check, const std::vector<Decision>& decisions) {
    const Decision& decision = decisions[check.binding];
    ScenarioAnswer answer;
    answer.got = decision.error ? "error" : FormatNumber(decision.replicas) + (decision.active ? "" : " inactive");
    answer.because = Summary(*cast_.members[check.binding].policy, decision);
    answer.as_wanted = answer.got == check.want && answer.because.find(check.because) != std::string::npos;
    result_.answers.push_back(std::move(answer));
  }

  // KEDA goes from and to zero, the HPA does the rest, at once.
  void Follow(Asked& asked, const Decision& decision) const {
    if (decision.error) return;
    double& replicas = *asked.following;
    if (!decision.active) {
      replicas = 0;
    } else if (replicas <= 0) {
      replicas = 1;
    } else {
      const Tolerance tolerance = cast_.members[asked.follows].policy->hpa.value_or(HpaSpec()).tolerance;
      replicas = std::max(1, ReplicasForMetric(decision.replicas, 1, static_cast<int>(replicas), tolerance));
    }
  }

  const Scenario& scenario_;
  ScenarioCast cast_;
  std::vector<Asked> asked_;
  std::vector<std::vector<std::size_t>> asked_by_;  // by each member, for each query of its plan: which of asked_
  std::map<std::string, std::size_t> keys_;
  std::map<std::string, std::pair<std::size_t, std::size_t>> forecast_keys_;  // which member's, and which signal
  std::vector<std::vector<ScenarioForecast>> forecasts_;                      // by member and signal
  std::vector<std::vector<std::optional<SignalForecast>>> known_forecasts_;   // likewise, at this tick
  std::vector<std::vector<const SignalForecast*>> forecast_lists_;            // as decisions take them
  std::map<std::string, std::pair<std::size_t, std::size_t>> learned_keys_;   // likewise
  std::vector<std::vector<ScenarioLearned>> learned_;
  std::vector<std::vector<std::shared_ptr<const LearnedNumber>>> learned_lists_;
  std::map<std::string, std::size_t> objective_keys_;  // which member's
  std::vector<ScenarioObjective> objectives_;          // by member
  std::map<std::size_t, std::vector<Levels>> levels_;  // by member, at the ticks that a decision looks at
  std::set<std::size_t> given_;
  std::vector<std::size_t> following_;  // of asked_
  std::vector<FleetMember> members_;
  FleetPlan plan_;
  ScenarioRun result_;
};

}  // namespace

ScenarioRun RunScenario(const Scenario& scenario, std::span<const std::string> texts) {
  return Player(scenario, texts).Run();
}

}  // namespace loadline
