#include "controller/binding_keeper.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "controller/binding_store.h"

namespace loadline {
namespace {

// How often last calls are written where nothing else changes, so that a restart does not forget what is in use.
constexpr Duration kSaveEvery = std::chrono::minutes(5);
constexpr Duration kLongestApart = std::chrono::minutes(1);

std::filesystem::path FileIn(const std::filesystem::path& folder) { return folder / "bindings.json"; }

}  // namespace

BindingKeeper::BindingKeeper(std::filesystem::path folder, BindingTable& bindings, Log& log, Duration apart)
    : folder_(std::move(folder)), bindings_(bindings), log_(log), apart_(apart) {}

void BindingKeeper::Load(Timestamp oldest) {
  const std::filesystem::path file = FileIn(folder_);
  const Result<std::vector<StoredBinding>> kept = LoadBindings(file);
  if (!kept) {
    // Not overwritten: a person may want to see it. The bindings are back with KEDA's next calls anyway.
    std::error_code ignored;
    std::filesystem::rename(file, file.string() + ".bad", ignored);
    log_.Write("controller", LogLevel::kError, "bindings_unreadable", {{"problem", kept.error().message}});
    return;
  }
  for (const auto& [key, last_call] : *kept) {
    if (last_call < oldest) continue;
    const std::vector<std::pair<std::string_view, std::string_view>> metadata(key.metadata.begin(), key.metadata.end());
    bool made = false;
    bindings_.FindOrMake({key.object_namespace, key.object_name, metadata}, last_call, made);
  }
}

void BindingKeeper::NoteChange() {
  {
    const MutexLock lock(mutex_);
    unsaved_ = true;
  }
  wake_.notify_all();
}

Status BindingKeeper::Claim() {
  if (lock_ != nullptr) return {};
  auto lock = LockFolder(folder_);
  if (!lock) return Fail(lock.error());
  lock_ = std::move(*lock);
  return {};
}

Status BindingKeeper::Save() {
  const Status claimed = Claim();
  return claimed ? SaveBindings(FileIn(folder_), bindings_.All()) : claimed;
}

void BindingKeeper::Run(std::stop_token stop) {
  // Said at the start, and not with the first binding that comes.
  if (!Claim()) NoteChange();
  Duration apart = apart_;
  // What came in while it waited is saved on the way out, too.
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, kSaveEvery, [this] { return unsaved_; });
      unsaved_ = false;
    }
    const bool stopping = stop.stop_requested();
    const Status saved = Save();
    if (!saved) {
      log_.WriteLimited("save_bindings", "controller", LogLevel::kError, "bindings_not_saved",
                        {{"problem", saved.error().message}});
    }
    if (stopping) return;
    apart = saved ? apart_ : std::min(2 * apart, kLongestApart);
    std::unique_lock lock(mutex_);
    if (!saved) unsaved_ = true;
    // 10,000 new bindings are one file, not 10,000.
    wake_.wait_for(lock, stop, apart, [] { return false; });
  }
}

}  // namespace loadline
