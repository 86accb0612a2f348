// Policies from a folder of YAML documents: a mounted ConfigMap (the ..data symlink swap), several of them, or plain
// files.
#ifndef LOADLINE_SOURCES_POLICY_FOLDER_H_
#define LOADLINE_SOURCES_POLICY_FOLDER_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "scaling/ports.h"
#include "system/clock.h"
#include "system/log.h"

namespace loadline {

struct PolicyFolderOptions {
  std::string path;      // a folder, or a single file
  Duration poll{1000};   // how often it is looked at
  std::string data_dir;  // where last good versions are kept over a restart; empty: nowhere
};

// What a person wrote last and what is in force are two things: a document that is bad leaves its own last good version
// in force, and all others apply. Two documents of one name are both bad: which of them is meant, only their author
// knows. `clock` and `log` must outlive it.
std::unique_ptr<PolicySource> MakePolicyFolder(const PolicyFolderOptions& options, Clock& clock, Log& log);

// The policy files below `path`, sorted: *.yaml and *.yml, three folders deep; names that begin with a dot are left
// out, as ConfigMaps keep their versions there. A path to a file is that file. Fails with kNotFound or
// kPermissionDenied.
Result<std::vector<std::filesystem::path>> ListPolicyFiles(const std::filesystem::path& path);

// The most bytes that a policy file may have.
inline constexpr std::size_t kLargestPolicyFile = 16u << 20;

}  // namespace loadline

#endif  // LOADLINE_SOURCES_POLICY_FOLDER_H_
