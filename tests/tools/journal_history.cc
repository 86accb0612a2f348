// Writes the history of one trigger into a journal: what a server would have kept that had decided by made-up load,
// with its outages. usage: journal_history URL POLICY.yaml NAMESPACE NAME UNTIL DAYS [KEY=VALUE]...
//
// The load is a function of the time (LoadAt); tests/web/binding_world.mjs has the same one, and goes on with it.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <numbers>

#include "journal/journal.h"
#include "scaling/documents.h"
#include "scaling/redecide.h"

namespace loadline {
namespace {

constexpr Duration kTick = std::chrono::seconds(15);
constexpr Duration kHeartbeat = std::chrono::minutes(5);

double Wave(double seconds, double period, double at) {
  return std::cos(2 * std::numbers::pi * (seconds / period - at));
}

// A day with a peak at 14:00 UTC, quieter on Saturday and Sunday, and small waves on it.
double Visitors(double seconds) {
  const double day = std::floor(seconds / 86400);
  const double weekday = std::fmod(day + 4, 7);  // 1970 began on a Thursday; 0 is Sunday
  const double size = weekday == 0 || weekday == 6 ? 0.55 : 1;
  const double small = 25 * Wave(seconds, 1500, 0) + 18 * Wave(seconds, 610, 0.3) + 9 * Wave(seconds, 95, 0.2);
  return std::max(20.0, size * (420 + 330 * Wave(seconds, 86400, 14.0 / 24)) + small);
}

// Little, but for some minutes of each nine hours or so.
double Queue(double seconds) {
  const double burst = std::pow(std::max(0.0, Wave(seconds, 31000, 0.4)), 150);
  return 30 + 20 * Wave(seconds, 130, 0) + 420 * burst;
}

double LoadAt(std::string_view query, Timestamp time) {
  const double seconds = ToSeconds(time);
  if (query.starts_with("visitors")) return Visitors(seconds);
  if (query.starts_with("queue")) return Queue(seconds);
  return std::clamp(std::ceil(std::max(Visitors(seconds - 60) / 100, Queue(seconds - 60) / 60)), 1.0, 12.0);
}

// How long before the end it happened, and for how long.
struct Outage {
  Duration ago;
  Duration length;
  bool Holds(Timestamp time, Timestamp end) const { return time >= end - ago && time < end - ago + length; }
};
using std::chrono::hours;
using std::chrono::minutes;
constexpr Outage kQueueFailed[] = {{minutes(41), minutes(4)}, {hours(50), minutes(25)}};
constexpr Outage kStopped[] = {{hours(75), hours(4)}, {hours(24 * 11), hours(9)}};
constexpr Outage kMigration[] = {{minutes(110), minutes(35)}, {hours(30), hours(3)}};

bool Any(std::span<const Outage> outages, Timestamp time, Timestamp end) {
  return std::ranges::any_of(outages, [&](const Outage& each) { return each.Holds(time, end); });
}

RecordedWindow WindowOf(const PlannedQuery& query, Timestamp now, Timestamp end) {
  RecordedWindow window;
  for (auto back = query.window / kTick; back >= 0; --back) {
    const Timestamp time = now - back * kTick;
    const bool failed = query.text.starts_with("queue") && Any(kQueueFailed, time, end);
    window.ticks.push_back(failed ? Reading{0, ReadingState::kFailed}
                                  : Reading{LoadAt(query.text, time), ReadingState::kValue});
  }
  if (window.ticks.back().state == ReadingState::kFailed) window.problem = "prometheus:9090: connection refused";
  return window;
}

SignalForecast ForecastAt(Timestamp now) {
  SignalForecast forecast;
  forecast.fitted = AlignDown(now, minutes(10));
  forecast.refit = minutes(10);
  forecast.step = minutes(5);
  forecast.trust.on = true;
  forecast.trust.reason = TrustReason::kBetter;
  for (int step = 1; step <= 8; ++step) {
    const double middle = Visitors(ToSeconds(forecast.fitted + forecast.step * step));
    forecast.middle.push_back(middle);
    forecast.upper.push_back(middle * 1.12);
  }
  return forecast;
}

std::shared_ptr<const Policy> ReadPolicy(const char* path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const LoadlineDocument document = ParseLoadlineDocument(SplitDocuments(text).front());
  return document.content ? std::get<std::shared_ptr<const Policy>>(*document.content) : nullptr;
}

MadeDecision Decided(const BindingRecord& binding, std::shared_ptr<const Policy> policy,
                     std::shared_ptr<const QueryPlan> plan, Timestamp now, Timestamp end) {
  MadeDecision made;
  made.tick = now;
  made.binding = [&binding] { return binding; };
  made.policy = std::move(policy);
  made.plan = std::move(plan);
  made.seen.now = now;
  made.seen.interval = kTick;
  for (const PlannedQuery& query : made.plan->queries) made.seen.windows.push_back(WindowOf(query, now, end));
  made.seen.forecasts.resize(made.policy->signals.size());
  for (std::size_t i = 0; i < made.policy->signals.size(); ++i) {
    if (made.policy->signals[i].forecast) made.seen.forecasts[i] = ForecastAt(now);
  }
  for (const Outage& each : kMigration) {
    if (!each.Holds(now, end)) continue;
    Override pin{"migration",          true,  "", "", "", Override::Kind::kPin, 9, {}, end - each.ago + each.length,
                 "database migration", "anna"};
    made.seen.overrides.push_back(pin);
  }
  const CalendarLookup lookup = made.seen.Lookup();
  const auto forecasts = made.seen.Forecasts();
  made.decision = std::make_shared<const Decision>(Decide(*made.policy, *made.plan, made.seen.Seen(lookup, forecasts)));
  made.error = made.decision->error;
  return made;
}

int Write(char** arguments, int count) {
  const auto policy = ReadPolicy(arguments[2]);
  const auto end = ParseTimestamp(arguments[5]);
  if (policy == nullptr || !end) return 2;
  std::map<std::string, std::string> metadata = {{"policy", policy->name}};
  for (int i = 7; i < count; ++i) {
    const std::string_view pair = arguments[i];
    metadata.emplace(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
  }
  const BindingRecord binding = MakeBindingRecord(arguments[3], arguments[4], policy->name, metadata);
  const auto plan = std::make_shared<const QueryPlan>(
      *PlanQueries(*policy, *BindParameters(*policy, arguments[3], arguments[4], metadata)));
  const auto journal = OpenJournal({arguments[1], "", false});
  if (!journal) return 2;
  const Timestamp begin = *end - hours(24) * std::atoi(arguments[6]);
  JournalBatch batch;
  batch.bindings = {binding};
  batch.policies = {{policy->hash, policy->policy_namespace, policy->name, *policy->text, begin}};
  std::optional<DecisionRecord> before;
  // What is long ago is looked at in steps of a minute: it is no less dense than a plot of weeks.
  const auto step = [&](Timestamp now) { return now < *end - hours(8) ? Duration(minutes(2)) : kTick; };
  for (Timestamp now = AlignDown(begin, minutes(2)); now < *end; now += step(now)) {
    if (Any(kStopped, now, *end)) continue;
    DecisionRecord record = RecordOf(Decided(binding, policy, plan, now, *end)).record;
    if (before && SameAnswer(*before, record) && before->winner == record.winner) {
      if (now - before->tick < kHeartbeat) continue;
      record.kind = RecordKind::kHeartbeat;
    }
    before = record;
    batch.decisions.push_back(std::move(record));
    if (batch.decisions.size() < 500) continue;
    if (!(*journal)->Append(batch)) return 1;
    batch.decisions.clear();
  }
  return (*journal)->Append(batch) ? 0 : 1;
}

}  // namespace
}  // namespace loadline

int main(int count, char** arguments) {
  if (count < 7) return 2;
  return loadline::Write(arguments, count);
}
