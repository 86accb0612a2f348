// Keeps the bindings there are over a restart, in a folder.
#ifndef LOADLINE_CONTROLLER_BINDING_KEEPER_H_
#define LOADLINE_CONTROLLER_BINDING_KEEPER_H_

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <stop_token>

#include "base/result.h"
#include "controller/binding.h"
#include "controller/folder_lock.h"
#include "system/log.h"
#include "system/mutex.h"

namespace loadline {

// Thread-safe; Run is one thread's.
class BindingKeeper {
 public:
  // `bindings` and `log` must outlive the keeper. Saves are `apart` from each other at least; after one that failed it
  // is twice as long each time, up to a minute.
  BindingKeeper(std::filesystem::path folder, BindingTable& bindings, Log& log,
                Duration apart = std::chrono::seconds(1));

  // Makes the bindings of an earlier run that have called since `oldest`. A file that cannot be read is put aside.
  void Load(Timestamp oldest);

  // A binding is new, or gone.
  void NoteChange();

  // Saves what changes, until `stop`, and once more then. While another process has the folder nothing is saved, which
  // is a failure like others: a pod that follows another on the same volume takes over when that one ends.
  void Run(std::stop_token stop);

 private:
  Status Claim();
  Status Save();

  const std::filesystem::path folder_;
  BindingTable& bindings_;
  Log& log_;
  const Duration apart_;
  std::unique_ptr<FolderLock> lock_;  // once it could be had

  Mutex mutex_;
  std::condition_variable_any wake_;
  bool unsaved_ LOADLINE_GUARDED_BY(mutex_) = false;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_BINDING_KEEPER_H_
