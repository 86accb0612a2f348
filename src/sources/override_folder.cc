#include "sources/override_folder.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>

#include "system/files.h"
#include "system/mutex.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr char kExtension[] = ".yaml";
constexpr std::string_view kLeft = ".new";  // of a name that is being written
constexpr std::chrono::hours kWritten{1};   // nobody writes for as long

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
    SweepLeft();
    Result<OverrideTexts> before = ReadAll();
    if (!before) return Fail(before.error());
    OverrideTexts after = *before;
    if (!change(after)) return {};
    for (const auto& [name, text] : after) {
      const auto known = before->find(name);
      if (known != before->end() && known->second == text) continue;
      if (Status written = Write(name, text); !written) return Mended(written.error());
    }
    Status removed;  // all that can be, whatever happens to one
    for (const auto& [name, _] : *before) {
      if (after.contains(name)) continue;
      std::error_code failed;
      fs::remove(FileOf(name), failed);
      if (failed) removed = Mended(ErrorOf(FileOf(name), failed));
    }
    return removed;
  }

 private:
  fs::path FileOf(const std::string& name) const { return folder_ / (name + kExtension); }

  static Error ErrorOf(const fs::path& file, const std::error_code& failed) {
    const bool denied = failed == std::errc::permission_denied || failed == std::errc::operation_not_permitted ||
                        failed == std::errc::read_only_file_system || failed == std::errc::not_a_directory;
    return {denied ? Code::kPermissionDenied : Code::kUnavailable, file.string() + ": " + failed.message()};
  }

  Result<OverrideTexts> ReadAll() const {
    std::error_code failed;
    OverrideTexts texts;
    for (fs::directory_iterator each(folder_, failed), end; !failed && each != end; each.increment(failed)) {
      const fs::path& file = each->path();
      if (file.extension() != kExtension || file.filename().string().starts_with('.')) continue;
      std::error_code ignored;
      if (!each->is_regular_file(ignored)) continue;
      Result<std::string> text = ReadFile(file, kMostBytes);
      if (!text && IsOthers(text.error().code)) continue;
      if (!text) return Mended(text.error());
      texts.emplace(file.stem().string(), *std::move(text));
    }
    if (failed == std::errc::no_such_file_or_directory) return texts;  // it is made with the first
    if (failed) return Mended(ErrorOf(folder_, failed));
    return texts;
  }

  // Removed meanwhile, no file, or too large.
  static bool IsOthers(Code code) {
    return code == Code::kNotFound || code == Code::kInvalidArgument || code == Code::kResourceExhausted;
  }

  // Other programs may write there, too: nobody writes to a file that another one is about to move.
  Status Write(const std::string& name, const std::string& text) const {
    if (Status free = CheckFree(name); !free) return free;
    std::error_code failed;
    fs::create_directories(folder_, failed);
    if (failed) return Fail(ErrorOf(folder_, failed));
    static thread_local std::mt19937_64 chance{std::random_device{}()};
    return WriteFile(FileOf(name), text, folder_ / fmt::format(".{}-{:016x}{}", name, chance(), kLeft));
  }

  // What ReadAll has not read is not to be overwritten.
  Status CheckFree(const std::string& name) const {
    const Result<std::string> there = ReadFile(FileOf(name), kMostBytes);
    if (there || (there.error().code != Code::kInvalidArgument && there.error().code != Code::kResourceExhausted))
      return {};
    return Fail(Code::kAlreadyExists,
                FileOf(name).string() + " is something else, and left alone: give this one another name");
  }

  // What a writer that was killed has left.
  void SweepLeft() const {
    std::error_code failed;
    for (fs::directory_iterator each(folder_, failed), end; !failed && each != end; each.increment(failed)) {
      if (!IsLeft(each->path().filename().string())) continue;
      std::error_code ignored;
      const auto written = each->last_write_time(ignored);
      if (!ignored && written + kWritten < fs::file_time_type::clock::now()) fs::remove(each->path(), ignored);
    }
  }

  // ".NAME-0123456789abcdef.new", as Write makes them.
  static bool IsLeft(std::string_view name) {
    constexpr std::size_t kDigits = 16;
    if (!name.starts_with('.') || !name.ends_with(kLeft)) return false;
    name.remove_suffix(kLeft.size());
    if (name.size() < kDigits + 2 || name[name.size() - kDigits - 1] != '-') return false;
    return name.find_first_not_of("0123456789abcdef", name.size() - kDigits) == std::string_view::npos;
  }

  static tl::unexpected<Error> Mended(const Error& error) {
    if (error.code != Code::kPermissionDenied) return Fail(error);
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
