#include "sources/policy_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "sources/policy_files.h"
#include "support/certificates.h"
#include "support/simulated_clock.h"
#include "support/temp_dir.h"
#include "system/clock.h"
#include "system/log.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;

std::string PolicyText(const std::string& name, const std::string& per_replica = "10") {
  return "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: " + name +
         ", namespace: data }\nspec:\n  replicas: { min: 1 }\n  signals: [ { name: lag, query: lag, perReplica: " +
         per_replica + " } ]\n";
}

constexpr Duration kPoll{1000};

// Remembers the problems that were written, and how often which event.
class ProblemLog : public Log {
 public:
  bool Enabled(std::string_view, LogLevel) const override { return true; }
  void Write(std::string_view, LogLevel, std::string_view event, const LogFields& fields) override {
    const std::lock_guard lock(mutex_);
    ++counts_[std::string(event)];
    for (const LogField& field : fields) {
      if (field.name == "problem") problems_.push_back(std::get<std::string>(field.value));
    }
  }
  void WriteLimited(std::string_view, std::string_view module, LogLevel level, std::string_view event,
                    const LogFields& fields) override {
    Write(module, level, event, fields);
  }
  std::vector<std::string> TakeProblems() {
    const std::lock_guard lock(mutex_);
    return std::exchange(problems_, {});
  }
  int Count(const std::string& event) {
    const std::lock_guard lock(mutex_);
    return counts_[event];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> counts_;
  std::vector<std::string> problems_;
};

// A folder that is looked at by a thread, whenever the test says so.
class Watched {
 public:
  explicit Watched(const fs::path& path, const std::string& data_dir = "", Log& log = NoLog())
      : source_(MakePolicyFolder({path.string(), kPoll, data_dir}, clock_, log)) {
    thread_ = std::jthread([this](std::stop_token stop) {
      source_->Run(stop, [this](PolicySet set) {
        const std::lock_guard lock(mutex_);
        if (on_change) on_change();
        latest_ = std::move(set);
        ++changes_;
      });
    });
    clock_.AwaitWaiter(now_ + kPoll);
  }

  // Lets it look once more. Returns what it handed over last.
  PolicySet Look() {
    now_ += kPoll;
    clock_.Set(now_);
    clock_.AwaitWaiter(now_ + kPoll);
    return Latest();
  }
  PolicySet Latest() {
    const std::lock_guard lock(mutex_);
    REQUIRE(latest_);
    return *latest_;
  }
  int changes() {
    const std::lock_guard lock(mutex_);
    return changes_;
  }

  std::function<void()> on_change;  // called before each set is taken, from the second on

 private:
  Timestamp now_{Duration(1'800'000'000'000)};
  testing::SimulatedClock clock_{now_};
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

// What is said of the documents, "file:line:column: ..."; "(held)" where a last good version is in force.
std::vector<std::string> Said(const PolicySet& set) {
  std::vector<std::string> said;
  for (const PolicyProblem& each : set.problems) {
    said.push_back(FormatProblem(fs::path(each.file).filename().string(), each.problem) +
                   (each.last_good_in_force ? " (held)" : ""));
  }
  return said;
}

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

// Makes a file that nobody can read, root included.
void MakeUnreadable(const std::string& file, const std::string& how) {
  fs::remove(file);
  if (how == "a link to itself") fs::create_symlink(fs::path(file).filename(), file);
  if (how == "a link to nothing") fs::create_symlink("nothing", file);
  if (how == "a named pipe") mkfifo(file.c_str(), 0600);
  if (how == "too large") std::ofstream(file) << std::string(kLargestPolicyFile + 1, '#');
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

TEST_CASE("A folder without policies is a set of none") {
  const TempDir dir;
  dir.Write("policies/README.md", "none yet");
  Watched watched(dir / "policies");
  CHECK(watched.Latest().policies.empty());
  CHECK(watched.Latest().problems.empty());
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
