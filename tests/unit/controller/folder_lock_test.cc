#include "controller/folder_lock.h"

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::TempDir;

TEST_CASE("A folder is one process' at a time, until it lets go or ends") {
  const TempDir dir;
  auto lock = LockFolder(dir.path());
  REQUIRE(lock);
  const auto refused = LockFolder(dir.path());
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == Error{Code::kFailedPrecondition,
                                 dir.path().string() + ": another process has it; each needs a dataDir of its own"});
  CHECK(LockFolder(TempDir().path()));
  lock->reset();
  CHECK(LockFolder(dir.path()));
}

TEST_CASE("A folder that is not there cannot be locked, which names it") {
  const TempDir dir;
  const auto refused = LockFolder(dir / "none");
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == Error{Code::kUnavailable, dir / "none/lock" + ": No such file or directory"});
}

}  // namespace
}  // namespace loadline
