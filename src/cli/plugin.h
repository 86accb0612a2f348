// The program as a plugin of kubectl: the same program, called as `kubectl-loadline`, which kubectl finds in PATH.
#ifndef LOADLINE_CLI_PLUGIN_H_
#define LOADLINE_CLI_PLUGIN_H_

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace loadline {

// How the program is called in its help: "kubectl loadline", or "loadline". `path` is argv[0].
std::string ProgramName(std::string_view path);

// Whether the program that a command belongs to was given the plugin's name.
bool IsPlugin(const CLI::App& command);

// Options that may stand before the command, as people who use kubectl write them, behind it: "-n shop explain web"
// becomes "explain web -n shop".
std::vector<std::string> OptionsBehindCommand(std::vector<std::string> arguments);

// Has the examples in the help of all commands call the program by its name.
void NameInExamples(CLI::App& app);

}  // namespace loadline

#endif  // LOADLINE_CLI_PLUGIN_H_
