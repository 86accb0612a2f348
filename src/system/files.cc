#include "system/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace loadline {
namespace {

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

tl::unexpected<Error> FromErrno(const std::filesystem::path& file, int error) {
  const Code code = error == ENOENT || error == ENOTDIR                   ? Code::kNotFound
                    : error == EACCES || error == EPERM || error == EROFS ? Code::kPermissionDenied
                    : error == EISDIR                                     ? Code::kInvalidArgument
                                                                          : Code::kUnavailable;
  return Fail(code, fmt::format("{}: {}", file.string(), std::strerror(error)));
}

Status WriteAndSync(const std::string& file, std::string_view content) {
  const File opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (opened.descriptor() < 0) return FromErrno(file, errno);
  while (!content.empty()) {
    const ssize_t wrote = ::write(opened.descriptor(), content.data(), content.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return FromErrno(file, errno);
    content.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (::fsync(opened.descriptor()) != 0) return FromErrno(file, errno);
  return {};
}

}  // namespace

Result<std::string> ReadFile(const std::filesystem::path& file, std::size_t most_bytes) {
  // O_NONBLOCK: a named pipe that somebody left in the folder must not hold us up.
  const File opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (opened.descriptor() < 0) return FromErrno(file, errno);
  struct stat status {};
  if (::fstat(opened.descriptor(), &status) != 0) return FromErrno(file, errno);
  if (!S_ISREG(status.st_mode)) return Fail(Code::kInvalidArgument, file.string() + ": is not a regular file");

  std::string content;
  char chunk[65536];
  for (;;) {
    const ssize_t got = ::read(opened.descriptor(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FromErrno(file, errno);
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > most_bytes) {
      return Fail(Code::kResourceExhausted, fmt::format("{}: a file has at most {} bytes", file.string(), most_bytes));
    }
    content.append(chunk, static_cast<std::size_t>(got));
  }
}

Status WriteFile(const std::filesystem::path& file, std::string_view content) {
  return WriteFile(file, content, file.string() + ".new");
}

Status WriteFile(const std::filesystem::path& file, std::string_view content, const std::filesystem::path& beside) {
  Status written = WriteAndSync(beside, content);
  if (written && ::rename(beside.c_str(), file.c_str()) != 0) written = FromErrno(file, errno);
  if (!written) ::unlink(beside.c_str());
  return written;
}

}  // namespace loadline
