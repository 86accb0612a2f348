// Which build this is, for `--version`. The values are written by cmake/build_info.cmake before each build.
#ifndef LOADLINE_CLI_BUILD_INFO_H_
#define LOADLINE_CLI_BUILD_INFO_H_

#include <string_view>

namespace loadline {

struct BuildInfo {
  std::string_view commit;  // ends in -dirty where the sources had been changed since; "unknown" outside of git
  std::string_view time;    // the commit's, or SOURCE_DATE_EPOCH: a clock's would make every build another
  std::string_view build;   // how it was compiled
};

extern const BuildInfo kBuildInfo;

}  // namespace loadline

#endif  // LOADLINE_CLI_BUILD_INFO_H_
