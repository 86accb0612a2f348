#include "cli/commands/recommend.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/terminal_progress.h"
#include "replay/forecasts_ahead.h"
#include "replay/replay_report.h"
#include "replay/table.h"
#include "scaling/recommend.h"
#include "system/clock.h"

namespace loadline {
namespace {

using Json = nlohmann::ordered_json;

int Fails(const Error& error) {
  fmt::print(stderr, "loadline recommend: {}\n", error.message);
  return error.code == Code::kFailedPrecondition ? 1 : 2;
}

double MostViolations(const RecommendCommand& command, const Policy& policy) {
  if (command.violations_percent) return *command.violations_percent / 100;
  if (policy.objective && policy.objective->violations) return policy.objective->violations->value / 100;
  if (policy.objective && policy.objective->late) return policy.objective->late->value / 100;
  return 0.01;
}

std::string_view PriorityName(Recommendation::Priority priority) {
  switch (priority) {
    case Recommendation::Priority::kHigh: return "high";
    case Recommendation::Priority::kMedium: return "medium";
    case Recommendation::Priority::kLow: break;
  }
  return "low";
}

// What is recommended, and for whom.
struct Said {
  const LoadedReplay& loaded;
  const LoadedPolicy& policy;
  const WorkloadModel& workload;
  double most_violations;
  const Recommendations& found;
};

std::vector<std::string> RowOf(std::string name, const PolicyOutcome& before, const PolicyOutcome& after,
                               const std::optional<double>& cost) {
  const auto violations = [](const PolicyOutcome& outcome) {
    return outcome.violations ? AsPercent(*outcome.violations) : std::string("-");
  };
  const auto arrow = [](const std::string& a, const std::string& b) { return a + " -> " + b; };
  std::vector<std::string> row = {
      std::move(name), arrow(fmt::format("{:.1f}", before.replica_hours), fmt::format("{:.1f}", after.replica_hours)),
      arrow(violations(before), violations(after)),
      arrow(fmt::format("{:.1f}", before.changes_a_day), fmt::format("{:.1f}", after.changes_a_day))};
  if (cost) {
    row.push_back(
        arrow(fmt::format("{:.2f}", *cost * before.replica_hours), fmt::format("{:.2f}", *cost * after.replica_hours)));
  }
  return row;
}

std::optional<double> CostOf(const Policy& policy) {
  return policy.cost ? std::optional(policy.cost->per_replica_hour) : std::nullopt;
}

std::string AsText(const Said& said) {
  const Recommendations& found = said.found;
  const Recording& recording = said.loaded.recording;
  const bool queue = said.workload.is_queue();
  std::string text = fmt::format(
      "{}/{}, policy {}: {} candidates tried on {} to {}, and judged on what came after, to {} (UTC).\nLoad: {}. At "
      "most {} may be {}.\n",
      recording.object_namespace, recording.object, said.policy.label, found.tried, ShortTime(said.loaded.begin),
      ShortTime(found.split), ShortTime(said.loaded.end), LoadSentence(said.workload, recording),
      AsPercent(said.most_violations), queue ? "late" : "short of capacity");
  for (const std::string& warning : said.loaded.warnings) text += "Note: " + warning + "\n";
  const auto cost = CostOf(said.policy.policy);
  if (found.list.empty()) {
    return text + fmt::format(
                      "\nNothing better was found: {}.\nAs it is: {:.1f} replica-hours, {} {}, on what was "
                      "judged.\n",
                      found.none, found.now.after.replica_hours,
                      found.now.after.violations ? AsPercent(*found.now.after.violations) : "-",
                      queue ? "late" : "short of capacity");
  }
  for (std::size_t i = 0; i < found.list.size(); ++i) {
    const Recommendation& each = found.list[i];
    text += fmt::format(
        "\n{}. {}: {}.\n   Priority {}, confidence {}.\n", i + 1, i == 0 ? "Recommended" : "Or, by itself", each.reason,
        PriorityName(each.priority),
        each.confidence ? fmt::format("{:.2f}", *each.confidence) : "unknown, as fewer than three days were judged");
    std::vector<std::vector<std::string>> changes;
    for (const PolicyChange& change : each.changes) changes.push_back({change.field, change.from + " -> " + change.to});
    text += FormatTable(changes, "   ") + "\n";
    std::vector<std::vector<std::string>> rows = {
        {"", "replica-hours", queue ? "late items" : "short of capacity", "changes a day"}};
    if (cost) rows.front().push_back("cost");
    rows.push_back(RowOf("searched", each.searched.before, each.searched.after, cost));
    rows.push_back(RowOf("judged", each.judged.before, each.judged.after, cost));
    text += FormatTable(rows, "   ");
  }
  return text;
}

Json JsonOf(const PolicyEffect& effect, const std::optional<double>& cost) {
  const auto of = [&](const PolicyOutcome& outcome) {
    Json json = {{"replica_hours", outcome.replica_hours},
                 {"violations", outcome.violations ? Json(*outcome.violations) : Json()},
                 {"changes_a_day", outcome.changes_a_day}};
    json["cost"] = cost ? Json(*cost * outcome.replica_hours) : Json();
    return json;
  };
  return {{"before", of(effect.before)}, {"after", of(effect.after)}};
}

std::string AsJson(const Said& said) {
  const auto cost = CostOf(said.policy.policy);
  Json json;
  json["object"] = said.loaded.recording.object_namespace + "/" + said.loaded.recording.object;
  json["policy"] = said.policy.policy.name;
  json["begin"] = FormatTimestamp(said.loaded.begin);
  json["split"] = FormatTimestamp(said.found.split);
  json["end"] = FormatTimestamp(said.loaded.end);
  json["load"] = LoadSentence(said.workload, said.loaded.recording);
  json["is_queue"] = said.workload.is_queue();
  json["most_violations"] = said.most_violations;
  json["tried"] = said.found.tried;
  json["now"] = {{"searched", JsonOf({said.found.now.before, said.found.now.before}, cost)["before"]},
                 {"judged", JsonOf({said.found.now.after, said.found.now.after}, cost)["before"]}};
  json["recommendations"] = Json::array();
  for (const Recommendation& each : said.found.list) {
    Json one;
    one["changes"] = Json::array();
    for (const PolicyChange& change : each.changes)
      one["changes"].push_back({{"field", change.field}, {"from", change.from}, {"to", change.to}});
    one["reason"] = each.reason;
    one["priority"] = PriorityName(each.priority);
    one["confidence"] = each.confidence ? Json(*each.confidence) : Json();
    one["searched"] = JsonOf(each.searched, cost);
    one["judged"] = JsonOf(each.judged, cost);
    json["recommendations"].push_back(std::move(one));
  }
  json["none"] = said.found.list.empty() ? Json(said.found.none) : Json();
  json["warnings"] = said.loaded.warnings;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

int RunRecommend(const RecommendCommand& command) {
  if (command.replay.input.policies.size() != 1)
    return Fails({Code::kInvalidArgument, "want one --policy: recommendations are for one at a time"});
  TerminalProgress progress;
  ReplayInput input = command.replay.input;
  input.queries_or_signals = {command.replay.workload.load, command.replay.workload.queue, command.replay.workload.lag};
  const Result<LoadedReplay> loaded = LoadReplay(input, SystemClock().Now(), progress);
  progress.Clear();
  if (!loaded) return Fails(loaded.error());
  const auto members = loaded->Members();
  const Result<WorkloadModel> workload = FindWorkload(loaded->recording, members, command.replay.workload);
  if (!workload) return Fails(workload.error());
  const CalendarLookup calendars = loaded->Lookup();
  RecommendOptions options;
  options.replay = ReplayOptionsOf(command.replay, *loaded, calendars);
  if (Status checked = CheckReplay(loaded->recording, members.front(), options.replay); !checked)
    return Fails({Code::kInvalidArgument, checked.error().message});
  const LoadedPolicy& policy = *loaded->policies.front();
  options.searched_share = command.searched_percent / 100;
  options.most_violations = MostViolations(command, policy.policy);
  options.on_progress = [&](std::size_t done, std::size_t of) { progress.Show("candidates", done, of); };
  ReplayForecasts forecasts(loaded->recording, command.replay.refit, command.replay.lead);
  options.before_replay = [&](const ReplayMember& member, const ReplayOptions& part) {
    MakeForecastsAhead(forecasts, member, part, nullptr);
  };
  const Result<Recommendations> found =
      Recommend(loaded->recording, policy.policy, policy.parameters, *workload, options, forecasts);
  progress.Clear();
  if (!found) return Fails(found.error());
  const Said said{*loaded, policy, *workload, options.most_violations, *found};
  const std::string text = command.replay.output == "json" ? AsJson(said) : AsText(said);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace loadline
