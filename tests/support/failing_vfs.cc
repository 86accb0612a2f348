#include "support/failing_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <stdexcept>

namespace loadline::testing {
namespace {

std::atomic<int> calls_left{-1};  // until one fails; below 0: none does
std::atomic<bool> stays_failed{false}, failed{false}, is_full{false}, is_read_only{false};

sqlite3_vfs* original = nullptr;

// Counts a call; whether it is one that fails.
bool Fails() {
  if (stays_failed && failed) return true;
  if (calls_left < 0 || calls_left-- > 0) return false;
  failed = true;
  return true;
}

// What SQLite opens; the original's file follows it in the same memory.
struct File {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
sqlite3_file* Real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

int Close(sqlite3_file* file) {
  return Real(file)->pMethods == nullptr ? SQLITE_OK : Real(file)->pMethods->xClose(Real(file));
}
int Read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  return Fails() ? SQLITE_IOERR_READ : Real(file)->pMethods->xRead(Real(file), to, size, at);
}
int Write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  if (is_full) return SQLITE_FULL;
  if (is_read_only) return SQLITE_IOERR_WRITE;
  if (!Fails()) return Real(file)->pMethods->xWrite(Real(file), from, size, at);
  // As a disk does that fails in the middle of it.
  if (size > 512) (void)Real(file)->pMethods->xWrite(Real(file), from, size / 2, at);
  return SQLITE_IOERR_WRITE;
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (is_read_only) return SQLITE_IOERR_TRUNCATE;
  return Fails() ? SQLITE_IOERR_TRUNCATE : Real(file)->pMethods->xTruncate(Real(file), size);
}
int Sync(sqlite3_file*, int) { return Fails() ? SQLITE_IOERR_FSYNC : SQLITE_OK; }
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Fails() ? SQLITE_IOERR_FSTAT : Real(file)->pMethods->xFileSize(Real(file), size);
}
int Lock(sqlite3_file* file, int level) {
  return Fails() ? SQLITE_IOERR_LOCK : Real(file)->pMethods->xLock(Real(file), level);
}
int Unlock(sqlite3_file* file, int level) { return Real(file)->pMethods->xUnlock(Real(file), level); }
int CheckReservedLock(sqlite3_file* file, int* result) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), result);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), operation, argument);
}
int SectorSize(sqlite3_file* file) { return Real(file)->pMethods->xSectorSize(Real(file)); }
int DeviceCharacteristics(sqlite3_file* file) { return Real(file)->pMethods->xDeviceCharacteristics(Real(file)); }
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return Fails() ? SQLITE_IOERR_SHMMAP : Real(file)->pMethods->xShmMap(Real(file), page, size, extend, memory);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) { Real(file)->pMethods->xShmBarrier(Real(file)); }
int ShmUnmap(sqlite3_file* file, int remove) { return Real(file)->pMethods->xShmUnmap(Real(file), remove); }

// Version 2: with shared memory for the log, without mapped reads.
const sqlite3_io_methods kMethods = {2,
                                     Close,
                                     Read,
                                     Write,
                                     Truncate,
                                     Sync,
                                     FileSize,
                                     Lock,
                                     Unlock,
                                     CheckReservedLock,
                                     FileControl,
                                     SectorSize,
                                     DeviceCharacteristics,
                                     ShmMap,
                                     ShmLock,
                                     ShmBarrier,
                                     ShmUnmap,
                                     nullptr,
                                     nullptr};

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  if (Fails()) return SQLITE_CANTOPEN;
  const bool writes = (flags & SQLITE_OPEN_READWRITE) != 0;
  if (is_read_only && writes) return SQLITE_CANTOPEN;
  std::memset(Real(file), 0, static_cast<std::size_t>(original->szOsFile));
  const int code = original->xOpen(original, name, Real(file), flags, out_flags);
  // Also where it failed: the original may have something to close.
  if (Real(file)->pMethods != nullptr) file->pMethods = &kMethods;
  return code;
}
int Delete(sqlite3_vfs*, const char* name, int sync_folder) {
  return Fails() ? SQLITE_IOERR_DELETE : original->xDelete(original, name, sync_folder);
}
int Access(sqlite3_vfs*, const char* name, int flags, int* result) {
  return Fails() ? SQLITE_IOERR_ACCESS : original->xAccess(original, name, flags, result);
}
int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
  return original->xFullPathname(original, name, size, out);
}

sqlite3_vfs vfs{};

}  // namespace

FailingVfs::FailingVfs() {
  if (original == nullptr) {
    sqlite3_initialize();
    original = sqlite3_vfs_find(nullptr);
    vfs = *original;
    vfs.zName = "failing";
    vfs.szOsFile = static_cast<int>(sizeof(File)) + original->szOsFile;
    vfs.xOpen = Open;
    vfs.xDelete = Delete;
    vfs.xAccess = Access;
    vfs.xFullPathname = FullPathname;
  }
  FailNoMore();
  is_full = is_read_only = false;
  if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) throw std::runtime_error("cannot register the file system");
}

FailingVfs::~FailingVfs() {
  FailNoMore();
  sqlite3_vfs_unregister(&vfs);
  sqlite3_vfs_register(original, 1);
}

void FailingVfs::FailAfter(int after, bool stays) {
  failed = false;
  stays_failed = stays;
  calls_left = after;
}
void FailingVfs::FailNoMore() {
  calls_left = -1;
  failed = stays_failed = false;
}
bool FailingVfs::has_failed() const { return failed; }
void FailingVfs::SetFull(bool full) { is_full = full; }
void FailingVfs::SetReadOnly(bool read_only) { is_read_only = read_only; }

}  // namespace loadline::testing
