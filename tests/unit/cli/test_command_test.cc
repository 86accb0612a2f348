// `loadline test` as its users see it.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "support/certificates.h"
#include "support/child.h"
#include "support/places.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::FileText;
using testing::Ran;
using testing::RunProgram;
using testing::TempDir;

constexpr const char* kPolicy = R"(apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: api, namespace: data }
spec:
  replicas: { min: 1, max: 40 }
  signals: [ { name: requests, query: requests, perReplica: 50 } ]
)";

Ran Test(const std::string& path, const std::string& flag = "") {
  std::vector<std::string> arguments = {testing::kLoadline, "test", path};
  if (!flag.empty()) arguments.push_back(flag);
  return RunProgram(arguments);
}

TEST_CASE("Scenarios that come out as wanted say so in one line") {
  const TempDir dir;
  dir.Write("p.yaml", kPolicy);
  dir.Write("a.scenario", "policy p.yaml\nload 1m requests 100\nat 0 want 2\n");
  dir.Write("sub/b.scenario", "policy ../p.yaml\nload 1m requests 100\nat 0 want 2\n");
  const Ran ran = Test(dir.path().string());
  CHECK(ran.output == "2 scenarios, 0 failed\n");
  CHECK(ran.exit_code == 0);
}

TEST_CASE("What differs is shown beside what was wanted") {
  const TempDir dir;
  dir.Write("p.yaml", kPolicy);
  const std::string file = dir.Write(
      "a.scenario", "policy p.yaml\nload 1m requests 100\nat 0 want 3 because of it\nat 15s want 2\nat 30s\n");
  const Ran ran = Test(file);
  CHECK(ran.output == file +
                          ":3: at 0s\n  want 3   because of it\n"
                          "  got  2   because requests wants 2: 100 at 50 each\n" +
                          file +
                          ":5: at 30s\n  want nothing yet\n"
                          "  got  2   because requests wants 2: 100 at 50 each\n"
                          "1 scenario, 1 failed\n");
  CHECK(ran.exit_code == 1);
}

TEST_CASE("An update mends a scenario in its place") {
  const TempDir dir;
  dir.Write("p.yaml", kPolicy);
  const std::string file = dir.Write("a.scenario", "policy p.yaml\nload 1m requests 100\nat 0   want 3   # why\n");
  REQUIRE(chmod(file.c_str(), 0640) == 0);
  const Ran ran = Test(file, "--update");
  CHECK(ran.output == file + ": updated\n1 scenario, 0 failed, 1 updated\n");
  CHECK(ran.exit_code == 0);
  CHECK(FileText(file) == "policy p.yaml\nload 1m requests 100\nat 0   want 2   # why\n");
  struct stat status {};
  REQUIRE(stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
  CHECK(Test(file).exit_code == 0);
}

TEST_CASE("Bad scenarios and bad policies are failures, told by file and line") {
  const TempDir dir;
  const std::string bad = dir.Write("bad.scenario", "policy p.yaml\nlod 1m requests 100\n");
  Ran ran = Test(bad);
  CHECK(ran.output.find(bad + ":2:1: a line begins with") != std::string::npos);
  CHECK(ran.exit_code == 1);

  const std::string policy = dir.Write("q.yaml", "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nspec: {}\n");
  ran = Test(dir.Write("a.scenario", "policy q.yaml\nat 0 want 1\n"));
  CHECK(ran.output.find(policy + ":") != std::string::npos);
  CHECK(ran.exit_code == 1);
}

TEST_CASE("A bad policy is told once, and which scenarios wait for it") {
  const TempDir dir;
  const std::string policy = dir.Write("q.yaml", "apiVersion: loadline.dev/v2\n" + std::string(kPolicy).substr(28));
  const std::string first = dir.Write("a.scenario", "policy q.yaml\nat 0 want 1\n");
  const std::string second = dir.Write("b.scenario", "policy ./q.yaml\nat 0 want 1\n");
  const Ran ran = Test(dir.path().string());
  CHECK(ran.output == policy + ":1:13: apiVersion: want loadline.dev/v1; found \"loadline.dev/v2\"\n" + first +
                          ":1: decides nothing while q.yaml has problems\n" + second +
                          ":1: decides nothing while ./q.yaml has problems\n2 scenarios, 2 failed\n");
  CHECK(ran.exit_code == 1);
}

TEST_CASE("A policy that is not in the file is a failure that says which are") {
  const TempDir dir;
  dir.Write("p.yaml", kPolicy);
  const std::string file = dir.Write("a.scenario", "policy p.yaml apy\nat 0 want 1\n");
  const Ran ran = Test(file);
  CHECK(ran.output == file + ":1:1: the file has no such policy; found \"apy\" (it has api)\n1 scenario, 1 failed\n");
  CHECK(ran.exit_code == 1);
}

TEST_CASE("What differs of a binding is shown with its name") {
  const TempDir dir;
  dir.Write("p.yaml", kPolicy);
  const std::string file =
      dir.Write("a.scenario", "policy p.yaml\nbinding b policy api\nload 1m requests 100\nat 0 b want 3\n");
  const Ran ran = Test(file);
  CHECK(ran.output == file +
                          ":4: at 0s b\n  want 3\n  got  2   because requests wants 2: 100 at 50 each\n"
                          "1 scenario, 1 failed\n");
  CHECK(ran.exit_code == 1);
}

TEST_CASE("Paths that cannot be read, or have no scenario, are another exit code") {
  const TempDir dir;
  Ran ran = Test(dir / "none");
  CHECK(ran.output == (dir / "none") + ": No such file or directory\n0 scenarios, 0 failed\n");
  CHECK(ran.exit_code == 2);
  ran = Test(dir.path().string());
  CHECK(ran.output == dir.path().string() + ": there is no *.scenario in this folder\n0 scenarios, 0 failed\n");
  CHECK(ran.exit_code == 2);
  const std::string policy = dir.Write("p.yaml", kPolicy);
  ran = Test(policy);
  CHECK(ran.output == policy + ": want a *.scenario file, or a folder that has some\n0 scenarios, 0 failed\n");
  CHECK(ran.exit_code == 2);
  const std::string with = dir.Write("w.scenario", "policy p.yaml\nwith none.yaml\nat 0 want 1\n");
  ran = Test(with);
  CHECK(ran.output ==
        with + ":2: with: " + (dir / "none.yaml") + ": No such file or directory\n1 scenario, 1 failed\n");
  CHECK(ran.exit_code == 2);
  const std::string file = dir.Write("a.scenario", "policy none.yaml\nat 0 want 1\n");
  ran = Test(file);
  CHECK(ran.output.find(file + ":1: policy: ") != std::string::npos);
  CHECK(ran.exit_code == 2);
}

TEST_CASE("Help shows a scenario and examples") {
  const Ran ran = RunProgram({testing::kLoadline, "test", "--help"});
  CHECK(ran.exit_code == 0);
  CHECK(ran.output.find("--update") != std::string::npos);
  CHECK(ran.output.find("load 1m  requests") != std::string::npos);
}

}  // namespace
}  // namespace loadline
