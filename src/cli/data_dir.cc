#include "cli/data_dir.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

namespace loadline {
namespace {

namespace fs = std::filesystem;

}  // namespace

Status MakeDataDir(const std::string& path) {
  if (path.empty()) return {};
  std::error_code failed;
  fs::create_directories(path, failed);
  if (!failed && access(path.c_str(), W_OK | X_OK) != 0) failed.assign(errno, std::generic_category());
  if (failed) return Fail(Code::kUnavailable, "dataDir: cannot write to " + path + ": " + failed.message());
  return {};
}

Status CheckDataDir(const std::string& path) {
  if (path.empty()) return {};
  std::vector<fs::path> missing;
  std::error_code ignored;
  auto is_missing = [&](const fs::path& each) {
    return fs::symlink_status(each, ignored).type() == fs::file_type::not_found;
  };
  for (fs::path each = fs::absolute(path); is_missing(each); each = each.parent_path()) missing.push_back(each);
  Status made = MakeDataDir(path);
  for (const fs::path& each : missing) fs::remove(each, ignored);
  return made;
}

}  // namespace loadline
