#include "replay/history_replay.h"

#include <fmt/format.h>

#include "base/text.h"
#include "replay/forecasts_ahead.h"

namespace loadline {
namespace {

constexpr std::size_t kMostDifferences = 3;

class Replays {
 public:
  Replays(const HistoryReplay& asked, const LoadedReplay& loaded, const WorkloadModel& workload, Progress& progress)
      : loaded_(loaded),
        workload_(workload),
        progress_(progress),
        calendars_(loaded.Lookup()),
        options_(ReplayOptionsOf(asked, loaded, calendars_)),
        threads_(asked.threads),
        forecasts_(loaded.recording, asked.refit, asked.lead) {}

  ReplayReport All() {
    ReplayReport report;
    report.object = loaded_.recording.object_namespace + "/" + loaded_.recording.object;
    report.begin = loaded_.begin;
    report.end = loaded_.end;
    report.interval = loaded_.recording.interval;
    report.load = LoadSentence(workload_, loaded_.recording);
    report.warnings = loaded_.warnings;
    if (workload_.observed >= 0 && !options_.open_loop) AddReality(report);
    for (const auto& each : loaded_.policies) {
      std::optional<double> cost;
      if (each->policy.cost) cost = each->policy.cost->per_replica_hour;
      report.replayed.push_back({each->label, Play(*each, {}), cost});
    }
    // Against what there was, or against the first.
    for (std::size_t second = 1; second < report.replayed.size(); ++second) Contrast(report, 0, second);
    if (report.has_reality) {
      for (std::size_t second = 2; second < report.replayed.size(); ++second) Contrast(report, 1, second);
    }
    return report;
  }

 private:
  void AddReality(ReplayReport& report) {
    const Policy& policy = loaded_.policies.front()->policy;
    Replayed reality{"really was", ReplayReality(loaded_.recording, policy, workload_, options_), std::nullopt};
    if (reality.result.Total().counted_seconds <= 0) return;
    for (const auto& each : loaded_.policies) {
      if (!reality.cost_per_replica_hour && each->policy.cost)
        reality.cost_per_replica_hour = each->policy.cost->per_replica_hour;
    }
    report.has_reality = true;
    report.replayed.push_back(std::move(reality));
  }

  ReplayResult Play(const LoadedPolicy& each, std::set<Timestamp> explain_at) {
    ReplayOptions options = options_;
    options.explain_at = std::move(explain_at);
    options.on_progress = [&](std::size_t done, std::size_t of) {
      progress_.Show("replay " + each.label, done, of);
      return !progress_.Stopped();
    };
    const ReplayMember member{&each.policy, &each.plan, &each.parameters};
    MakeForecastsAhead(forecasts_, member, options, &progress_, threads_);
    if (progress_.Stopped()) return {};
    ReplayResult result = Replay(loaded_.recording, member, workload_, options, forecasts_);
    progress_.Clear();
    return result;
  }

  // Of what really was there is no reason: null.
  const LoadedPolicy* PolicyOf(const ReplayReport& report, std::size_t index) const {
    if (!report.has_reality) return loaded_.policies[index].get();
    return index == 0 ? nullptr : loaded_.policies[index - 1].get();
  }

  void Contrast(ReplayReport& report, std::size_t first, std::size_t second) {
    ReplayContrast contrast{first, second, 0, {}, {}};
    const LoadedPolicy* ours = PolicyOf(report, first);
    const LoadedPolicy* other = PolicyOf(report, second);
    if (ours != nullptr && other != nullptr) contrast.fields = CompareNodes(ours->spec, other->spec);
    const auto differences = FindDifferences(report.replayed[first].result, report.replayed[second].result,
                                             kMostDifferences, contrast.share);
    // Nobody is told why at each of a million ticks: those that matter are played again.
    std::set<Timestamp> times;
    for (const ReplayDifference& each : differences) times.insert(each.peak);
    const auto reasons = [&](std::size_t index) {
      const LoadedPolicy* policy = PolicyOf(report, index);
      return policy == nullptr || times.empty() ? std::map<Timestamp, std::string>() : Play(*policy, times).said;
    };
    std::map<Timestamp, std::string> first_said = reasons(first), second_said = reasons(second);
    for (const ReplayDifference& each : differences)
      contrast.moments.push_back({each, first_said[each.peak], second_said[each.peak]});
    report.contrasts.push_back(std::move(contrast));
  }

  const LoadedReplay& loaded_;
  const WorkloadModel& workload_;
  Progress& progress_;
  const CalendarLookup calendars_;
  const ReplayOptions options_;
  const unsigned threads_;
  ReplayForecasts forecasts_;
};

}  // namespace

ReplayOptions ReplayOptionsOf(const HistoryReplay& asked, const LoadedReplay& loaded, const CalendarLookup& calendars) {
  ReplayOptions options;
  options.begin = loaded.begin;
  options.end = loaded.end;
  options.open_loop = asked.open_loop;
  options.polling = asked.polling;
  options.sync = asked.sync;
  options.cooldown = asked.cooldown;
  options.down_window = asked.down_window;
  options.calendars = &calendars;
  return options;
}

std::string LoadSentence(const WorkloadModel& workload, const Recording& recording) {
  if (workload.load < 0) return "";
  const std::string capacity =
      workload.capacity_query >= 0
          ? "what " +
                OneLine(FoldBlanks(recording.queries[static_cast<std::size_t>(workload.capacity_query)].text), 80) +
                " says"
          : FormatNumber(workload.capacity);
  std::string text =
      fmt::format("{}, {} {} a replica, which serves {} after it was asked for", workload.load_name, capacity,
                  workload.load_is_mean ? "of it" : "a second", FormatDuration(workload.start_delay));
  if (workload.is_queue()) text += fmt::format("; an item may wait {}", FormatDuration(*workload.deadline));
  return text;
}

Result<ReplayReport> ReplayHistory(const HistoryReplay& asked, Timestamp now, Progress& progress) {
  ReplayInput input = asked.input;
  input.queries_or_signals = {asked.workload.load, asked.workload.queue, asked.workload.lag};
  const Result<LoadedReplay> loaded = LoadReplay(input, now, progress);
  progress.Clear();
  if (!loaded) return Fail(loaded.error());
  const auto members = loaded->Members();
  const Result<WorkloadModel> workload = FindWorkload(loaded->recording, members, asked.workload);
  if (!workload) return Fail(workload.error());
  ReplayOptions options;
  options.open_loop = asked.open_loop;
  for (const ReplayMember& member : members) {
    if (Status checked = CheckReplay(loaded->recording, member, options); !checked)
      return Fail(Code::kInvalidArgument, checked.error().message);
  }
  ReplayReport report = Replays(asked, *loaded, *workload, progress).All();
  if (progress.Stopped()) return Fail(Code::kCancelled, "stopped");
  return report;
}

}  // namespace loadline
