// The configuration of `loadline serve`, variables and flags: whatever they say, the options hold, or problems say what
// is wrong.
//
// The input is a configuration file, and after zero bytes variables and flags, each "NAME=VALUE".
#include <cstddef>
#include <cstdint>
#include <string>

#include "cli/load_options.h"
#include "fuzz/require.h"
#include "fuzz/scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  using fuzz::Require;
  fuzz::Input input(data, size);
  static const fuzz::ScratchFile file;
  file.Write(input.Part());
  OptionInputs inputs;
  inputs.file = file.path();
  while (!input.Rest().empty()) {
    std::string given(input.Part());
    if (given.starts_with("--")) {
      const std::size_t equals = given.find('=');
      inputs.flags.emplace_back(given.substr(2, equals - 2),
                                equals == std::string::npos ? "" : given.substr(equals + 1));
    } else {
      inputs.environment.push_back("LOADLINE_" + std::move(given));
    }
  }
  const LoadedOptions loaded = LoadServeOptions(inputs);
  for (const std::string& problem : loaded.problems) Require(!problem.empty());
  if (!loaded.problems.empty()) return 0;
  const ServeOptions& options = loaded.options;
  Require(!options.sources.empty());
  Require(options.tick.interval > Duration::zero() && options.tick.budget <= options.tick.interval);
  Require(options.tick.budget > Duration::zero() && options.tick.delay >= Duration::zero());
  Require(options.forecasts.lead <= options.forecasts.refit && options.forecasts.threads > 0);
  Require(LoadServeOptions(inputs).problems.empty());
  return 0;
}
