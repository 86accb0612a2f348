#include "sources/override_folder.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>
#include <vector>

#include "support/temp_dir.h"
#include "system/files.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;

Status Put(OverrideStore& store, const std::string& name, const std::string& text) {
  return store.Change([&](OverrideTexts& texts) {
    texts[name] = text;
    return true;
  });
}

TEST_CASE("A folder of overrides is made with the first, and keeps a file each") {
  const TempDir dir;
  const auto store = MakeOverrideFolder(dir / "a/overrides");
  CHECK(store->Where() == "folder " + (dir / "a/overrides"));
  CHECK(store->Read().value().empty());
  REQUIRE(Put(*store, "one", "text one"));
  REQUIRE(Put(*store, "two", "text two"));
  dir.Write("a/overrides/note.txt", "no override");
  dir.Write("a/overrides/.hidden.yaml", "of nobody");
  CHECK(ReadFile(dir / "a/overrides/one.yaml", 100).value() == "text one");
  CHECK(MakeOverrideFolder(dir / "a/overrides")->Read().value() ==
        OverrideTexts{{"one", "text one"}, {"two", "text two"}});
  REQUIRE(store->Change([](OverrideTexts& texts) { return texts.erase("one") == 1; }));
  CHECK(store->Read().value() == OverrideTexts{{"two", "text two"}});
  CHECK(fs::exists(dir / "a/overrides/note.txt"));
  // What is not wanted is not written.
  REQUIRE(store->Change([](OverrideTexts& texts) {
    texts.clear();
    return false;
  }));
  CHECK(store->Read().value().size() == 1);
  // Nothing of how they were written is left.
  std::size_t files = 0;
  for (const auto& each : fs::directory_iterator(dir / "a/overrides")) files += each.is_regular_file();
  CHECK(files == 3);
}

TEST_CASE("Who reads while others write sees whole overrides, and none is lost") {
  const TempDir dir;
  const std::string long_text(20'000, 'x');
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      const auto own = MakeOverrideFolder(dir / "o");  // as another program
      for (int i = 0; i < 10; ++i) {
        (void)Put(*own, "shared", long_text);
        (void)Put(*own, "o" + std::to_string(writer) + "-" + std::to_string(i), long_text);
      }
    });
  }
  const auto reader = MakeOverrideFolder(dir / "o");
  for (std::size_t seen = 0; seen < 41;) {
    const auto texts = reader->Read();
    REQUIRE(texts);
    for (const auto& [name, text] : *texts) REQUIRE(text == long_text);
    seen = texts->size();
  }
}

TEST_CASE("What is no override's file does not keep others from being set, and is not overwritten") {
  const TempDir dir;
  const auto store = MakeOverrideFolder(dir / "o");
  const std::string notes(64 * 1024 + 1, '#');
  dir.Write("o/x.yaml/inner", "of somebody");
  dir.Write("o/notes.yaml", notes);
  fs::create_symlink(dir / "nowhere", dir / "o/dangling.yaml");
  REQUIRE(Put(*store, "one", "text one"));
  CHECK(store->Read().value() == OverrideTexts{{"one", "text one"}});
  for (const char* name : {"x", "notes"}) {
    const Status put = Put(*store, name, "text");
    REQUIRE_FALSE(put);
    CHECK(put.error().code == Code::kAlreadyExists);
    CHECK_THAT(put.error().message, Catch::Contains(dir / ("o/" + std::string(name) + ".yaml")));
    CHECK_THAT(put.error().message, !Catch::Contains("may write to"));
  }
  CHECK(ReadFile(dir / "o/notes.yaml", 100'000).value() == notes);
}

TEST_CASE("What a writer that was killed has left is swept away an hour later") {
  const TempDir dir;
  const auto store = MakeOverrideFolder(dir / "o");
  for (const char* name : {".k-0123456789abcdef.new", ".k-fedcba9876543210.new", ".mine.new", ".k-0123456789abcdef"})
    dir.Write("o/" + std::string(name), "half");
  for (const char* name : {".k-0123456789abcdef.new", ".mine.new", ".k-0123456789abcdef"})
    fs::last_write_time(dir / ("o/" + std::string(name)), fs::file_time_type::clock::now() - std::chrono::hours(2));
  REQUIRE(store->Change([](OverrideTexts&) { return false; }));
  CHECK_FALSE(fs::exists(dir / "o/.k-0123456789abcdef.new"));
  CHECK(fs::exists(dir / "o/.k-fedcba9876543210.new"));  // another one may be writing it
  CHECK(fs::exists(dir / "o/.mine.new"));
  CHECK(fs::exists(dir / "o/.k-0123456789abcdef"));
}

TEST_CASE("A folder that cannot be written to is told with what to do") {
  const TempDir dir;
  dir.Write("file", "");
  const auto store = MakeOverrideFolder(dir / "file/overrides");  // no folder can be there, not even for root
  const Status put = Put(*store, "one", "text");
  REQUIRE_FALSE(put);
  CHECK_THAT(put.error().message, Catch::Contains(dir / "file/overrides"));
  CHECK_THAT(put.error().message, Catch::Contains("overrides need a folder that Loadline may write to (overrides.path; "
                                                  "what is mounted from a ConfigMap is read-only)"));
}

}  // namespace
}  // namespace loadline
