// The command line that makes policies of what scales now.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands/migrate.h"
#include "cli/lines/lines.h"
#include "migrate/migrate.h"

namespace loadline {

void AddMigrate(CLI::App& app, int& exit_code) {
  CLI::App* migrate =
      app.add_subcommand("migrate", "Make policies of what scales now, and show that they answer the same.");
  auto command = std::make_shared<MigrateCommand>();
  migrate
      ->add_option(
          "PATH", command->paths,
          "Files and folders with a " + MigratedKinds() + "; - is standard input. What else stands there is left alone")
      ->required();
  migrate
      ->add_option("--out", command->out, "A folder for policies, ScaledObjects and scenarios; else they are printed")
      ->type_name("DIR");
  migrate->add_option("--address", command->options.address, "The scalerAddress of the new trigger")
      ->capture_default_str();
  migrate
      ->add_option("--authentication", command->options.authentication,
                   "Its authenticationRef: a TriggerAuthentication, or ClusterTriggerAuthentication/NAME")
      ->type_name("NAME");
  migrate->add_flag("--beside", command->options.beside,
                    "Keep the old triggers: they go on scaling, and Loadline decides beside them (mode: yield)");
  migrate->add_option("-o,--output", command->output, "text or json")->check(CLI::IsMember({"text", "json"}));
  migrate->footer(
      "Exit codes: 0 all was migrated and answers as before, 1 something was not, or does not, 2 a path cannot be read "
      "or\n"
      "written, or has nothing that scales.\n\nExamples:\n"
      "  kubectl -n data get scaledobject orders-cdc -o yaml | loadline migrate - --out migrated/\n"
      "  loadline test migrated/ && kubectl apply --dry-run=server -f migrated/data/orders-cdc/scaledobject.yaml");
  migrate->callback([command, &exit_code] { exit_code = RunMigrate(*command); });
}

}  // namespace loadline
