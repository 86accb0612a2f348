#include "sources/policy_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "support/eventually.h"
#include "support/temp_dir.h"
#include "system/clock.h"
#include "system/log.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;
using testing::Eventually;
using testing::TempDir;

std::string PolicyText(const std::string& name, const std::string& per_replica = "10") {
  return "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: " + name +
         ", namespace: data }\nspec:\n  replicas: { min: 1 }\n  signals: [ { name: lag, query: lag, perReplica: " +
         per_replica + " } ]\n";
}

// A folder that is watched by a thread, which hands over what it saw last.
class Watched {
 public:
  explicit Watched(const fs::path& path, const std::string& data_dir = "")
      : source_(MakePolicyFolder({path.string(), Duration(10), data_dir}, SystemClock(), NoLog())) {
    thread_ = std::jthread([this](std::stop_token stop) {
      source_->Run(stop, [this](PolicySet set) {
        const std::lock_guard lock(mutex_);
        latest_ = std::move(set);
        ++changes_;
      });
    });
  }

  PolicySet Await(const std::function<bool(const PolicySet&)>& wanted) {
    REQUIRE(Eventually([&] {
      const std::lock_guard lock(mutex_);
      return latest_ && wanted(*latest_);
    }));
    const std::lock_guard lock(mutex_);
    return *latest_;
  }
  int changes() {
    const std::lock_guard lock(mutex_);
    return changes_;
  }

 private:
  std::unique_ptr<PolicySource> source_;
  std::mutex mutex_;
  std::optional<PolicySet> latest_;
  int changes_ = 0;
  std::jthread thread_;
};

// "name=perReplica" of each policy, sorted.
std::vector<std::string> InForce(const PolicySet& set) {
  std::vector<std::string> names;
  for (const auto& policy : set.policies) {
    names.push_back(policy->name + "=" + std::to_string(static_cast<int>(*policy->signals[0].per_replica)));
  }
  std::sort(names.begin(), names.end());
  return names;
}
using Names = std::vector<std::string>;
auto Is(Names names) {
  return [names](const PolicySet& set) { return InForce(set) == names; };
}

TEST_CASE("Policies of plain files: several documents, new, changed and removed files") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one") + "---\n" + PolicyText("two"));
  Watched watched(dir / "policies");
  const PolicySet first = watched.Await(Is({"one=10", "two=10"}));
  CHECK(first.problems.empty());
  dir.Write("policies/b.yml", PolicyText("three"));
  dir.Write("policies/README.md", "not a policy");
  watched.Await(Is({"one=10", "three=10", "two=10"}));
  dir.Write("policies/a.yaml", PolicyText("one", "20") + "---\n" + PolicyText("two"));
  const PolicySet changed = watched.Await(Is({"one=20", "three=10", "two=10"}));
  // What did not change is the same policy as before: its bindings need no new plan.
  auto find = [](const PolicySet& set, const std::string& name) {
    return *std::find_if(set.policies.begin(), set.policies.end(),
                         [&](const auto& each) { return each->name == name; });
  };
  CHECK(find(first, "two") == find(changed, "two"));
  fs::remove(dir / "policies/b.yml");
  watched.Await(Is({"one=20", "two=10"}));
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
  watched.Await(Is({"one=10", "two=10"}));
  mount("2", "20");
  fs::remove_all(dir / "mount/..v1");
  watched.Await(Is({"one=20", "two=20"}));
}

