// The command lines of replays: what they have in common, and each.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/recommend.h"
#include "cli/commands/record.h"
#include "cli/commands/replay.h"
#include "cli/commands/replay_history.h"
#include "cli/commands/replay_on_server.h"
#include "cli/lines/add_server.h"
#include "cli/lines/key_value.h"
#include "cli/lines/lines.h"
#include "cli/plugin.h"
#include "journal/journal.h"

namespace loadline {
namespace {

// "--deadline 2m"
void AddDuration(CLI::App& command, const std::string& name, std::optional<Duration>& value, const std::string& help) {
  command
      .add_option_function<std::string>(
          name,
          [&value, name](const std::string& text) {
            const Result<Duration> duration = ParseDuration(text);
            if (!duration) throw CLI::ValidationError(name, duration.error().message);
            value = *duration;
          },
          help)
      ->type_name("DURATION");
}

// What is replayed or recorded, of whom, and from where.
void AddReplayInput(CLI::App& command, ReplayInput& input) {
  constexpr const char* kGroup = "History";
  command.add_option("--from", input.from, "The first time: 2026-11-24T06:00:00Z, or -14d")
      ->type_name("TIME")
      ->group(kGroup);
  command.add_option("--to", input.to, "The end [now]")->type_name("TIME")->group(kGroup);
  command.add_option("--prometheus", input.prometheus, "A server with Prometheus' HTTP API")
      ->type_name("URL")
      ->group(kGroup);
  auto journal = std::make_shared<JournalOptions>();
  journal->read_only = true;
  command
      .add_option_function<std::string>(
          "--journal",
          [&input, journal](const std::string& text) {
            journal->url = JournalUrlOf(text);
            input.open_journal = [journal]() -> Result<std::shared_ptr<DecisionJournal>> {
              auto opened = OpenJournal(*journal);
              if (!opened) return Fail(opened.error());
              return std::shared_ptr<DecisionJournal>(*std::move(opened));
            };
          },
          "Instead: a journal, a file of SQLite or a URL as in journal.url")
      ->type_name("FILE|URL")
      ->group(kGroup);
  command.add_option("--password-file", journal->password_file, "File with the password of PostgreSQL's user")
      ->type_name("FILE")
      ->group(kGroup);
  command
      .add_option_function<std::string>(
          "--heartbeat",
          [&input](const std::string& text) {
            const Result<Duration> heartbeat = ParseDuration(text);
            if (!heartbeat) throw CLI::ValidationError("--heartbeat", heartbeat.error().message);
            input.heartbeat = *heartbeat;
          },
          "Of serve: journal.heartbeat [5m]")
      ->type_name("DURATION")
      ->group(kGroup);
  command.add_option("--object", input.object, "The ScaledObject [the recording's, or default/app]")
      ->type_name("NAMESPACE/NAME")
      ->group(kGroup);
  command
      .add_option_function<std::vector<std::string>>(
          "--parameter",
          [&input](const std::vector<std::string>& pairs) {
            for (const std::string& each : pairs)
              input.parameters.insert_or_assign(SplitPair("--parameter", each).first,
                                                SplitPair("--parameter", each).second);
          },
          "A parameter of the policies, as in the trigger's metadata")
      ->type_name("KEY=VALUE")
      ->group(kGroup);
  command.add_option("--with", input.with, "Files with the Calendars that schedules name")
      ->type_name("FILE")
      ->group(kGroup);
  command.add_option("--ca-file", input.ca_file, "PEM file with the authorities of the server's certificate")
      ->group(kGroup);
  command.add_option("--bearer-token-file", input.bearer_token_file, "File with a bearer token for the server")
      ->group(kGroup);
  AddDuration(command, "--history", input.history,
              "From Prometheus: how much before --from is fetched to look back on [what the policies need]");
  command.get_option("--history")->group(kGroup);
}

struct ReplayGiven {
  ReplayCommand rows;
  ReplayHistoryCommand history;
  Server server;
  bool server_sources = false;
  std::string object_namespace;
  std::optional<Duration> polling;
  std::optional<Duration> sync;
  std::optional<Duration> cooldown;
  std::optional<Duration> refit;
  std::optional<Duration> lead;
};

void AddReplayModel(CLI::App& command, ReplayGiven& given) {
  constexpr const char* kGroup = "The workload, and what follows the answers";
  WorkloadAsked& asked = given.history.workload;
  command
      .add_option("--load", asked.load,
                  "What the load is: a signal, NAME.arrivals of a backlog, or a query's text [found from the policy]")
      ->type_name("SIGNAL")
      ->group(kGroup);
  command.add_option("--queue", asked.queue, "The signal, or query, that says how many items wait [a backlog's depth]")
      ->type_name("SIGNAL")
      ->group(kGroup);
  command.add_option("--lag", asked.lag, "The signal, or query, that says for how many seconds the oldest item waits")
      ->type_name("SIGNAL")
      ->group(kGroup);
  AddDuration(command, "--deadline", asked.deadline, "How long an item may wait [the objective's, or drainWithin]");
  AddDuration(command, "--down-window", given.history.down_window,
              "Of the HPA: behavior.scaleDown.stabilizationWindowSeconds");
  AddDuration(command, "--cooldown", given.cooldown, "Of the ScaledObject: cooldownPeriod [5m]");
  AddDuration(command, "--polling", given.polling, "Of the ScaledObject: pollingInterval [30s]");
  AddDuration(command, "--sync", given.sync,
              "Of the HPA: kube-controller-manager's --horizontal-pod-autoscaler-sync-period [15s]");
  AddDuration(command, "--refit", given.refit, "Of serve: forecasts.refit, how often forecasts are fitted [10m]");
  AddDuration(command, "--lead", given.lead, "Of serve: forecasts.lead, how much later they are used [1m]");
  for (const char* name : {"--deadline", "--down-window", "--cooldown", "--polling", "--sync", "--refit", "--lead"})
    command.get_option(name)->group(kGroup);
}

void FinishReplay(ReplayGiven& given) {
  if (given.rows.tick_seconds < 1) throw CLI::ValidationError("--tick", "want at least a second");
  ReplayHistoryCommand& history = given.history;
  history.input.interval = std::chrono::seconds(given.rows.tick_seconds);
  history.workload.capacity = given.rows.capacity;
  if (given.rows.start_delay_seconds)
    history.workload.start_delay = Duration(std::llround(*given.rows.start_delay_seconds * 1000));
  history.input.min = given.rows.min;
  history.input.max = given.rows.max;
  history.polling = given.polling.value_or(history.polling);
  history.sync = given.sync.value_or(history.sync);
  history.cooldown = given.cooldown.value_or(history.cooldown);
  history.refit = given.refit.value_or(history.refit);
  history.lead = given.lead.value_or(history.lead);
  for (const auto& [name, value] :
       {std::pair("--refit", history.refit), {"--polling", history.polling}, {"--sync", history.sync}}) {
    if (value <= Duration::zero()) throw CLI::ValidationError(name, "want more than 0");
  }
}

void AddCapacityAndBounds(CLI::App& command, ReplayGiven& given) {
  command.add_option("--tick", given.rows.tick_seconds, "Seconds from one decision to the next")->capture_default_str();
  command.add_option("--capacity", given.rows.capacity, "What one replica serves in a second [the policy's]")
      ->check(CLI::Range(1e-9, 1e12));
  command
      .add_option("--start-delay", given.rows.start_delay_seconds,
                  "Seconds from a raised count to a replica that serves [objective.startDelay, or 30]")
      ->check(CLI::Range(0.0, 3600.0));
  command.add_option("--min", given.rows.min, "Replicas [replicas.min]")->check(CLI::Range(0, 100'000));
  command.add_option("--max", given.rows.max, "Replicas [replicas.max]")->check(CLI::Range(1, 100'000));
}

constexpr std::array kLocal = {"--prometheus", "--journal", "--recording"};

// As kubectl's plugin, or by an option that leads to a server: unless it is told of a history that lies elsewhere.
bool IsOnServer(const CLI::App& replay) {
  const auto given = [&](const char* option) {
    const CLI::Option* found = replay.get_option_no_throw(option);
    return found != nullptr && found->count() > 0;
  };
  const std::array kServer = {"--server", "--kube", "--context", "--kubeconfig", "--service"};
  const bool local = std::any_of(kLocal.begin(), kLocal.end(), given);
  return IsPlugin(replay) ? !local : std::any_of(kServer.begin(), kServer.end(), given);
}

void AddReplayServer(CLI::App& command, ReplayGiven& given) {
  constexpr const char* kGroup = "On a running server, by its journal or its sources";
  AddServer(command, given.server);
  AddNamespace(command, given.object_namespace, "The namespace of --object, where it has none");
  command.add_flag("--server-sources", given.server_sources,
                   "What the server's sources remember [what its journal kept]");
  for (const char* name : {"--server", "--kube", "--context", "--kubeconfig", "--service", "--token-file",
                           "--namespace", "--server-sources"}) {
    CLI::Option* option = command.get_option_no_throw(name);
    if (option == nullptr) continue;
    option->group(kGroup);
    for (const char* local : kLocal) option->excludes(command.get_option(local));
  }
}

int ReplayOnServer(ReplayGiven& given) {
  FinishReplay(given);
  given.server.address.ca_file = given.history.input.ca_file;
  return RunReplayOnServer(given.server, given.history, given.object_namespace, given.server_sources);
}

}  // namespace

void AddReplay(CLI::App& app, int& exit_code) {
  CLI::App* replay = app.add_subcommand("replay", "Say what policies would have done: on history, or on rows of load.");
  auto given = std::make_shared<ReplayGiven>();
  ReplayInput& input = given->history.input;
  replay->add_option("--policy", input.policies, "A file with one policy, or FILE#NAME; several are set side by side")
      ->required()
      ->type_name("FILE");
  AddCapacityAndBounds(*replay, *given);
  AddReplayInput(*replay, input);
  replay->add_option("--recording", input.recording, "Instead of --prometheus: a file that `loadline record` made")
      ->type_name("FILE")
      ->group("History");
  AddReplayServer(*replay, *given);
  AddReplayModel(*replay, *given);
  replay->add_flag("--open-loop", given->history.open_loop,
                   "Nothing is modelled: what the answers to the recorded replicas would have been");
  replay->add_option("-o,--output", given->history.output, "text or json")->check(CLI::IsMember({"text", "json"}));
  replay->add_option("--html", given->history.html, "Write a page with plots")->type_name("FILE");
  replay->add_flag("--lockstep", given->rows.lockstep,
                   "Of rows: replicas are observed, not modelled; each answer is flushed");
  replay->add_flag("--explain", given->rows.explain,
                   "Of rows: say what was asked for, what is expected, and what one step more or less would be (on "
                   "standard error)");
  replay->footer(
      "On history (with --from, --journal or --recording): plays each policy tick by tick as serve would decide. What "
      "depends on "
      "the replicas (their count, a queue, a mean over them) follows a model of the workload, of KEDA and of the HPA. "
      "Says side by side, and beside what really was, what it cost, where it was short and why: docs/replay.md.\n\n"
      "On a running server (with --server or an option of its cluster): it plays them on its own history, with its own "
      "sources; an operator's token is needed.\n\n"
      "On rows (without): the objective of one policy. Standard input: ts,load; seconds since the epoch, a multiple of "
      "the tick, and the mean load a second of the last minute; nothing where it is missing. With --lockstep "
      "ts,load,backlog,ready,replicas. Standard output: ts,desired (with --lockstep desired): the value of a metric "
      "with target 1, a row for a row.\n\n"
      "Exit codes: 0 replayed, 1 there is no data to go by, 2 the policy, an option, a row or the server's answer is "
      "bad.\n\nExamples:\n"
      "  loadline replay --prometheus http://localhost:9090 --from -14d --policy policies/kafka-consumer.yaml --object "
      "payments/payments-worker --parameter topic=payments --html replay.html\n"
      "  loadline replay --journal /var/lib/loadline/journal.db --from -1d --object payments/payments-worker --policy "
      "new.yaml\n"
      "  loadline replay --recording payments.csv --policy now.yaml --policy new.yaml --capacity 120 --start-delay 45\n"
      "  loadline replay --kube --token-file token --object payments/payments-worker --policy now.yaml --policy "
      "new.yaml\n"
      "  loadline replay --policy examples/objective/service.yaml --explain < requests.csv > desired.csv\n"
      "  loadline replay --policy examples/objective/worker.yaml --lockstep --capacity 50 --start-delay 120");
  replay->callback([given, replay, &exit_code] {
    if (IsOnServer(*replay)) {
      exit_code = ReplayOnServer(*given);
      return;
    }
    const ReplayInput& from = given->history.input;
    if (!from.from.empty() || !from.recording.empty() || !from.prometheus.empty() || from.open_journal) {
      FinishReplay(*given);
      exit_code = RunReplayHistory(given->history);
      return;
    }
    if (from.policies.size() != 1)
      throw CLI::ValidationError("--policy",
                                 "several are replayed on history only: with --from, --journal or --recording");
    given->rows.policy = from.policies.front();
    std::ios::sync_with_stdio(false);
    exit_code = RunReplay(given->rows, std::cin, std::cout);
  });
}

void AddRecord(CLI::App& app, int& exit_code) {
  CLI::App* record = app.add_subcommand("record", "Keep what the queries of policies said, as a file to replay on.");
  struct Given {
    RecordCommand command;
    int tick_seconds = 15;
  };
  auto given = std::make_shared<Given>();
  ReplayInput& input = given->command.input;
  record->add_option("--policy", input.policies, "A file with one policy, or FILE#NAME; several are recorded together")
      ->required()
      ->type_name("FILE");
  record->add_option("--out", given->command.out, "The file to write")->required()->type_name("FILE");
  record->add_option("--tick", given->tick_seconds, "Seconds from one reading to the next")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  record->add_option("--query", input.queries, "PromQL to be recorded, too: what replays are to be judged by")
      ->type_name("PROMQL");
  AddReplayInput(*record, input);
  record->footer(
      "The file is text: a header with the object, its parameters and the queries, and a row for each tick "
      "(docs/replay.md).\n\nExit codes: 0 recorded, 1 there is no data, 2 the request, a policy or the server's answer "
      "is bad.\n\nExample:\n"
      "  loadline record --prometheus http://localhost:9090 --from -14d --policy policies/kafka-consumer.yaml --object "
      "payments/payments-worker --parameter topic=payments --out payments.csv");
  record->callback([given, &exit_code] {
    given->command.input.interval = std::chrono::seconds(given->tick_seconds);
    exit_code = RunRecord(given->command);
  });
}

void AddRecommend(CLI::App& app, int& exit_code) {
  CLI::App* recommend = app.add_subcommand("recommend", "Say which numbers of a policy would have been better.");
  struct Given {
    ReplayGiven replay;
    RecommendCommand command;
  };
  auto given = std::make_shared<Given>();
  ReplayInput& input = given->replay.history.input;
  recommend->add_option("--policy", input.policies, "A file with one policy, or FILE#NAME")
      ->required()
      ->type_name("FILE");
  recommend
      ->add_option("--violations", given->command.violations_percent,
                   "Percent of the time that may be short of capacity, or of a queue's items that may be late [the "
                   "objective's, or 1]")
      ->check(CLI::Range(0.0, 100.0));
  recommend
      ->add_option("--searched", given->command.searched_percent,
                   "Percent of the history on which candidates are tried; they are judged on the rest [67]")
      ->check(CLI::Range(10.0, 90.0));
  AddCapacityAndBounds(*recommend, given->replay);
  AddReplayInput(*recommend, input);
  recommend->add_option("--recording", input.recording, "Instead of --prometheus: a file that `loadline record` made")
      ->type_name("FILE")
      ->group("History");
  AddReplayModel(*recommend, given->replay);
  recommend->add_option("-o,--output", given->replay.history.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  recommend->footer(
      "Changes one number after the other (perReplica, target, drainWithin, tiers, thresholds of rules, a forecast's "
      "quantile, the objective, the bounds, the window on the way down), replays each, and says only what was better "
      "on "
      "a part of the history that the search had not seen: docs/replay.md.\n\n"
      "Exit codes: 0 said, also that nothing is better; 1 there is too little history; 2 the request, the policy or "
      "the "
      "server's answer is bad.\n\nExample:\n"
      "  loadline recommend --prometheus http://localhost:9090 --from -14d --policy policies/kafka-consumer.yaml "
      "--object payments/payments-worker --parameter topic=payments --violations 0.5");
  recommend->callback([given, &exit_code] {
    FinishReplay(given->replay);
    given->command.replay = given->replay.history;
    exit_code = RunRecommend(given->command);
  });
}

}  // namespace loadline
