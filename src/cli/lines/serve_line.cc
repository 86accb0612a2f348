// The command line of `serve`: every option of the file is one of it, too.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/serve.h"
#include "cli/lines/key_value.h"
#include "cli/lines/lines.h"
#include "cli/load_options.h"
#include "cli/serve_fields.h"
#include "document/field_list.h"

namespace loadline {
namespace {

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

}  // namespace

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

}  // namespace loadline
