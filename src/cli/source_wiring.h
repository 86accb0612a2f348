// The sources of numbers that the options of `serve` name.
#ifndef LOADLINE_CLI_SOURCE_WIRING_H_
#define LOADLINE_CLI_SOURCE_WIRING_H_

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/serve_options.h"
#include "controller/controller.h"
#include "replay/source_history.h"

namespace loadline {

// For ticks; each query is counted. `stop` ends what is asked.
std::vector<NamedSource> MakeSources(const ServeOptions& options, Instruments& instruments,
                                     const std::stop_token& stop);

// For replays, whose questions are long, and are none of the ticks': the sources that policies of a namespace may ask.
std::function<SourceLookup(const std::string& object_namespace)> MakeHistorySources(const ServeOptions& options,
                                                                                    const std::stop_token& stop);

}  // namespace loadline

#endif  // LOADLINE_CLI_SOURCE_WIRING_H_
