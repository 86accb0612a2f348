// A file system for SQLite that fails when a test says so: the n-th call, or all from it on, or while a disk is full or
// read-only. Syncs are left out, as no test cuts the power.
#ifndef LOADLINE_TESTS_SUPPORT_FAILING_VFS_H_
#define LOADLINE_TESTS_SUPPORT_FAILING_VFS_H_

namespace loadline::testing {

struct FailingVfs {
  // Becomes the file system of all files that are opened from now on, until it is destroyed. One at a time.
  FailingVfs();
  ~FailingVfs();
  FailingVfs(const FailingVfs&) = delete;
  FailingVfs& operator=(const FailingVfs&) = delete;

  // The call after `after` others fails, and all that follow where `stays`. Nothing fails before the first call of it.
  void FailAfter(int after, bool stays);
  void FailNoMore();
  bool has_failed() const;  // since FailAfter

  void SetFull(bool full);           // writes fail with SQLITE_FULL
  void SetReadOnly(bool read_only);  // writes, truncations and new files fail
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_FAILING_VFS_H_
