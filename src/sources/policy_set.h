// What is in force, by what was read now and what was good before.
#ifndef LOADLINE_SOURCES_POLICY_SET_H_
#define LOADLINE_SOURCES_POLICY_SET_H_

#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "scaling/ports.h"
#include "sources/last_good.h"
#include "sources/policy_files.h"

namespace loadline {

// What a look at a folder has shown.
struct FolderState {
  std::string path;
  std::string what = "the policy folder";
  std::string problem;  // why it cannot be read now; then `files` are those of the last time
  std::map<std::filesystem::path, FileState> files;
  // An OverrideStore keeps its own there: in the files of this prefix and their overrides' names. None: no store does.
  std::optional<std::string> kept_overrides = std::nullopt;
};

// The policies in force and the problems. What is good is put into `last_good`, what was removed for certain is removed
// from there. Where `stop` is requested meanwhile, neither the set nor `last_good` are to be used.
PolicySet MakePolicySet(const FolderState& folder, LastGood& last_good, const std::stop_token& stop);

}  // namespace loadline

#endif  // LOADLINE_SOURCES_POLICY_SET_H_
