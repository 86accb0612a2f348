// The program: its commands, whose lines stand in lines/, and what they do in commands/.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "base/version.h"
#include "cli/build_info.h"
#include "cli/lines/lines.h"
#include "cli/plugin.h"

namespace loadline {
namespace {

std::string VersionText() {
  return fmt::format("loadline {}\ncommit {}, {}\nbuild {}", kVersion, kBuildInfo.commit, kBuildInfo.time,
                     kBuildInfo.build);
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Loadline is a KEDA external scaler: one policy, one number, one reason.\n"
      "It turns the signals of a policy into the number of replicas that KEDA and the HPA then follow.",
      ProgramName(argv[0]));
  app.set_version_flag("--version", VersionText());
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
  AddOverride(app, exit_code);
  AddJournal(app, exit_code);
  AddForecast(app, exit_code);
  AddBacktest(app, exit_code);
  AddReplay(app, exit_code);
  AddRecord(app, exit_code);
  AddRecommend(app, exit_code);
  AddMigrate(app, exit_code);
  AddReference(app);
  AddSchema(app);
  CLI::App* version = app.add_subcommand("version", "Print the version, the commit, and how it was built.");
  version->callback([] { std::puts(VersionText().c_str()); });
  if (IsPlugin(app)) NameInExamples(app);
  std::vector<std::string> arguments = OptionsBehindCommand({argv + 1, argv + argc});
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    // Usage errors are 2, as in validate and probe: 1 means that what was asked was answered with "no".
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace
}  // namespace loadline

int main(int argc, char** argv) { return loadline::Main(argc, argv); }
