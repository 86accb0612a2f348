#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "scaling/documents.h"
#include "scaling/explain.h"
#include "scaling/hpa.h"
#include "scaling/query_plan.h"
#include "scaling/scenario.h"
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

struct Documents {
  std::vector<Policy> policies;
  std::vector<Calendar> calendars;
  Problems problems;
};

Documents ReadDocuments(std::string_view text) {
  Documents documents;
  for (const DocumentText& document : SplitDocuments(text)) {
    const LoadlineDocument parsed = ParseLoadlineDocument(document);
    std::copy_if(parsed.problems.begin(), parsed.problems.end(), std::back_inserter(documents.problems),
                 [](const Problem& problem) { return problem.severity == Severity::kError; });
    if (!parsed.content) continue;
    if (const auto* calendar = std::get_if<std::shared_ptr<const Calendar>>(&*parsed.content)) {
      documents.calendars.push_back(**calendar);
    } else if (const auto* policy = std::get_if<std::shared_ptr<const Policy>>(&*parsed.content)) {
      documents.policies.push_back(**policy);
    }
  }
  return documents;
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

class Player {
 public:
  Player(const Scenario& scenario, std::string_view policy_text)
      : scenario_(scenario), documents_(ReadDocuments(policy_text)) {}

  ScenarioRun Run() {
    result_.policy_problems = std::move(documents_.problems);
    if (!result_.policy_problems.empty()) return std::move(result_);
    if (!Choose() || !Bind()) return std::move(result_);
    Play();
    return std::move(result_);
  }

 private:
  void Add(int line, std::string rule, std::string_view found, std::string hint = "") {
    result_.problems.push_back(
        {{line, 1}, "", std::move(rule), found.empty() ? "" : "\"" + OneLine(found, 80) + "\"", std::move(hint)});
  }

  // The policy that is meant, and its plan.
  bool Choose() {
    const std::string& name = scenario_.policy_name;
    std::vector<std::string> names;
    for (const Policy& policy : documents_.policies) {
      names.push_back(policy.name);
      if (policy.name == name || name.empty()) policy_ = &policy;
    }
    if (policy_ == nullptr || (name.empty() && names.size() > 1)) {
      Add(scenario_.policy_line,
          name.empty() ? "want a file with one policy, or the policy's name after it" : "the file has no such policy",
          name, names.empty() ? "it has none" : "it has " + JoinWords(names));
      return false;
    }
    const Result<Parameters> parameters =
        BindParameters(*policy_, scenario_.object_namespace, scenario_.object, scenario_.parameters);
    const Result<QueryPlan> plan = parameters ? PlanQueries(*policy_, *parameters) : Fail(parameters.error());
    if (!plan) return Add(scenario_.policy_line, plan.error().message, ""), false;
    plan_ = *plan;
    return true;
  }

  // Which queries a line may be about, by what it may call them.
  void NameQueries() {
    auto name = [&](const std::string& key, int query) {
      if (query >= 0) keys_.emplace(key, query);
    };
    for (std::size_t i = 0; i < plan_.signals.size(); ++i) {
      const std::string& signal = policy_->signals[i].name;
      const QueryPlan::Inputs& inputs = plan_.signals[i];
      name(policy_->signals[i].backlog ? signal + ".depth" : signal, inputs.value);
      name(signal + ".arrivals", inputs.arrivals);
      name(signal + ".throughput", inputs.throughput);
      name(signal + ".freshness", inputs.freshness);
      name(signal + ".age", inputs.freshness);
    }
    name("observed", plan_.observed);
    name("whenIdle", plan_.when_idle);
    for (std::size_t i = 0; i < plan_.queries.size(); ++i) name(Folded(plan_.queries[i].text), static_cast<int>(i));
  }

  bool Bind() {
    NameQueries();
    lines_.resize(plan_.queries.size());
    for (const ScenarioLoad& load : scenario_.loads) BindLoad(load);
    return result_.problems.empty();
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
    if (best == keys_.end()) return NoSuchKey(load, text);
    const std::string_view series = std::string_view(text).substr(best->first.size() + 1);
    if (!given_.insert(best->second).second) return Add(load.line, "what a query said stands on one line", best->first);
    if (best->first == "observed" && series.starts_with("follows ")) return BindFollowing(load, series.substr(8));
    Result<std::vector<Reading>> readings = ParseSeries(series);
    if (!readings) return Add(load.line, readings.error().message, "");
    lines_[static_cast<std::size_t>(best->second)] = {load.step, std::move(*readings), best->first.ends_with(".age")};
  }

  void NoSuchKey(const ScenarioLoad& load, const std::string& text) {
    std::vector<std::string> known;
    for (const auto& [key, _] : keys_) known.push_back(key);
    Add(load.line, "want a query or a signal of the policy, and what it said", text,
        known.empty() ? "it asks nothing" : "it asks " + JoinWords(known, "and"));
  }

  void BindFollowing(const ScenarioLoad& load, std::string_view first) {
    const Result<double> replicas = ParseNumber(first);
    if (!replicas || *replicas < 0) return Add(load.line, "want a number of replicas after follows", first);
    following_ = *replicas;
  }

  Reading ReadingAt(std::size_t query, Duration time) const {
    const Line& line = lines_[query];
    const Reading* reading = line.At(time);
    if (reading == nullptr) return {0, ReadingState::kFailed};
    Reading said = *reading;
    if (line.is_age && said.state == ReadingState::kValue) said.value = ToSeconds(scenario_.begin + time) - said.value;
    return said;
  }

  // How many ticks back the windows of the plan reach.
  std::size_t TicksBack() const {
    Duration longest{0};
    for (const PlannedQuery& query : plan_.queries) longest = std::max(longest, query.window);
    return static_cast<std::size_t>(longest / scenario_.tick);
  }

  void Play() {
    back_ = TicksBack();
    readings_.resize(plan_.queries.size());
    for (std::size_t q = 0; q < readings_.size(); ++q) {
      for (std::size_t i = back_; i > 0; --i)
        readings_[q].push_back(ReadingAt(q, -scenario_.tick * static_cast<Duration::rep>(i)));
    }
    std::size_t check = 0;
    for (Duration now{0}; check < scenario_.checks.size(); now += scenario_.tick) {
      See(now);
      std::optional<Decision> decision;
      if (following_ || scenario_.checks[check].time == now) decision = DecideAt(now);
      for (; check < scenario_.checks.size() && scenario_.checks[check].time == now; ++check)
        Answer(scenario_.checks[check], *decision);
      if (following_) Follow(*decision);
    }
  }

  void See(Duration now) {
    for (std::size_t q = 0; q < readings_.size(); ++q) {
      const bool follows = following_ && static_cast<int>(q) == plan_.observed;
      readings_[q].push_back(follows ? Reading{*following_, ReadingState::kValue} : ReadingAt(q, now));
    }
  }

  Decision DecideAt(Duration now) const {
    const CalendarLookup calendars = [&](const std::string& name) -> const Calendar* {
      const auto found = std::find_if(documents_.calendars.begin(), documents_.calendars.end(),
                                      [&](const Calendar& calendar) { return calendar.name == name; });
      return found != documents_.calendars.end() ? &*found : nullptr;
    };
    Observation seen{scenario_.begin + now, scenario_.tick, {}, &calendars};
    for (std::size_t q = 0; q < readings_.size(); ++q) {
      const auto ticks = static_cast<std::size_t>(plan_.queries[q].window / scenario_.tick) + 1;
      const std::span<const Reading> window = std::span(readings_[q]).last(ticks);
      const bool said = (following_ && static_cast<int>(q) == plan_.observed) || lines_[q].At(now) != nullptr;
      seen.windows.push_back({window, said ? ProblemOf(window.back()) : kNotSaid});
    }
    return Decide(*policy_, plan_, seen);
  }

  void Answer(const ScenarioCheck& check, const Decision& decision) {
    ScenarioAnswer answer;
    answer.got = decision.error ? "error" : FormatNumber(decision.replicas) + (decision.active ? "" : " inactive");
    answer.because = Summary(*policy_, decision);
    answer.as_wanted = answer.got == check.want && answer.because.find(check.because) != std::string::npos;
    result_.answers.push_back(std::move(answer));
  }

  // KEDA goes from and to zero, the HPA does the rest, at once.
  void Follow(const Decision& decision) {
    if (decision.error) return;
    if (!decision.active) {
      following_ = 0;
    } else if (*following_ <= 0) {
      following_ = 1;
    } else {
      const Tolerance tolerance = policy_->hpa.value_or(HpaSpec()).tolerance;
      following_ = std::max(1, ReplicasForMetric(decision.replicas, 1, static_cast<int>(*following_), tolerance));
    }
  }

  const Scenario& scenario_;
  Documents documents_;
  const Policy* policy_ = nullptr;
  QueryPlan plan_;
  std::map<std::string, int> keys_;
  std::set<int> given_;
  std::vector<Line> lines_;                     // one for each query of the plan
  std::vector<std::vector<Reading>> readings_;  // likewise: at each tick so far
  std::optional<double> following_;             // the replicas now, where they follow
  std::size_t back_ = 0;
  ScenarioRun result_;
};

}  // namespace

ScenarioRun RunScenario(const Scenario& scenario, std::string_view policy_text) {
  return Player(scenario, policy_text).Run();
}

}  // namespace loadline
