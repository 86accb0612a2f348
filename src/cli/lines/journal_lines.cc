// The command lines that read a journal.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands/journal.h"
#include "cli/lines/lines.h"

namespace loadline {
namespace {

void AddJournalOptions(CLI::App& app, JournalCommand& command) {
  app.add_option("--journal", command.url, "A file of SQLite, or a URL as in journal.url")
      ->required()
      ->type_name("FILE|URL");
  app.add_option("--password-file", command.password_file, "File with the password of PostgreSQL's user")
      ->type_name("FILE");
}

}  // namespace

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

}  // namespace loadline
