// `loadline override`: what an operator says over the policies' heads, set, listed and ended in a running server.
#ifndef LOADLINE_CLI_COMMANDS_OVERRIDE_H_
#define LOADLINE_CLI_COMMANDS_OVERRIDE_H_

#include <optional>
#include <string>

#include "cli/server.h"

namespace loadline {

struct OverrideSetCommand {
  std::string binding;           // NAMESPACE/OBJECT, or an object; empty: all, or those of what follows
  std::string object_namespace;  // of the object, or of that alone
  std::string policy;
  bool all = false;
  std::optional<double> pin;
  std::optional<double> floor;
  std::optional<double> ceiling;
  bool hold = false;
  std::string from;  // RFC 3339; empty: at once
  std::string until;
  std::string lasting;  // "2h"
  std::string reason;
  std::string author;
  std::string name;
  Server server;
  std::string output = "table";
};

struct OverrideListCommand {
  Server server;
  std::string output = "table";
};

struct OverrideRemoveCommand {
  std::string name;
  Server server;
};

// Each returns the exit code: 0 done, 1 the server refused it, 2 it could not be asked.
int RunOverrideSet(const OverrideSetCommand& command);
int RunOverrideList(const OverrideListCommand& command);
int RunOverrideRemove(const OverrideRemoveCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_OVERRIDE_H_
