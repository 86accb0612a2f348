// A folder that two processes must not write to at once.
#ifndef LOADLINE_CONTROLLER_FOLDER_LOCK_H_
#define LOADLINE_CONTROLLER_FOLDER_LOCK_H_

#include <filesystem>
#include <memory>

#include "base/result.h"

namespace loadline {

// While there is one, nobody else gets one of the same folder: no other process on this machine, and none on others
// where the file system knows locks across machines. Gone with its process, however that ends.
class FolderLock {
 public:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  const int descriptor_;
};

// Does not wait. Locks the file `lock` in the folder, which it makes and leaves there. Fails with kFailedPrecondition
// where another has the folder, and with kUnavailable where the file cannot be opened. A file system that knows no
// locks is taken at its word: there is nothing to wait for.
Result<std::unique_ptr<FolderLock>> LockFolder(const std::filesystem::path& folder);

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_FOLDER_LOCK_H_
