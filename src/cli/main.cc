// The command line, declared on one page; what the commands do stands in commands/.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/version.h"
#include "cli/commands/backtest.h"
#include "cli/commands/explain.h"
#include "cli/commands/forecast.h"
#include "cli/commands/history.h"
#include "cli/commands/journal.h"
#include "cli/commands/probe.h"
#include "cli/commands/recommend.h"
#include "cli/commands/record.h"
#include "cli/commands/replay.h"
#include "cli/commands/replay_history.h"
#include "cli/commands/serve.h"
#include "cli/commands/status.h"
#include "cli/commands/test.h"
#include "cli/commands/validate.h"
#include "cli/load_options.h"
#include "cli/reference.h"
#include "cli/serve_fields.h"
#include "document/field_list.h"

namespace loadline {
namespace {

// "KEY=VALUE" -> {"KEY", "VALUE"}; a usage error without "=".
std::pair<std::string, std::string> SplitPair(const std::string& option, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw CLI::ValidationError(option, "want KEY=VALUE; found \"" + text + "\"");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

using PathsOfOptions = std::map<const CLI::Option*, std::string>;

// What the command line sets, of what it sets twice the last: --set and an option's own flag are two ways to say one
// thing. `paths` has the options that have one; for the others PATH=VALUE is read from the value.
std::vector<std::pair<std::string, std::string>> FlagsInOrder(const CLI::App& serve, const PathsOfOptions& paths,
                                                              const CLI::Option* set) {
  std::vector<std::pair<std::string, std::string>> flags;
  std::map<const CLI::Option*, std::size_t> seen;
  for (const CLI::Option* option : serve.parse_order()) {
    const auto path = paths.find(option);
    if (option != set && path == paths.end()) continue;
    const std::string& value = option->results().at(seen[option]++);
    auto flag = option == set ? SplitPair("--set", value) : std::pair{path->second, value};
    std::erase_if(flags, [&flag](const auto& earlier) { return earlier.first == flag.first; });
    flags.push_back(std::move(flag));
  }
  return flags;
}

void AddServe(CLI::App& app, int& exit_code) {
  CLI::App* serve = app.add_subcommand("serve", "Answer KEDA: the service.");
  struct Given {
    std::string config;
    bool check = false;
    std::vector<std::string> set;
    PathsOfOptions paths;
  };
  auto given = std::make_shared<Given>();
  serve->add_option("-c,--config", given->config, "Options as YAML; config/loadline.yaml shows them all")
      ->type_name("FILE");
  serve->add_flag("--check", given->check, "Check the options, and the files that they name; start nothing");
  const CLI::Option* set =
      serve
          ->add_option("--set", given->set,
                       "Any option by its path, such as sources.default.url=http://prometheus:9090")
          ->type_name("PATH=VALUE");
  for (const ListedField& each : ListFields<ServeOptions>()) {
    const bool of_any_name = each.path.find(".NAME.") != std::string::npos;
    if (each.section || of_any_name) continue;
    std::string help(each.field.help);
    if (!each.preset.empty()) help += " [" + each.preset + "]";
    given->paths[serve->add_option("--" + each.path)] = each.path;
    serve->get_option("--" + each.path)
        ->description(help)
        ->type_name(each.type == "text" && !each.field.unit.empty() ? std::string(each.field.unit) : each.type)
        ->take_last()
        ->group("Options of the file");
  }
  serve->footer(
      "Each option is also a variable: LOADLINE_GRPC_LISTEN is --grpc.listen. Flags come before variables, variables "
      "before the file; of flags that set the same, the last counts.\n"
      "Exit codes: 0 stopped, or checked and good; 1 it cannot start; 2 an option is bad.\n\nExamples:\n"
      "  loadline serve --config /etc/loadline/loadline.yaml\n"
      "  loadline serve --policies.path ./policies --set sources.default.url=http://localhost:9090\n"
      "  loadline serve --config loadline.yaml --check");
  serve->callback([given, serve, set, &exit_code] {
    OptionInputs inputs{given->config, {}, FlagsInOrder(*serve, given->paths, set)};
    for (char** variable = environ; *variable != nullptr; ++variable) inputs.environment.emplace_back(*variable);
    LoadedOptions loaded = LoadServeOptions(inputs);
    if (loaded.problems.empty() && given->check) loaded.problems = CheckServe(loaded.options);
    for (const std::string& problem : loaded.problems) std::fprintf(stderr, "%s\n", problem.c_str());
    if (!loaded.problems.empty()) {
      exit_code = 2;
    } else if (!given->check) {
      exit_code = RunServe(loaded.options);
    }
  });
}

void AddValidate(CLI::App& app, int& exit_code) {
  CLI::App* validate = app.add_subcommand("validate", "Check policies: all problems at once.");
  auto command = std::make_shared<ValidateCommand>();
  validate->add_option("PATH", command->paths, "Files and folders; - is standard input")->required();
  validate->add_option("--format", command->format, "text, json, or github (annotations)")
      ->check(CLI::IsMember({"text", "json", "github"}));
  validate->footer(
      "Exit codes: 0 good, 1 a document is bad, 2 a path cannot be read.\n\nExamples:\n"
      "  loadline validate policies/\n"
      "  kubectl get configmap loadline-policies -o jsonpath='{.data.*}' | loadline validate -\n"
      "  loadline validate --format github policies/ deploy/*/policies/");
  validate->callback([command, &exit_code] { exit_code = RunValidate(*command); });
}

void AddTest(CLI::App& app, int& exit_code) {
  CLI::App* test = app.add_subcommand("test", "Run scenarios: whether policies decide what is expected of them.");
  auto command = std::make_shared<TestCommand>();
  test->add_option("PATH", command->paths, "*.scenario files, and folders that have some")->required();
  test->add_flag("--update", command->update, "Write what was decided where something else was expected");
  test->footer(
      "A scenario, beside its policy:\n"
      "  policy   checkout.yaml\n"
      "  load 1m  requests   100x10 400x5 _x3   # a step a minute: eleven times 100, six times 400, no series\n"
      "  load 1m  observed   2x20\n"
      "  at 10m   want 2   because requests wants 2\n"
      "  at 11m   want 8\n"
      "  at 40m   want error   because no data\n\n"
      "Several bindings, budgets, overrides and all else: docs/scenarios.md.\n\n"
      "Exit codes: 0 all as expected, 1 something differs or is bad, 2 a path cannot be read or has no scenario.\n\n"
      "Examples:\n  loadline test policies/\n"
      "  loadline test policies/checkout.scenario --update && git diff policies/");
  test->callback([command, &exit_code] { exit_code = RunTest(*command); });
}

void AddProbe(CLI::App& app, int& exit_code) {
  CLI::App* probe = app.add_subcommand("probe", "Ask a scaler as KEDA would, and say what KEDA would do.");
  auto command = std::make_shared<ProbeCommand>();
  auto metadata = std::make_shared<std::vector<std::string>>();
  probe->add_option("ADDRESS", command->address, "host:port, as in scalerAddress")->required();
  probe->add_option("--policy", command->policy, "The trigger's policy")->required();
  probe->add_option("--namespace", command->object_namespace, "The ScaledObject's namespace")->capture_default_str();
  probe->add_option("--name", command->name, "The ScaledObject's name")->capture_default_str();
  probe->add_option("--metadata", *metadata, "Further metadata of the trigger")->type_name("KEY=VALUE");
  probe->add_flag("--tls", command->tls, "Use TLS, with the system's authorities; any option below means it, too");
  probe->add_option("--tls-ca", command->ca_file, "PEM file with the authorities of the server's certificate");
  probe->add_option("--tls-cert", command->certificate_file, "PEM file with a client certificate");
  probe->add_option("--tls-key", command->key_file, "PEM file with its key");
  probe->add_option("--tls-server-name", command->server_name, "The name to find in the server's certificate");
  probe->footer(
      "Exit codes: 0 KEDA would get a number, 1 it would get an error, 2 nothing answers.\n\nExamples:\n"
      "  loadline probe localhost:50051 --policy cdc-worker --namespace data --name orders-cdc --metadata "
      "pipeline=orders\n"
      "  kubectl run probe --rm -i --image=LOADLINE_IMAGE -- probe loadline.loadline.svc:50051 --policy cdc-worker");
  probe->callback([command, metadata, &exit_code] {
    for (const std::string& each : *metadata) command->metadata.push_back(SplitPair("--metadata", each));
    exit_code = RunProbe(*command);
  });
}

void AddServer(CLI::App& command, ServerAddress& server) {
  command.add_option("--server", server.url, "The server's HTTP port")->type_name("URL")->capture_default_str();
  command
      .add_option("--token-file", server.token_file, "A file with a bearer token, where the server has a tokensFile")
      ->type_name("FILE");
  command.add_option("--ca-file", server.ca_file, "PEM file with the authorities of the server's certificate")
      ->type_name("FILE");
}

void AddExplain(CLI::App& app, int& exit_code) {
  CLI::App* explain = app.add_subcommand("explain", "Why a running server answers what it answers.");
  auto command = std::make_shared<ExplainCommand>();
  explain->add_option("BINDING", command->binding, "NAMESPACE/NAME of the ScaledObject; without it all, a line each");
  explain->add_option("--policy", command->policy, "Only the triggers that use this policy");
  explain
      ->add_option("--at", command->at, "The decision that stood then: 2026-11-24T03:12:00Z, 03:12 (UTC) or 2h (ago)")
      ->type_name("TIME");
  explain
      ->add_option("--what-if", command->what_if,
                   "As if that had been read: a signal (of a backlog NAME, NAME.arrivals), or observed; missing for no "
                   "answer")
      ->type_name("SIGNAL=NUMBER");
  explain->add_flag("--watch", command->watch, "A line whenever the answer or its reason changes, until it is stopped");
  AddServer(*explain, command->server);
  explain->add_option("-o,--output", command->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  explain->footer(
      "Exit codes: 0 explained, 1 there is no such binding, 2 the server does not answer.\n\nExamples:\n"
      "  kubectl -n loadline port-forward deploy/loadline 8080 &\n"
      "  loadline explain data/orders-cdc\n"
      "  loadline explain data/orders-cdc --at 03:12\n"
      "  loadline explain data/orders-cdc --what-if lag=5000 --what-if observed=3\n"
      "  loadline explain -o json | jq '.decisions[] | select(.error)'");
  explain->callback([command, &exit_code] { exit_code = RunExplain(*command); });
}

void AddHistory(CLI::App& app, int& exit_code) {
  CLI::App* history = app.add_subcommand("history", "What was decided, the latest first.");
  auto command = std::make_shared<HistoryCommand>();
  history->add_option("BINDING", command->binding, "NAMESPACE/NAME of the ScaledObject")->required();
  history->add_option("--policy", command->policy, "Only the triggers that use this policy");
  history->add_option("--from", command->from, "From this time on: 2026-11-24T03:12:00Z, 03:12 (UTC) or 2h (ago)")
      ->type_name("TIME");
  history->add_option("--until", command->until, "Up to this time [now]")->type_name("TIME");
  history->add_option("--limit", command->limit, "The most records")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  history->add_flag("--heartbeats", command->heartbeats, "Those, too, in which nothing had changed");
  AddServer(*history, command->server);
  history->add_option("-o,--output", command->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  history->footer(
      "Exit codes: 0 there are records, 1 there are none, 2 the server does not answer.\n\nExamples:\n"
      "  loadline history data/orders-cdc --from 6h");
  history->callback([command, &exit_code] { exit_code = RunHistory(*command); });
}

void AddDiff(CLI::App& app, int& exit_code) {
  CLI::App* diff = app.add_subcommand("diff", "What was different between two times.");
  auto command = std::make_shared<DiffCommand>();
  diff->add_option("BINDING", command->binding, "NAMESPACE/NAME of the ScaledObject")->required();
  diff->add_option("--at", command->at, "The two times: 2026-11-24T03:12:00Z, 03:12 (UTC), 2h (ago) or now")
      ->type_name("TIME")
      ->required();
  diff->add_option("--policy", command->policy, "The trigger that uses this policy");
  AddServer(*diff, command->server);
  diff->footer(
      "Exit codes: 0 nothing differs, 1 something does, 2 a decision cannot be had.\n\nExamples:\n"
      "  loadline diff data/orders-cdc --at 03:12 --at 03:20");
  diff->callback([command, &exit_code] { exit_code = RunDiff(*command); });
}

void AddStatus(CLI::App& app, int& exit_code) {
  CLI::App* status = app.add_subcommand("status", "How a running server is, and all its bindings at a glance.");
  auto command = std::make_shared<StatusCommand>();
  status->add_option("-n,--namespace", command->object_namespace, "Only the bindings of this namespace");
  status->add_flag("--problems", command->only_problems, "Only the bindings with a problem");
  AddServer(*status, command->server);
  status->add_option("-o,--output", command->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  status->footer(
      "Exit codes: 0 all is well, 1 something is not, 2 the server does not answer.\n\nExamples:\n"
      "  loadline status --problems");
  status->callback([command, &exit_code] { exit_code = RunStatus(*command); });
}

void AddJournalOptions(CLI::App& app, JournalCommand& command) {
  app.add_option("--journal", command.url, "A file of SQLite, or a URL as in journal.url")
      ->required()
      ->type_name("FILE|URL");
  app.add_option("--password-file", command.password_file, "File with the password of PostgreSQL's user")
      ->type_name("FILE");
}

void AddJournal(CLI::App& app, int& exit_code) {
  CLI::App* journal = app.add_subcommand("journal", "What was decided, and whether it would be decided again.");
  journal->require_subcommand(1);

  CLI::App* verify =
      journal->add_subcommand("verify", "Decide every record again from what it was decided by, and say what differs.");
  auto verify_command = std::make_shared<JournalCommand>();
  AddJournalOptions(*verify, *verify_command);
  verify->footer(
      "Exit codes: 0 all came out the same, 1 one differs or cannot be decided again, 2 the journal cannot be read.\n\n"
      "Examples:\n  loadline journal verify --journal /var/lib/loadline/journal.db\n"
      "  loadline journal verify --journal postgresql://loadline@localhost/loadline --password-file password");
  verify->callback([verify_command, &exit_code] { exit_code = RunJournalVerify(*verify_command); });

  CLI::App* show = journal->add_subcommand("show", "The decisions of an object up to a time, the latest first.");
  auto command = std::make_shared<JournalShowCommand>();
  show->add_option("BINDING", command->binding, "NAMESPACE/NAME of the ScaledObject")->required();
  AddJournalOptions(*show, command->journal);
  show->add_option("--policy", command->policy, "Only the triggers that use this policy");
  show->add_option("--at", command->at, "Up to this time, such as 2026-11-24T04:00:00Z [now]")->type_name("TIME");
  show->add_option("--count", command->count, "So many of each trigger")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  show->add_option("-o,--output", command->output, "text, or json: one object a line, with all that was seen")
      ->check(CLI::IsMember({"text", "json"}));
  show->footer(
      "Exit codes: 0 shown, 1 there is none, 2 the journal cannot be read.\n\nExamples:\n"
      "  loadline journal show data/orders-cdc --journal /var/lib/loadline/journal.db --at 2026-11-24T04:00:00Z\n"
      "  loadline journal show data/orders-cdc --journal journal.db --count 1000 -o json | jq .replicas");
  show->callback([command, &exit_code] { exit_code = RunJournalShow(*command); });
}

void AddForecast(CLI::App& app, int& exit_code) {
  CLI::App* forecast = app.add_subcommand("forecast", "Say how a series goes on: quantiles of what may come.");
  auto command = std::make_shared<ForecastCommand>();
  forecast->add_option("--step", command->step_seconds, "Seconds from one row to the next")
      ->check(CLI::Range(0.001, 1e9))
      ->capture_default_str();
  forecast->add_option("--horizon", command->horizon, "Steps ahead")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  forecast->add_option("--quantiles", command->quantiles, "Above 0 and below 1, such as 0.5,0.9,0.95")
      ->delimiter(',')
      ->capture_default_str();
  forecast->add_option("--model", command->model,
                       "One model alone, such as \"direct day\"; without it the best mixture");
  forecast->add_option("--batch", command->batch, "A folder: each *.csv in it is a series")->type_name("DIR");
  forecast->add_flag("--explain", command->explain, "Say which models were used, and why (on standard error)");
  forecast->footer(
      "Standard input: ts,value; seconds since the epoch, oldest first, a row each step. Rows may be missing, and NaN "
      "is a missing value.\nStandard output: step,q0.5,...; a row for each step ahead.\n\n"
      "Exit codes: 0 forecast, 1 there is too little to go by, 2 the request or a row is bad.\n\nExamples:\n"
      "  loadline forecast --step 3600 --horizon 48 --quantiles 0.5,0.95 --explain < requests.csv\n"
      "  loadline forecast --step 60 --horizon 30 --batch series/ > forecasts.csv");
  forecast->callback([command, &exit_code] { exit_code = RunForecast(*command); });
}

void AddBacktest(CLI::App& app, int& exit_code) {
  CLI::App* backtest = app.add_subcommand(
      "backtest", "Say what forecasts of a query would have been worth: run it before trusting them.");
  auto command = std::make_shared<BacktestCommand>();
  backtest->add_option("--prometheus", command->prometheus, "A server with Prometheus' HTTP API")->type_name("URL");
  backtest->add_option("--query", command->query, "PromQL that yields one number")->type_name("PROMQL");
  backtest->add_option("--days", command->days, "How far back to ask; the last third, a week at most, is forecast")
      ->check(CLI::Range(0.01, 400.0))
      ->capture_default_str();
  backtest->add_option("--csv", command->csv, "Instead: a file with ts,value, as `loadline forecast` takes it");
  backtest->add_option("--step", command->step_seconds, "Seconds from one value to the next")
      ->check(CLI::Range(1.0, 86'400.0))
      ->capture_default_str();
  backtest->add_option("--horizon", command->horizon, "Steps ahead")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  backtest->add_option("--quantile", command->quantile, "From 0.5 to below 1")
      ->check(CLI::Range(0.5, 0.999))
      ->capture_default_str();
  backtest->add_option("--html", command->html, "Write a page with a plot of the worst day")->type_name("FILE");
  backtest->add_option("--ca-file", command->ca_file, "PEM file with the authorities of the server's certificate");
  backtest->add_option("--bearer-token-file", command->bearer_token_file, "File with a bearer token for the server");
  backtest->footer(
      "Each line is a way to forecast: `loadline` is what policies get, the others are the models by themselves, the "
      "naive ones among them. MAE is of the median, pinball the loss of the quantile, covered the share that lay at or "
      "below it.\n\nExit codes: 0 scored, 1 there is too little to go by, 2 the request, the file or the server's "
      "answer "
      "is bad.\n\nExamples:\n"
      "  loadline backtest --prometheus http://localhost:9090 --query 'sum(rate(http_requests_total[5m]))' --days 14 "
      "--html backtest.html\n"
      "  loadline backtest --csv requests.csv --step 3600 --horizon 24");
  backtest->callback([command, &exit_code] { exit_code = RunBacktest(*command); });
}

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
  std::optional<Duration> polling;
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
  AddDuration(command, "--refit", given.refit, "Of serve: forecasts.refit, how often forecasts are fitted [10m]");
  AddDuration(command, "--lead", given.lead, "Of serve: forecasts.lead, how much later they are used [1m]");
  for (const char* name : {"--deadline", "--down-window", "--cooldown", "--polling", "--refit", "--lead"})
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
  history.cooldown = given.cooldown.value_or(history.cooldown);
  history.refit = given.refit.value_or(history.refit);
  history.lead = given.lead.value_or(history.lead);
  for (const auto& [name, value] : {std::pair("--refit", history.refit), {"--polling", history.polling}}) {
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
      "On history (with --from or --recording): plays each policy tick by tick as serve would decide. What depends on "
      "the replicas (their count, a queue, a mean over them) follows a model of the workload, of KEDA and of the HPA. "
      "Says side by side, and beside what really was, what it cost, where it was short and why: docs/replay.md.\n\n"
      "On rows (without): the objective of one policy. Standard input: ts,load; seconds since the epoch, a multiple of "
      "the tick, and the mean load a second of the last minute; nothing where it is missing. With --lockstep "
      "ts,load,backlog,ready,replicas. Standard output: ts,desired (with --lockstep desired): the value of a metric "
      "with target 1, a row for a row.\n\n"
      "Exit codes: 0 replayed, 1 there is no data to go by, 2 the policy, an option, a row or the server's answer is "
      "bad.\n\nExamples:\n"
      "  loadline replay --prometheus http://localhost:9090 --from -14d --policy policies/kafka-consumer.yaml --object "
      "payments/payments-worker --parameter topic=payments --html replay.html\n"
      "  loadline replay --recording payments.csv --policy now.yaml --policy new.yaml --capacity 120 --start-delay 45\n"
      "  loadline replay --policy examples/objective/service.yaml --explain < requests.csv > desired.csv\n"
      "  loadline replay --policy examples/objective/worker.yaml --lockstep --capacity 50 --start-delay 120");
  replay->callback([given, &exit_code] {
    const ReplayInput& from = given->history.input;
    if (!from.from.empty() || !from.recording.empty() || !from.prometheus.empty()) {
      FinishReplay(*given);
      exit_code = RunReplayHistory(given->history);
      return;
    }
    if (from.policies.size() != 1)
      throw CLI::ValidationError("--policy", "several are replayed on history only: with --from or --recording");
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

void AddReference(CLI::App& app) {
  CLI::App* reference = app.add_subcommand("reference", "Print what can be configured.");
  auto what = std::make_shared<std::string>();
  reference
      ->add_option("WHAT", *what, "config: options of serve as a file; options: as a table; policy: a policy's fields")
      ->required()
      ->check(CLI::IsMember({"config", "options", "policy"}));
  reference->footer("Example:\n  loadline reference config > loadline.yaml");
  reference->callback([what] {
    const std::string text = *what == "config"    ? OptionsAsYaml()
                             : *what == "options" ? OptionsAsMarkdown()
                                                  : PolicyAsMarkdown();
    std::fputs(text.c_str(), stdout);
  });
}

void AddSchema(CLI::App& app) {
  CLI::App* schema =
      app.add_subcommand("schema", "Print the JSON Schema of policies and the other documents, for editors.");
  schema->footer(
      "Example:\n  loadline schema > policy.schema.json\n"
      "A document's first line then is  # yaml-language-server: $schema=policy.schema.json");
  schema->callback([] { std::fputs(DocumentsAsSchema().c_str(), stdout); });
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Loadline is a KEDA external scaler: one policy, one number, one reason.\n"
      "It turns the signals of a policy into the number of replicas that KEDA and the HPA then follow.",
      "loadline");
  app.set_version_flag("--version", std::string("loadline ") + std::string(kVersion));
  app.require_subcommand(1);
  app.get_formatter()->column_width(38);
  int exit_code = 0;
  AddServe(app, exit_code);
  AddValidate(app, exit_code);
  AddTest(app, exit_code);
  AddProbe(app, exit_code);
  AddExplain(app, exit_code);
  AddHistory(app, exit_code);
  AddDiff(app, exit_code);
  AddStatus(app, exit_code);
  AddJournal(app, exit_code);
  AddForecast(app, exit_code);
  AddBacktest(app, exit_code);
  AddReplay(app, exit_code);
  AddRecord(app, exit_code);
  AddRecommend(app, exit_code);
  AddReference(app);
  AddSchema(app);
  CLI::App* version = app.add_subcommand("version", "Print the version.");
  version->callback([] { std::printf("loadline %s\n", std::string(kVersion).c_str()); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Usage errors are 2, as in validate and probe: 1 means that what was asked was answered with "no".
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace
}  // namespace loadline

int main(int argc, char** argv) { return loadline::Main(argc, argv); }
