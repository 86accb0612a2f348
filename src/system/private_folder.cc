#include "system/private_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace loadline {
namespace {

namespace fs = std::filesystem;

// A descriptor of the folder with its lock, or -1. Not of a link: somebody else may have put one into /tmp.
int Lock(const fs::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (opened < 0) return -1;
  struct stat status {};
  if (::fstat(opened, &status) == 0 && status.st_uid == ::geteuid() && ::flock(opened, LOCK_EX | LOCK_NB) == 0)
    return opened;
  ::close(opened);
  return -1;
}

void RemoveWhatWasLeft(const fs::path& parent, const std::string& prefix) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (fs::directory_iterator each(parent, ignored), end; each != end; each.increment(ignored)) {
    if (each->path().filename().string().starts_with(prefix + "-")) found.push_back(each->path());
  }
  for (const fs::path& each : found) {
    const int lock = Lock(each);
    if (lock < 0) continue;
    fs::remove_all(each, ignored);
    ::close(lock);
  }
}

}  // namespace

Result<std::unique_ptr<PrivateFolder>> PrivateFolder::Make(const std::vector<std::string>& parents,
                                                           const std::string& prefix) {
  std::string reasons;
  for (const std::string& parent : parents) {
    RemoveWhatWasLeft(parent, prefix);
    std::string name = (fs::path(parent) / (prefix + "-XXXXXX")).string();
    if (::mkdtemp(name.data()) != nullptr) {
      if (const int lock = Lock(name); lock >= 0) {
        return std::unique_ptr<PrivateFolder>(new PrivateFolder(std::move(name), lock));
      }
    }
    reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", parent, std::strerror(errno));
  }
  return Fail(Code::kUnavailable, std::move(reasons));
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  ::close(lock_);
}

}  // namespace loadline
