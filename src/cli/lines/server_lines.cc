// The command lines that ask a running server.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands/explain.h"
#include "cli/commands/history.h"
#include "cli/commands/probe.h"
#include "cli/commands/status.h"
#include "cli/lines/add_server.h"
#include "cli/lines/key_value.h"
#include "cli/lines/lines.h"

namespace loadline {
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

void AddExplain(CLI::App& app, int& exit_code) {
  CLI::App* explain = app.add_subcommand("explain", "Why a running server answers what it answers.");
  auto command = std::make_shared<ExplainCommand>();
  explain->add_option("BINDING", command->binding, "NAMESPACE/NAME of the ScaledObject; without it all, a line each");
  AddNamespace(*explain, command->object_namespace, "The ScaledObject's namespace, or that of all");
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
      "  loadline explain data/orders-cdc --kube\n"
      "  loadline explain data/orders-cdc --at 03:12\n"
      "  loadline explain data/orders-cdc --what-if lag=5000 --what-if observed=3\n"
      "  loadline explain -o json | jq '.decisions[] | select(.error)'");
  explain->callback([command, &exit_code] { exit_code = RunExplain(*command); });
}

void AddHistory(CLI::App& app, int& exit_code) {
  CLI::App* history = app.add_subcommand("history", "What was decided, the latest first.");
  auto command = std::make_shared<HistoryCommand>();
  history->add_option("BINDING", command->binding, "NAMESPACE/NAME of the ScaledObject")->required();
  AddNamespace(*history, command->object_namespace, "The ScaledObject's namespace");
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
  AddNamespace(*diff, command->object_namespace, "The ScaledObject's namespace");
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
  AddNamespace(*status, command->object_namespace, "Only the bindings of this namespace");
  status->add_flag("--problems", command->only_problems, "Only the bindings with a problem");
  AddServer(*status, command->server);
  status->add_option("-o,--output", command->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  status->footer(
      "Exit codes: 0 all is well, 1 something is not, 2 the server does not answer.\n\nExamples:\n"
      "  loadline status --problems");
  status->callback([command, &exit_code] { exit_code = RunStatus(*command); });
}

}  // namespace loadline
