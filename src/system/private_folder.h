// A folder for what is secret and shall not outlive the process.
#ifndef LOADLINE_SYSTEM_PRIVATE_FOLDER_H_
#define LOADLINE_SYSTEM_PRIVATE_FOLDER_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace loadline {

// Mode 0700, removed with what is in it when the object goes. It is locked (flock) meanwhile: a folder of this user's
// that nobody has locked was left by a process that was killed, and the next one removes it.
class PrivateFolder {
 public:
  // Makes PARENT/PREFIX-XXXXXX in the first of `parents` where that can be done, and removes there what killed
  // processes have left. Fails with kUnavailable, with each parent's reason.
  static Result<std::unique_ptr<PrivateFolder>> Make(const std::vector<std::string>& parents,
                                                     const std::string& prefix);
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  PrivateFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  const std::filesystem::path path_;
  const int lock_;  // a descriptor of the folder
};

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_PRIVATE_FOLDER_H_
