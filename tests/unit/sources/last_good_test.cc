// What is kept over a restart.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "support/certificates.h"
#include "unit/sources/watched_folder.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;
using testing::InForce;
using testing::Names;
using testing::PolicyText;
using testing::ProblemLog;
using testing::TempDir;
using testing::Watched;

TEST_CASE("A set is handed over before its versions are kept, in one file") {
  const TempDir dir;
  std::string text;
  for (int i = 0; i < 100; ++i) text += "---\n" + PolicyText("p-" + std::to_string(i));
  dir.Write("policies/a.yaml", text);
  Watched watched(dir / "policies", dir / "data");
  auto kept = [&] {
    std::string all;
    for (const auto& entry : fs::directory_iterator(dir / "data")) all += testing::FileText(entry.path());
    return all;
  };
  CHECK(std::distance(fs::directory_iterator(dir / "data"), {}) == 1);
  CHECK(kept().find("p-99") != std::string::npos);
  std::string before;
  watched.on_change = [&] { before = kept(); };
  dir.Write("policies/b.yaml", PolicyText("later"));
  watched.Look();
  CHECK(before.find("later") == std::string::npos);
  CHECK(kept().find("later") != std::string::npos);
}

TEST_CASE("What was kept and cannot be read is put aside, and said") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one"));
  { Watched watched(dir / "policies", dir / "data"); }
  const fs::path file = fs::directory_iterator(dir / "data")->path();
  const std::string bad =
      GENERATE("", "{", "[]", R"({"version":7,"policies":[]})", R"({"version":1,"policies":[{"id":1}]})");
  std::ofstream(file) << bad;
  ProblemLog log;
  Watched watched(dir / "policies", dir / "data", log);
  CHECK(InForce(watched.Latest()) == Names{"one=10"});
  CHECK(log.Count("last_good_unreadable") == 1);
  CHECK(testing::FileText(file.string() + ".bad") == bad);
  CHECK(testing::FileText(file.string()).find("one") != std::string::npos);
}

TEST_CASE("Of a version that was kept, today's rules decide whether it can be in force") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one") + "---\n" + PolicyText("two"));
  { Watched watched(dir / "policies", dir / "data"); }
  const fs::path file = fs::directory_iterator(dir / "data")->path();
  std::string kept = testing::FileText(file.string());
  const std::size_t at = kept.find("perReplica: 10");
  REQUIRE(at != std::string::npos);
  kept.replace(at, 14, "perReplica: -1");
  std::ofstream(file) << kept;
  dir.Write("policies/a.yaml", "");
  Watched watched(dir / "policies", dir / "data");
  CHECK(InForce(watched.Latest()) == Names{"two=10"});
}

TEST_CASE("A data directory that cannot be written to costs what it would keep, and nothing else") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one"));
  dir.Write("data", "a file");
  ProblemLog log;
  Watched watched(dir / "policies", dir / "data", log);
  CHECK(InForce(watched.Latest()) == Names{"one=10"});
  CHECK(log.Count("last_good_not_kept") > 0);
  fs::remove(dir / "data");
  watched.Look();
  CHECK(testing::FileText((*fs::directory_iterator(dir / "data")).path()).find("one") != std::string::npos);
}

}  // namespace
}  // namespace loadline
