#include "system/private_folder.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "support/temp_dir.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;

TEST_CASE("A private folder is its user's alone, and gone with all that is in it") {
  const TempDir dir;
  fs::path path;
  {
    const auto folder = PrivateFolder::Make({dir.path().string()}, "secret");
    REQUIRE(folder);
    path = (*folder)->path();
    CHECK(path.parent_path() == dir.path());
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
    std::ofstream(path / "key") << "x";
  }
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("It is made where that can be done first; where nowhere, each reason is told") {
  const TempDir dir;
  const std::string none = dir / "none";
  const std::string file = dir.Write("file", "");
  const auto folder = PrivateFolder::Make({none, dir.path().string()}, "secret");
  REQUIRE(folder);
  CHECK((*folder)->path().parent_path() == dir.path());
  const auto nowhere = PrivateFolder::Make({none, file}, "secret");
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().message == none + ": No such file or directory; " + file + ": Not a directory");
}

TEST_CASE("What a killed process has left is removed, what a living one uses is not, nor what is another's") {
  const TempDir dir;
  dir.Write("secret-left01/version/key", "x");
  dir.Write("secrets/key", "x");
  fs::create_directory(dir / "elsewhere");
  fs::create_directory_symlink(dir / "elsewhere", dir / "secret-link01");
  const auto living = PrivateFolder::Make({dir.path().string()}, "secret");
  REQUIRE(living);
  CHECK_FALSE(fs::exists(dir / "secret-left01"));
  const auto second = PrivateFolder::Make({dir.path().string()}, "secret");
  REQUIRE(second);
  CHECK(fs::exists((*living)->path()));
  CHECK(fs::exists(dir / "secrets/key"));
  CHECK(fs::exists(dir / "elsewhere"));
}

}  // namespace
}  // namespace loadline
