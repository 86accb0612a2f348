// What is in force where documents are bad.
#include <catch2/catch.hpp>
#include <filesystem>

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

TEST_CASE("A bad document leaves its own last good version in force, and all others apply") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one") + "---\n" + PolicyText("two"));
  Watched watched(dir / "policies", dir / "data");
  CHECK(InForce(watched.Latest()) == Names{"one=10", "two=10"});
  dir.Write("policies/a.yaml", PolicyText("one", "-1") + "---\n" + PolicyText("two", "20"));
  const PolicySet set = watched.Look();
  CHECK(InForce(set) == Names{"one=10", "two=20"});
  REQUIRE(set.problems.size() == 1);
  CHECK(set.problems[0].policy_name == "one");
  CHECK(Said(set) == Names{"a.yaml:6:51: spec.signals[0].perReplica: want a number above 0; found \"-1\" (held)"});

  SECTION("also after a restart, from the data directory") {
    Watched again(dir / "policies", dir / "data");
    CHECK(InForce(again.Latest()) == Names{"one=10", "two=20"});
    CHECK(Said(again.Latest()) == Said(set));
  }
  SECTION("not after a restart without one") {
    Watched again(dir / "policies");
    CHECK(InForce(again.Latest()) == Names{"two=20"});
    REQUIRE(again.Latest().problems.size() == 1);
    CHECK_FALSE(again.Latest().problems[0].last_good_in_force);
  }
  SECTION("until it is mended") {
    dir.Write("policies/a.yaml", PolicyText("one", "30") + "---\n" + PolicyText("two", "20"));
    CHECK(InForce(watched.Look()) == Names{"one=30", "two=20"});
    CHECK(watched.Latest().problems.empty());
  }
  SECTION("until it is removed") {
    dir.Write("policies/a.yaml", PolicyText("two", "20"));
    CHECK(InForce(watched.Look()) == Names{"two=20"});
    Watched again(dir / "policies", dir / "data");
    CHECK(InForce(again.Latest()) == Names{"two=20"});
  }
  SECTION("and where it stands is said anew when it moves") {
    dir.Write("policies/a.yaml", "# a line more\n" + PolicyText("one", "-1") + "---\n" + PolicyText("two", "20"));
    CHECK(Said(watched.Look()).at(0).starts_with("a.yaml:7:51: "));
  }
}

TEST_CASE("A document that is no YAML at all leaves what stood in its place") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one"));
  Watched watched(dir / "policies");
  dir.Write("policies/a.yaml", GENERATE("spec: [", "\t- tab", "a: 1\na: 2", "x: &x [*x]", "\x01\x02", "\xFF\xFE"));
  const PolicySet set = watched.Look();
  CHECK(InForce(set) == Names{"one=10"});
  REQUIRE_FALSE(set.problems.empty());
  CHECK(set.problems[0].policy_name == "one");
  CHECK(set.problems[0].last_good_in_force);
}

TEST_CASE("A document is known by its place in the folder, not by the name of its file alone") {
  const TempDir dir;
  dir.Write("policies/a/policy.yaml", PolicyText("one"));
  dir.Write("policies/b/policy.yaml", PolicyText("two"));
  Watched watched(dir / "policies", dir / "data");
  dir.Write("policies/b/policy.yaml", "spec: [");
  const PolicySet set = watched.Look();
  CHECK(InForce(set) == Names{"one=10", "two=10"});
  REQUIRE(set.problems.size() == 1);
  CHECK(set.problems[0].policy_name == "two");
  CHECK(set.problems[0].last_good_in_force);
  Watched again(dir / "policies", dir / "data");
  CHECK(InForce(again.Latest()) == Names{"one=10", "two=10"});
}

TEST_CASE("A broken document does not take the place of those that moved") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("aa") + "---\n" + PolicyText("bb"));
  Watched watched(dir / "policies", dir / "data");
  dir.Write("policies/a.yaml", "spec: [\n---\n" + PolicyText("aa", "20") + "---\n" + PolicyText("bb", "20"));
  const PolicySet set = watched.Look();
  CHECK(InForce(set) == Names{"aa=20", "bb=20"});
  CHECK(Said(set) == Names{"a.yaml:2:1: not YAML: end of sequence flow not found"});
  CHECK(set.problems[0].policy_name.empty());
}

