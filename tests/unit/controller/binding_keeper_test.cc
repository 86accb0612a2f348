#include "controller/binding_keeper.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "controller/binding_store.h"
#include "support/eventually.h"
#include "support/temp_dir.h"
#include "unit/controller/recording_log.h"

namespace loadline {
namespace {

using testing::Eventually;
using testing::RecordingLog;
using testing::TempDir;

const Timestamp kNow{std::chrono::hours(480'000)};

// A keeper that runs, of bindings of its own.
struct Keeping {
  explicit Keeping(const std::string& folder, Duration apart = Duration(1))
      : keeper(folder, table, log, apart), thread([this](std::stop_token stop) { keeper.Run(stop); }) {}

  void Make(std::string_view name) {
    bool made = false;
    table.FindOrMake({"data", name, {}}, kNow, made);
    keeper.NoteChange();
  }
  void Stop() {
    thread.request_stop();
    thread.join();
  }

  BindingTable table{10};
  RecordingLog log;
  BindingKeeper keeper;
  std::jthread thread;
};

// The names of the bindings that a folder keeps, in order; "unreadable" where they cannot be read.
std::vector<std::string> Kept(const std::string& folder) {
  const auto loaded = LoadBindings(std::filesystem::path(folder) / "bindings.json");
  if (!loaded) return {"unreadable"};
  std::vector<std::string> names;
  for (const StoredBinding& each : *loaded) names.push_back(each.key.object_name);
  std::sort(names.begin(), names.end());
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("Bindings that could not be saved are saved as soon as they can be") {
  const TempDir dir;
  const std::string folder = dir / "none";
  Keeping keeping(folder);
  keeping.Make("app");
  REQUIRE(Eventually([&] { return keeping.log.Count("bindings_not_saved") > 0; }));
  std::filesystem::create_directory(folder);
  CHECK(Eventually([&] { return Kept(folder) == Names{"app"}; }));
}

TEST_CASE("What changes between two saves is saved on the way out") {
  const TempDir dir;
  Keeping keeping(dir.path(), std::chrono::hours(1));
  keeping.Make("first");
  REQUIRE(Eventually([&] { return Kept(dir.path()) == Names{"first"}; }));
  keeping.Make("second");
  keeping.Stop();
  CHECK(Kept(dir.path()) == Names{"first", "second"});
}

TEST_CASE("Of two that share a folder one saves, and the other says so and takes over when it is gone") {
  const TempDir dir;
  auto first = std::make_unique<Keeping>(dir.path());
  first->Make("first");
  REQUIRE(Eventually([&] { return Kept(dir.path()) == Names{"first"}; }));
  Keeping second(dir.path());
  REQUIRE(Eventually([&] { return second.log.Count("bindings_not_saved") > 0; }));
  second.Make("second");
  CHECK(second.log.Field("bindings_not_saved", "problem") ==
        dir.path().string() + ": another process has it; each needs a dataDir of its own");
  CHECK(Kept(dir.path()) == Names{"first"});
  first.reset();
  CHECK(Eventually([&] { return Kept(dir.path()) == Names{"second"}; }));
}

}  // namespace
}  // namespace loadline
