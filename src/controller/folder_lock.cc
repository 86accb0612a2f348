#include "controller/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace loadline {

FolderLock::~FolderLock() { ::close(descriptor_); }

Result<std::unique_ptr<FolderLock>> LockFolder(const std::filesystem::path& folder) {
  const std::string file = (folder / "lock").string();
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return Fail(Code::kUnavailable, file + ": " + std::strerror(errno));
  auto lock = std::make_unique<FolderLock>(descriptor);
  int locked = 0;
  do {
    locked = ::flock(descriptor, LOCK_EX | LOCK_NB);
  } while (locked != 0 && errno == EINTR);
  if (locked != 0 && errno == EWOULDBLOCK) {
    return Fail(Code::kFailedPrecondition,
                folder.string() + ": another process has it; each needs a dataDir of its own");
  }
  return lock;
}

}  // namespace loadline
