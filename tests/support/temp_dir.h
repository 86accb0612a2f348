// A folder of its own for a test, gone when the test ends.
#ifndef LOADLINE_TESTS_SUPPORT_TEMP_DIR_H_
#define LOADLINE_TESTS_SUPPORT_TEMP_DIR_H_

#include <filesystem>
#include <string>
#include <string_view>

namespace loadline::testing {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

  // Writes a file below the folder, and the folders that it needs. Returns its path.
  std::string Write(std::string_view name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_TEMP_DIR_H_
