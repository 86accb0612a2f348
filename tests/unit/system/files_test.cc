#include "system/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::TempDir;

TEST_CASE("A file is read whole, or the error names it") {
  const TempDir dir;
  CHECK(ReadFile(dir.Write("a", std::string("x\0y", 3)), 10).value() == std::string("x\0y", 3));
  struct Row {
    std::string file;
    Code code;
  };
  const std::vector<Row> rows = {{dir / "none", Code::kNotFound},
                                 {dir.path(), Code::kInvalidArgument},
                                 {dir.Write("large", std::string(11, 'x')), Code::kResourceExhausted}};
  for (const Row& row : rows) {
    const auto read = ReadFile(row.file, 10);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == row.code);
    CHECK(read.error().message.find(row.file) != std::string::npos);
  }
}

TEST_CASE("A file is replaced as a whole, and where that fails it is as before") {
  const TempDir dir;
  const std::string file = dir.Write("a", "old");
  REQUIRE(WriteFile(file, "new"));
  CHECK(ReadFile(file, 10).value() == "new");
  CHECK_FALSE(WriteFile(dir / "none/a", "x"));
  mkdir((dir / "folder").c_str(), 0700);
  CHECK_FALSE(WriteFile(dir / "folder", "x"));
  // Nothing is left lying about.
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 2);
}

}  // namespace
}  // namespace loadline
