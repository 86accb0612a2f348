// A file for what is read from files alone: in memory, and gone with the fuzzer.
#ifndef LOADLINE_TESTS_FUZZ_SCRATCH_FILE_H_
#define LOADLINE_TESTS_FUZZ_SCRATCH_FILE_H_

#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "fuzz/require.h"

namespace loadline::fuzz {

class ScratchFile {
 public:
  ScratchFile() : descriptor_(memfd_create("fuzz", 0)), path_("/proc/self/fd/" + std::to_string(descriptor_)) {
    Require(descriptor_ >= 0);
  }
  ~ScratchFile() { close(descriptor_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  void Write(std::string_view text) const {
    Require(ftruncate(descriptor_, 0) == 0);
    Require(pwrite(descriptor_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  }
  const std::string& path() const { return path_; }

 private:
  const int descriptor_;
  const std::string path_;
};

}  // namespace loadline::fuzz

#endif  // LOADLINE_TESTS_FUZZ_SCRATCH_FILE_H_