TEST_CASE("A bad document leaves its own last good version in force, and all others apply") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one") + "---\n" + PolicyText("two"));
  Watched watched(dir / "policies", dir / "data");
  watched.Await(Is({"one=10", "two=10"}));
  dir.Write("policies/a.yaml", PolicyText("one", "-1") + "---\n" + PolicyText("two", "20"));
  const PolicySet set = watched.Await(Is({"one=10", "two=20"}));
  REQUIRE(set.problems.size() == 1);
  CHECK(set.problems[0].policy_name == "one");
  CHECK(set.problems[0].last_good_in_force);
  CHECK(FormatProblem("a.yaml", set.problems[0].problem) ==
        "a.yaml:6:51: spec.signals[0].perReplica: want a number above 0; found \"-1\"");

  SECTION("also after a restart, from the data directory") {
    Watched again(dir / "policies", dir / "data");
    CHECK(again.Await(Is({"one=10", "two=20"})).problems.size() == 1);
  }
  SECTION("not after a restart without one") {
    Watched again(dir / "policies");
    const PolicySet without = again.Await(Is({"two=20"}));
    REQUIRE(without.problems.size() == 1);
    CHECK_FALSE(without.problems[0].last_good_in_force);
  }
  SECTION("until it is mended") {
    dir.Write("policies/a.yaml", PolicyText("one", "30") + "---\n" + PolicyText("two", "20"));
    CHECK(watched.Await(Is({"one=30", "two=20"})).problems.empty());
  }
  SECTION("until it is removed") {
    dir.Write("policies/a.yaml", PolicyText("two", "20"));
    watched.Await(Is({"two=20"}));
    Watched again(dir / "policies", dir / "data");
    again.Await(Is({"two=20"}));
  }
}

TEST_CASE("A document that is no YAML at all leaves what stood in its place") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one"));
  Watched watched(dir / "policies");
  watched.Await(Is({"one=10"}));
  dir.Write("policies/a.yaml", GENERATE("spec: [", "\t- tab", "a: 1\na: 2", "x: &x [*x]", "\x01\x02"));
  const PolicySet set = watched.Await([](const PolicySet& each) { return !each.problems.empty(); });
  CHECK(InForce(set) == Names{"one=10"});
}

TEST_CASE("Two policies of one name are both bad, and the last good version stays") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one"));
  Watched watched(dir / "policies");
  watched.Await(Is({"one=10"}));
  dir.Write("policies/b.yaml", PolicyText("one", "99"));
  const PolicySet set = watched.Await([](const PolicySet& each) { return each.problems.size() == 2; });
  CHECK(InForce(set) == Names{"one=10"});
  for (const PolicyProblem& each : set.problems) CHECK(each.last_good_in_force);
  CHECK(set.problems[0].problem.rule == "a policy is written once");
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
  const PolicySet set = watched.Await([](const PolicySet& each) { return !each.problems.empty(); });
  CHECK(InForce(set) == Names{"one=10"});
  std::vector<std::string> files;
  for (const PolicyProblem& each : set.problems) files.push_back(fs::path(each.file).filename());
  CHECK(std::find(files.begin(), files.end(), "huge.yaml") != files.end());
  CHECK(std::find(files.begin(), files.end(), "bomb.yaml") != files.end());
}

TEST_CASE("While the folder cannot be read everything stays as it was") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one"));
  Watched watched(dir / "policies");
  watched.Await(Is({"one=10"}));
  fs::rename(dir / "policies", dir / "away");
  const PolicySet set = watched.Await([](const PolicySet& each) { return !each.problems.empty(); });
  CHECK(InForce(set) == Names{"one=10"});
  CHECK(set.problems[0].problem.rule.find("cannot be read") != std::string::npos);
  fs::rename(dir / "away", dir / "policies");
  CHECK(watched.Await([](const PolicySet& each) { return each.problems.empty(); }).policies.size() == 1);
}

TEST_CASE("A file that may not be read keeps its policies in force") {
  if (geteuid() == 0) return;  // root may read everything
  const TempDir dir;
  const std::string file = dir.Write("policies/a.yaml", PolicyText("one"));
  Watched watched(dir / "policies");
  watched.Await(Is({"one=10"}));
  chmod(file.c_str(), 0);
  const PolicySet set = watched.Await([](const PolicySet& each) { return !each.problems.empty(); });
  CHECK(InForce(set) == Names{"one=10"});
}

TEST_CASE("Nothing is handed over while nothing changes") {
  const TempDir dir;
  dir.Write("policies/a.yaml", PolicyText("one"));
  Watched watched(dir / "policies");
  watched.Await(Is({"one=10"}));
  dir.Write("policies/other.txt", "x");
  dir.Write("policies/b.yaml", PolicyText("two"));
  watched.Await(Is({"one=10", "two=10"}));
  CHECK(watched.changes() == 2);
}

}  // namespace
}  // namespace loadline
