// The command lines that look at documents, and at nothing else.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/commands/test.h"
#include "cli/commands/validate.h"
#include "cli/lines/lines.h"
#include "cli/reference.h"

namespace loadline {

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

}  // namespace loadline
