// `loadline migrate`: policies from what scales now.
#ifndef LOADLINE_CLI_COMMANDS_MIGRATE_H_
#define LOADLINE_CLI_COMMANDS_MIGRATE_H_

#include <string>
#include <vector>

#include "migrate/migration.h"

namespace loadline {

struct MigrateCommand {
  std::vector<std::string> paths;  // files, folders; - is standard input
  std::string out;                 // a folder; empty: all to standard output
  std::string output = "text";     // of the report: text or json
  MigrateOptions options;
};

// 0: all that scales was migrated, and answers as before; 1: something was not, or does not; 2: a path cannot be read
// or written, or has nothing that scales.
int RunMigrate(const MigrateCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_MIGRATE_H_
