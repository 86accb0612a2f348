// The lines of `loadline override`.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands/override.h"
#include "cli/lines/add_server.h"
#include "cli/lines/lines.h"

namespace loadline {
namespace {

constexpr char kExitCodes[] = "Exit codes: 0 done, 1 the server refused it, 2 it could not be asked.\n\n";

void AddOutput(CLI::App& line, std::string& output) {
  line.add_option("-o,--output", output, "table or json")->check(CLI::IsMember({"table", "json"}));
}

void AddSet(CLI::App& override_line, int& exit_code) {
  CLI::App* line = override_line.add_subcommand("set", "Set an override, or replace that of the same name.");
  auto command = std::make_shared<OverrideSetCommand>();
  line->add_option("BINDING", command->binding, "NAMESPACE/NAME of the ScaledObject; else --policy, or --all");
  AddNamespace(*line, command->object_namespace, "The ScaledObject's namespace; with --policy or --all only there");
  line->add_option("--policy", command->policy, "Only the triggers that use this policy");
  line->add_flag("--all", command->all, "All bindings");
  auto* kinds = line->add_option_group("what", "");
  kinds->add_option("--pin", command->pin, "Exactly so many replicas")->type_name("N");
  kinds->add_option("--floor", command->floor, "At least so many")->type_name("N");
  kinds->add_option("--ceiling", command->ceiling, "At most so many")->type_name("N");
  kinds->add_flag("--hold", command->hold, "What is observed stays");
  kinds->require_option(1);
  auto* end = line->add_option_group("end", "");
  end->add_option("--for", command->lasting, "How long: 2h, 1h30m")->type_name("DURATION");
  end->add_option("--until", command->until, "Until when: 2026-11-24T18:00:00Z")->type_name("TIME");
  end->require_option(1);
  line->add_option("--from", command->from, "From when: 2026-11-24T18:00:00Z [now]")->type_name("TIME");
  line->add_option("--reason", command->reason, "Why: it stands in every decision that it changes")->required();
  line->add_option("--author", command->author, "For whom: it stands behind the token's name");
  line->add_option("--name", command->name, "Its name [one of whom it is for and what it does]");
  AddServer(*line, command->server);
  AddOutput(*line, command->output);
  line->footer(
      std::string(kExitCodes) +
      "Examples:\n"
      "  loadline override set data/orders-cdc --pin 5 --for 2h --reason 'database migration' --token-file t\n"
      "  loadline override set --all --hold --for 30m --reason 'the network is being repaired' --token-file t");
  line->callback([command, &exit_code] { exit_code = RunOverrideSet(*command); });
}

void AddList(CLI::App& override_line, int& exit_code) {
  CLI::App* line = override_line.add_subcommand("list", "Those in force and to come.");
  auto command = std::make_shared<OverrideListCommand>();
  AddServer(*line, command->server);
  AddOutput(*line, command->output);
  line->footer(kExitCodes);
  line->callback([command, &exit_code] { exit_code = RunOverrideList(*command); });
}

void AddRemove(CLI::App& override_line, int& exit_code) {
  CLI::App* line = override_line.add_subcommand("remove", "End one that was set over the API.");
  auto command = std::make_shared<OverrideRemoveCommand>();
  line->add_option("NAME", command->name, "Its name, as list shows it")->required();
  AddServer(*line, command->server);
  line->footer(kExitCodes);
  line->callback([command, &exit_code] { exit_code = RunOverrideRemove(*command); });
}

}  // namespace

void AddOverride(CLI::App& app, int& exit_code) {
  CLI::App* line =
      app.add_subcommand("override", "Say over the policies' heads how many replicas there are, for a time.");
  line->require_subcommand(1);
  AddSet(*line, exit_code);
  AddList(*line, exit_code);
  AddRemove(*line, exit_code);
}

}  // namespace loadline
