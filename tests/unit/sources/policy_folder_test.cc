// Which files of a folder are read, and when.

#include <catch2/catch.hpp>
#include <filesystem>

#include "sources/policy_files.h"
#include "unit/sources/watched_folder.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;
using testing::InForce;
using testing::kPoll;
using testing::Names;
using testing::PolicyText;
using testing::TempDir;
using testing::Watched;

TEST_CASE("Policies of plain files: several documents, new, changed and removed files") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one") + "---\n" + PolicyText("two"));
  Watched watched(dir / "policies");
  const PolicySet first = watched.Latest();
  CHECK(InForce(first) == Names{"one=10", "two=10"});
  CHECK(first.problems.empty());
  dir.Write("policies/b.yml", PolicyText("three"));
  dir.Write("policies/README.md", "not a policy");
  CHECK(InForce(watched.Look()) == Names{"one=10", "three=10", "two=10"});
  dir.Write("policies/a.yaml", PolicyText("one", "20") + "---\n" + PolicyText("two"));
  const PolicySet changed = watched.Look();
  CHECK(InForce(changed) == Names{"one=20", "three=10", "two=10"});
  // What did not change is the same policy as before: its bindings need no new plan.
  auto find = [](const PolicySet& set, const std::string& name) {
    return *std::find_if(set.policies.begin(), set.policies.end(),
                         [&](const auto& each) { return each->name == name; });
  };
  CHECK(find(first, "two") == find(changed, "two"));
  dir.Write("policies/a.yaml", PolicyText("zero") + "---\n" + PolicyText("one", "20") + "---\n" + PolicyText("two"));
  CHECK(find(watched.Look(), "two") == find(first, "two"));
  fs::remove(dir / "policies/b.yml");
  CHECK(InForce(watched.Look()) == Names{"one=20", "two=10", "zero=10"});
}

TEST_CASE("A file that is written twice within a moment is read twice") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one", "10"));
  Watched watched(dir / "policies");
  // As long, and perhaps as old, as what was read.
  dir.Write("policies/a.yaml", PolicyText("one", "20"));
  CHECK(InForce(watched.Look()) == Names{"one=20"});
}

TEST_CASE("A mounted ConfigMap: the ..data link is swapped, and old and new are never mixed") {
  const TempDir dir;
  auto mount = [&](const std::string& version, const std::string& per_replica) {
    dir.Write("mount/..v" + version + "/a.yaml", PolicyText("one", per_replica));
    dir.Write("mount/..v" + version + "/b.yaml", PolicyText("two", per_replica));
    fs::create_directory_symlink("..v" + version, dir / "mount/..next");
    fs::rename(dir / "mount/..next", dir / "mount/..data");
  };
  mount("1", "10");
  for (const char* file : {"a.yaml", "b.yaml"}) {
    fs::create_symlink(std::string("..data/") + file, dir / (std::string("mount/") + file));
  }
  Watched watched(dir / "mount");
  CHECK(InForce(watched.Latest()) == Names{"one=10", "two=10"});
  mount("2", "20");
  fs::remove_all(dir / "mount/..v1");
  CHECK(InForce(watched.Look()) == Names{"one=20", "two=20"});
}

TEST_CASE("Files that cannot be used are said, and stop nothing") {
  const TempDir dir;
  dir.Write("policies/good.yaml", PolicyText("one"));
  dir.Write("policies/huge.yaml", std::string(kLargestPolicyFile + 1, '#'));
  dir.Write("policies/empty.yaml", "");
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += (i ? ", *" : "*") + before;
    bomb += "]\n";
  }
  dir.Write("policies/bomb.yaml", bomb);
  Watched watched(dir / "policies");
  const PolicySet set = watched.Latest();
  CHECK(InForce(set) == Names{"one=10"});
  std::vector<std::string> files;
  for (const PolicyProblem& each : set.problems) {
    files.push_back(fs::path(each.file).filename());
    CHECK_FALSE(each.last_good_in_force);
  }
  std::sort(files.begin(), files.end());
  CHECK(files == Names{"bomb.yaml", "empty.yaml", "huge.yaml"});
}

TEST_CASE("Manifests of others among the policies are no problem, and keep nothing from being removed") {
  const TempDir dir;
  const std::string other = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: a }\n---\n";
  dir.Write("a.yaml", other + PolicyText("a"));
  dir.Write("b.yaml", PolicyText("b"));
  Watched watched(dir.path());
  CHECK(InForce(watched.Latest()) == std::vector<std::string>{"a=10", "b=10"});
  CHECK(watched.Latest().problems.empty());
  dir.Write("a.yaml", other);
  CHECK(InForce(watched.Look()) == std::vector<std::string>{"b=10"});
  dir.Write("b.yaml", "spex: {}\n");
  const PolicySet set = watched.Look();
  CHECK(InForce(set) == std::vector<std::string>{"b=10"});
  CHECK_FALSE(set.problems.empty());
}

