#include "sources/override_folder.h"

#include <fmt/format.h>

#include <filesystem>
#include <random>
#include <system_error>
#include <utility>

#include "system/files.h"
#include "system/mutex.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr char kExtension[] = ".yaml";

class OverrideFolder : public OverrideStore {
 public:
  explicit OverrideFolder(std::string folder) : folder_(std::move(folder)) {}

  std::string Where() const override { return "folder " + folder_.string(); }

  Result<OverrideTexts> Read() override {
    const MutexLock lock(mutex_);
    return ReadAll();
  }

  Status Change(const std::function<bool(OverrideTexts&)>& change) override {
    const MutexLock lock(mutex_);
    Result<OverrideTexts> before = ReadAll();
    if (!before) return Fail(before.error());
    OverrideTexts after = *before;
    if (!change(after)) return {};
    for (const auto& [name, text] : after) {
      const auto known = before->find(name);
      if (known != before->end() && known->second == text) continue;
      if (Status written = Write(name, text); !written) return Mended(written.error());
    }
    for (const auto& [name, _] : *before) {
      if (after.contains(name)) continue;
      std::error_code failed;
      fs::remove(FileOf(name), failed);
      if (failed) return Mended({Code::kPermissionDenied, FileOf(name).string() + ": " + failed.message()});
    }
    return {};
  }

 private:
  fs::path FileOf(const std::string& name) const { return folder_ / (name + kExtension); }

  Result<OverrideTexts> ReadAll() const {
    std::error_code failed;
    OverrideTexts texts;
    for (fs::directory_iterator each(folder_, failed), end; !failed && each != end; each.increment(failed)) {
      const fs::path& file = each->path();
      if (file.extension() != kExtension || file.filename().string().starts_with('.')) continue;
      Result<std::string> text = ReadFile(file, kMostBytes);
      if (!text && text.error().code == Code::kNotFound) continue;  // removed meanwhile
      if (!text) return Mended(text.error());
      texts.emplace(file.stem().string(), *std::move(text));
    }
    if (failed == std::errc::no_such_file_or_directory) return texts;  // it is made with the first
    if (failed) return Mended({Code::kPermissionDenied, folder_.string() + ": " + failed.message()});
    return texts;
  }

  // Other programs may write there, too: nobody writes to a file that another one is about to move.
  Status Write(const std::string& name, const std::string& text) const {
    std::error_code failed;
    fs::create_directories(folder_, failed);
    static thread_local std::mt19937_64 chance{std::random_device{}()};
    const fs::path own = folder_ / fmt::format(".{}-{:016x}", name, chance());
    if (Status written = WriteFile(own, text); !written) return written;
    fs::rename(own, FileOf(name), failed);
    if (!failed) return {};
    std::error_code ignored;
    fs::remove(own, ignored);
    return Fail(Code::kPermissionDenied, FileOf(name).string() + ": " + failed.message());
  }

  static tl::unexpected<Error> Mended(const Error& error) {
    return Fail(error.code, error.message +
                                "; overrides need a folder that Loadline may write to (overrides.path; what is mounted "
                                "from a ConfigMap is read-only), or kubernetes.enabled");
  }

  const fs::path folder_;
  Mutex mutex_;
};

}  // namespace

std::unique_ptr<OverrideStore> MakeOverrideFolder(std::string folder) {
  return std::make_unique<OverrideFolder>(std::move(folder));
}

}  // namespace loadline
