#include "cli/serve_options.h"

#include <filesystem>

namespace loadline {

std::string OverrideFolderOf(const ServeOptions& options) {
  if (!options.overrides.path.empty()) return options.overrides.path;
  const bool in_configmap = options.kubernetes.enabled && !options.kubernetes.policy_label.empty();
  if (in_configmap || options.data_dir.empty()) return "";
  return (std::filesystem::path(options.data_dir) / "overrides").string();
}

}  // namespace loadline