TEST_CASE("A folder without policies is a set of none") {
  const TempDir dir;
  dir.Write("policies/README.md", "none yet");
  Watched watched(dir / "policies");
  CHECK(watched.Latest().policies.empty());
  CHECK(watched.Latest().problems.empty());
}

TEST_CASE("Nothing is handed over while nothing changes") {
  const TempDir dir;
  const std::string file = dir.Write("policies/a.yaml", PolicyText("one"));
  dir.Write("policies/bad.yaml", "spec: [");
  dir.Write("policies/empty.yaml", "");
  Watched watched(dir / "policies", dir / "data");
  dir.Write("policies/other.txt", "x");
  dir.Write("policies/b.yaml", PolicyText("two"));
  CHECK(InForce(watched.Look()) == Names{"one=10", "two=10"});
  for (int i = 0; i < 5; ++i) watched.Look();
  CHECK(watched.changes() == 2);
  // Written anew, with the same words.
  dir.Write("policies/a.yaml", PolicyText("one"));
  for (int i = 0; i < 5; ++i) watched.Look();
  CHECK(watched.changes() == 2);
}

TEST_CASE("A stop ends the reading of a folder in the middle of it") {
  const TempDir dir;
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "---\n" + PolicyText("p-" + std::to_string(i));
  dir.Write("policies/a.yaml", text);
  const auto source = MakePolicyFolder({dir / "policies", kPoll, dir / "data"}, SystemClock(), NoLog());
  std::stop_source stop;
  stop.request_stop();
  bool handed_over = false;
  source->Run(stop.get_token(), [&](const PolicySet&) { handed_over = true; });
  CHECK_FALSE(handed_over);
  CHECK_FALSE(fs::exists(dir / "data"));
}

TEST_CASE("Budgets, calendars and overrides are in force like policies, iCalendar files too") {
  TempDir dir;
  dir.Write("a.yaml",
            PolicyText("workers") +
                "---\napiVersion: loadline.dev/v1\nkind: Budget\nmetadata: { name: workers, namespace: data }\n"
                "spec: { replicas: 50 }\n"
                "---\napiVersion: loadline.dev/v1\nkind: Override\nmetadata: { name: migration }\n"
                "spec: { all: true, hold: true, until: 2030-01-01T00:00:00Z, reason: migration }\n");
  dir.Write("de.ics",
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n");
  Watched watched(dir.path());
  const PolicySet set = watched.Latest();
  CHECK(InForce(set) == std::vector<std::string>{"workers=10"});
  REQUIRE(set.budgets.size() == 1);
  CHECK(set.budgets[0]->replicas == 50);
  REQUIRE(set.overrides.size() == 1);
  CHECK(set.overrides[0]->all);
  REQUIRE(set.calendars.size() == 1);
  CHECK(set.calendars[0]->name == "de");
  CHECK(set.calendars[0]->Contains(std::chrono::year(2026) / 12 / 25));
  CHECK(set.problems.empty());
}

TEST_CASE("The overrides of a store are those in files of their names, and no others that lie there") {
  const auto text = [](const std::string& name, const std::string& pin = "1") {
    return "apiVersion: loadline.dev/v1\nkind: Override\nmetadata: { name: " + name +
           " }\nspec: { all: true, pin: " + pin + ", until: 2030-01-01T00:00:00Z, reason: r }\n";
  };
  const TempDir dir;
  dir.Write("own.yaml", text("own"));
  dir.Write("team.yaml", text("incident") + "---\n" + text("team"));
  dir.Write("below/other.yaml", text("other"));
  dir.Write("short.yml", text("short"));
  const auto kept = [](const PolicySet& set) {
    std::vector<std::string> names;
    for (const auto& each : set.kept_overrides) {
      CHECK(std::count(set.overrides.begin(), set.overrides.end(), each) == 1);
      names.push_back(each->name);
    }
    return names;
  };
  Watched watched(dir.path(), "", NoLog(), true);
  CHECK(watched.Latest().overrides.size() == 5);
  CHECK(kept(watched.Latest()) == std::vector<std::string>{"own"});
  dir.Write("own.yaml", text("own", "none"));
  CHECK(kept(watched.Look()) == std::vector<std::string>{"own"});  // its last good version
  Watched no_store(dir.path());
  CHECK(kept(no_store.Latest()).empty());
}

}  // namespace
}  // namespace loadline
