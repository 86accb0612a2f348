#include "cli/commands/replay_history.h"

#include <fmt/format.h>
#include <time.h>

#include <cstdio>

#include "base/text.h"
#include "cli/forecasts_ahead.h"
#include "cli/replay_page.h"
#include "cli/replay_report.h"
#include "system/clock.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr std::size_t kMostDifferences = 3;

int Fails(const Error& error) {
  fmt::print(stderr, "loadline replay: {}\n", error.message);
  return error.code == Code::kFailedPrecondition ? 1 : 2;
}

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

class Run {
 public:
  Run(const ReplayHistoryCommand& command, const LoadedReplay& loaded, const WorkloadModel& workload,
      Progress& progress)
      : loaded_(loaded),
        workload_(workload),
        progress_(progress),
        calendars_(loaded.Lookup()),
        options_(ReplayOptionsOf(command, loaded, calendars_)),
        forecasts_(loaded.recording, command.refit, command.lead) {}

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
    options.on_progress = [&](std::size_t done, std::size_t of) { progress_.Show("replay " + each.label, done, of); };
    const ReplayMember member{&each.policy, &each.plan, &each.parameters};
    MakeForecastsAhead(forecasts_, member, options, &progress_);
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
  ReplayForecasts forecasts_;
};

}  // namespace

ReplayOptions ReplayOptionsOf(const ReplayHistoryCommand& command, const LoadedReplay& loaded,
                              const CalendarLookup& calendars) {
  ReplayOptions options;
  options.begin = loaded.begin;
  options.end = loaded.end;
  options.open_loop = command.open_loop;
  options.polling = command.polling;
  options.sync = command.sync;
  options.cooldown = command.cooldown;
  options.down_window = command.down_window;
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

int RunReplayHistory(const ReplayHistoryCommand& command) {
  Progress progress;
  ReplayInput input = command.input;
  input.queries_or_signals = {command.workload.load, command.workload.queue, command.workload.lag};
  Result<LoadedReplay> loaded = LoadReplay(input, SystemClock().Now(), progress);
  progress.Clear();
  if (!loaded) return Fails(loaded.error());
  const auto members = loaded->Members();
  const Result<WorkloadModel> workload = FindWorkload(loaded->recording, members, command.workload);
  if (!workload) return Fails(workload.error());
  ReplayOptions options;
  options.open_loop = command.open_loop;
  for (const ReplayMember& member : members) {
    if (Status checked = CheckReplay(loaded->recording, member, options); !checked)
      return Fails({Code::kInvalidArgument, checked.error().message});
  }
  ReplayReport report = Run(command, *loaded, *workload, progress).All();
  report.cpu_seconds = CpuSeconds();
  if (!command.html.empty()) {
    if (const Status written = WriteFile(command.html, FormatReplayPage(report)); !written)
      return Fails({Code::kInvalidArgument, written.error().message});
  }
  const std::string text = command.output == "json" ? FormatReplayJson(report) : FormatReplayText(report);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace loadline
