// What cannot be read has lost nothing.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "sources/policy_files.h"
#include "unit/sources/watched_folder.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;
using testing::InForce;
using testing::Names;
using testing::PolicyText;
using testing::ProblemLog;
using testing::Said;
using testing::TempDir;
using testing::Watched;

// Makes a file that nobody can read, root included.
void MakeUnreadable(const std::string& file, const std::string& how) {
  fs::remove(file);
  if (how == "a link to itself") fs::create_symlink(fs::path(file).filename(), file);
  if (how == "a link to nothing") fs::create_symlink("nothing", file);
  if (how == "a named pipe") mkfifo(file.c_str(), 0600);
  if (how == "too large") std::ofstream(file) << std::string(kLargestPolicyFile + 1, '#');
}

TEST_CASE("An emptied file is bad, and what stood there stays") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one") + "---\n" + PolicyText("two"));
  dir.Write("policies/b.yaml", PolicyText("three"));
  Watched watched(dir / "policies", dir / "data");
  dir.Write("policies/a.yaml", GENERATE("", "# nothing but this\n---\n"));
  const PolicySet set = watched.Look();
  CHECK(InForce(set) == Names{"one=10", "three=10", "two=10"});
  CHECK(Said(set) == Names{"a.yaml:1:1: want a ScalingPolicy; found an empty file (held)"});

  SECTION("also after a restart") {
    Watched again(dir / "policies", dir / "data");
    CHECK(InForce(again.Latest()) == Names{"one=10", "three=10", "two=10"});
    CHECK(Said(again.Latest()) == Said(set));
  }
  SECTION("until something stands there again") {
    dir.Write("policies/a.yaml", PolicyText("two", "20"));
    CHECK(InForce(watched.Look()) == Names{"three=10", "two=20"});
    CHECK(watched.Latest().problems.empty());
  }
  SECTION("until it is removed") {
    fs::remove(dir / "policies/a.yaml");
    CHECK(InForce(watched.Look()) == Names{"three=10"});
  }
  SECTION("while what moved to another file applies") {
    dir.Write("policies/b.yaml", PolicyText("three") + "---\n" + PolicyText("one", "20"));
    CHECK(InForce(watched.Look()) == Names{"one=20", "three=10", "two=10"});
  }
}

TEST_CASE("While the folder cannot be read everything stays as it was") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one"));
  Watched watched(dir / "policies", dir / "data");
  fs::rename(dir / "policies", dir / "away");
  const PolicySet set = watched.Look();
  CHECK(InForce(set) == Names{"one=10"});
  REQUIRE(set.problems.size() == 1);
  CHECK(set.problems[0].problem.rule.find("cannot be read") != std::string::npos);
  CHECK(set.problems[0].last_good_in_force);
  SECTION("also after a restart") {
    Watched again(dir / "policies", dir / "data");
    CHECK(InForce(again.Latest()) == Names{"one=10"});
    CHECK(again.Latest().problems.at(0).last_good_in_force);
  }
  fs::rename(dir / "away", dir / "policies");
  CHECK(watched.Look().problems.empty());
  CHECK(watched.Latest().policies.size() == 1);
}

TEST_CASE("A folder that cannot be read at the start is no set of policies: it is waited for") {
  const TempDir dir;
  ProblemLog log;
  Watched watched(dir / "policies", dir / "data", log);
  CHECK(watched.changes() == 0);
  CHECK(log.TakeProblems().at(0).find("No such file or directory") != std::string::npos);
  dir.Write("policies/a.yaml", PolicyText("one"));
  CHECK(InForce(watched.Look()) == Names{"one=10"});
  CHECK(watched.Latest().problems.empty());
}

TEST_CASE("Nor is one of which no file can be read") {
  const TempDir dir;
  const std::string file = dir.Write("policies/a.yaml", "");
  MakeUnreadable(file, "a link to itself");
  ProblemLog log;
  Watched watched(GENERATE(true, false) ? dir / "policies" : file, dir / "data", log);
  CHECK(watched.changes() == 0);
  CHECK(log.TakeProblems().at(0).find("a.yaml") != std::string::npos);
  fs::remove(file);
  dir.Write("policies/a.yaml", PolicyText("one"));
  CHECK(InForce(watched.Look()) == Names{"one=10"});
}

TEST_CASE("A file that cannot be read keeps its policies in force, and is no change at every look") {
  const TempDir dir;
  const std::string file = dir.Write("policies/a.yaml", PolicyText("one"));
  dir.Write("policies/b.yaml", PolicyText("two"));
  Watched watched(dir / "policies", dir / "data");
  MakeUnreadable(file, GENERATE("a link to itself", "a link to nothing", "a named pipe", "too large"));
  const PolicySet set = watched.Look();
  CHECK(InForce(set) == Names{"one=10", "two=10"});
  REQUIRE(set.problems.size() == 1);
  CHECK(set.problems[0].last_good_in_force);
  for (int i = 0; i < 5; ++i) watched.Look();
  CHECK(watched.changes() == 2);

  Watched again(dir / "policies", dir / "data");
  CHECK(InForce(again.Latest()) == Names{"one=10", "two=10"});
  CHECK(again.Latest().problems.at(0).last_good_in_force);

  // What it held may now stand elsewhere.
  dir.Write("policies/b.yaml", PolicyText("one", "20"));
  CHECK(InForce(watched.Look()) == Names{"one=20", "two=10"});
  fs::remove(file);
  dir.Write("policies/a.yaml", PolicyText("three"));
  CHECK(InForce(watched.Look()) == Names{"one=20", "three=10"});
}

TEST_CASE("A file that may not be read keeps its policies in force, until it may") {
  if (geteuid() == 0) WARN("root may read everything: what other users meet is not tested");
  if (geteuid() == 0) return;
  const TempDir dir;
  const std::string file = dir.Write("policies/a.yaml", PolicyText("one"));
  Watched watched(dir / "policies");
  chmod(file.c_str(), 0);
  CHECK(InForce(watched.Look()) == Names{"one=10"});
  CHECK(watched.Latest().problems.size() == 1);
  chmod(file.c_str(), 0600);
  CHECK(watched.Look().problems.empty());
}

}  // namespace
}  // namespace loadline