TEST_CASE("No policy is taken for removed while it may be what a broken document of its file was") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("aa") + "---\n" + PolicyText("bb"));
  dir.Write("policies/b.yaml", PolicyText("cc"));
  Watched watched(dir / "policies", dir / "data");
  // Which of the two is it? Its place says aa, and yet it may be bb.
  dir.Write("policies/a.yaml", GENERATE(as<std::string>(), "spec: [", PolicyText("Aa"), PolicyText("new", "-1"),
                                        "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\n"
                                        "metadata: { name: aa, namespace: DATA }\nspec: {}\n"));
  CHECK(InForce(watched.Look()) == Names{"aa=10", "bb=10", "cc=10"});
  Watched again(dir / "policies", dir / "data");
  CHECK(InForce(again.Latest()) == Names{"aa=10", "bb=10", "cc=10"});
  // What goes on in other files is another matter.
  fs::remove(dir / "policies/b.yaml");
  CHECK(InForce(watched.Look()) == Names{"aa=10", "bb=10"});
  dir.Write("policies/a.yaml", PolicyText("bb", "20"));
  CHECK(InForce(watched.Look()) == Names{"bb=20"});
}

TEST_CASE("While a document that is new in its place cannot say its name, nothing is taken for removed") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one"));
  dir.Write("policies/b.yaml", PolicyText("two"));
  Watched watched(dir / "policies");
  // Moved to c.yaml, and broken there.
  fs::remove(dir / "policies/b.yaml");
  dir.Write("policies/c.yaml", "spec: [");
  CHECK(InForce(watched.Look()) == Names{"one=10", "two=10"});
  dir.Write("policies/c.yaml", PolicyText("two", "20"));
  CHECK(InForce(watched.Look()) == Names{"one=10", "two=20"});
}

TEST_CASE("Two policies of one name are both bad, and the last good version stays") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one"));
  Watched watched(dir / "policies");
  dir.Write("policies/b.yaml", PolicyText("two") + "---\n" + PolicyText("one", "99"));
  const PolicySet set = watched.Look();
  CHECK(InForce(set) == Names{"one=10", "two=10"});
  REQUIRE(set.problems.size() == 2);
  for (const PolicyProblem& each : set.problems) CHECK(each.last_good_in_force);
  CHECK(set.problems[0].problem.rule == "a policy is written once");
  CHECK(set.problems[1].problem.at == Position{7, 1});
}

TEST_CASE("Of a document with thousands of problems a hundred are told") {
  std::string text = PolicyText("one");
  for (int i = 0; i < 9500; ++i) text += "  field" + std::to_string(i) + ": 1\n";
  const TempDir dir;
  dir.Write("policies/a.yaml", text);
  Watched watched(dir / "policies");
  const std::vector<std::string> said = Said(watched.Latest());
  REQUIRE(said.size() == 101);
  CHECK(said[0].starts_with("a.yaml:7:3: spec.field0: no such field (here stand allowedNamespaces, "));
  CHECK(said[100] == "a.yaml:107:3: and 9400 more problems");
}

TEST_CASE("A problem is logged when it is new, and a flood of them in parts") {
  const TempDir dir;
  ProblemLog log;
  dir.Write("policies/a.yaml", PolicyText("one", "-1"));
  Watched watched(dir / "policies", "", log);
  CHECK(log.TakeProblems().size() == 1);
  dir.Write("policies/b.yaml", "spec: [");
  watched.Look();
  const std::vector<std::string> problems = log.TakeProblems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("b.yaml:2:1: ") != std::string::npos);
  std::string bad;
  for (int i = 0; i < 1500; ++i) bad += "---\nx: [\n";
  dir.Write("policies/c.yaml", bad);
  watched.Look();
  CHECK(log.TakeProblems().size() == 1000);
  CHECK(log.Count("policy_problems_not_logged") == 1);
  dir.Write("policies/d.yaml", PolicyText("four"));
  watched.Look();
  CHECK(log.TakeProblems().size() == 500);
  CHECK(log.Count("policy_problems_not_logged") == 1);
}

TEST_CASE("A bad budget keeps its last good version, and says which kind it is: not the policy of its name") {
  TempDir dir;
  TempDir data;
  const std::string head = "apiVersion: loadline.dev/v1\nkind: Budget\nmetadata: { name: workers, namespace: data }\n";
  dir.Write("policy.yaml", PolicyText("workers"));
  dir.Write("budget.yaml", head + "spec: { replicas: 50 }\n");
  { Watched watched(dir.path(), data.path().string()); }
  dir.Write("budget.yaml", head + "spec: { replicas: many }\n");
  Watched after_restart(dir.path(), data.path().string());
  const PolicySet set = after_restart.Latest();
  REQUIRE(set.budgets.size() == 1);
  CHECK(set.budgets[0]->replicas == 50);
  CHECK(set.policies.size() == 1);
  REQUIRE(set.problems.size() == 1);
  CHECK(set.problems[0].kind == "Budget");
  CHECK(set.problems[0].policy_name == "workers");
  CHECK(set.problems[0].last_good_in_force);
}

}  // namespace
}  // namespace loadline
