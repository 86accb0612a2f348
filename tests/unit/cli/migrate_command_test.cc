// `loadline migrate` as its users see it.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/certificates.h"
#include "support/child.h"
#include "support/places.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::FileText;
using testing::Ran;
using testing::RunProgram;
using testing::TempDir;

const std::string kObject =
    "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: web, namespace: shop }\n"
    "spec:\n  scaleTargetRef: { name: web }\n  minReplicaCount: 1\n  triggers:\n"
    "    - { type: prometheus, metadata: { serverAddress: http://prom:9090, query: max(queue_depth), threshold: \"10\" "
    "} }\n";

Ran Migrate(std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.begin(), {testing::kLoadline, "migrate"});
  return RunProgram(arguments, {}, input);
}

TEST_CASE("What is migrated into a folder is valid, and its scenarios pass") {
  const TempDir dir;
  const std::string out = dir / "out";
  const Ran ran = Migrate({dir.Write("web.yaml", kObject), "--out", out});
  INFO(ran.output);
  CHECK(ran.exit_code == 0);
  CHECK(ran.output.find("checked: the policy is good, 6 of 6 answers are as before") != std::string::npos);
  CHECK(ran.output.find("  wrote " + out + "/shop/web/policy.yaml") != std::string::npos);
  CHECK(RunProgram({testing::kLoadline, "test", out}).exit_code == 0);
  CHECK(RunProgram({testing::kLoadline, "validate", out}).exit_code == 0);

  // Again it is the same; what somebody has changed since stays.
  CHECK(Migrate({dir / "web.yaml", "--out", out}).exit_code == 0);
  dir.Write("out/shop/web/policy.yaml", "mine");
  const Ran again = Migrate({dir / "web.yaml", "--out", out});
  CHECK(again.exit_code == 2);
  CHECK(again.output.find("policy.yaml: is there, and differs: remove it, or choose another folder") !=
        std::string::npos);
  CHECK(FileText(out + "/shop/web/policy.yaml") == "mine");
}

TEST_CASE("From standard input it goes to standard output, as kubectl takes it") {
  const Ran ran = Migrate({"-"}, "kind: Deployment\napiVersion: apps/v1\n---\n" + kObject);
  CHECK(ran.exit_code == 0);
  CHECK(ran.output.starts_with("# ScaledObject shop/web\n#   in the policy\n"));
  const TempDir dir;
  CHECK(RunProgram({testing::kLoadline, "validate", dir.Write("all.yaml", ran.output)})
            .output.starts_with("1 valid policy"));

  const Ran list =
      Migrate({"-", "-o", "json"},
              "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [ {\"apiVersion\": "
              "\"keda.sh/v1alpha1\", \"kind\": \"ScaledObject\", \"metadata\": {\"name\": \"a\"}, \"spec\": "
              "{\"triggers\": [{\"type\": \"kafka\", \"metadata\": {}}]}} ]}");
  CHECK(list.exit_code == 1);  // it was not migrated
  const json said = json::parse(list.output);
  CHECK(said[0]["migrated"] == false);
  CHECK(said[0]["from"] == "ScaledObject default/a");
  CHECK(said[0]["files"].empty());
  CHECK(json::parse(Migrate({"-", "-o", "json"}, kObject).output)[0]["files"].contains("as-before.scenario"));
}

TEST_CASE("Two objects whose policies would be called alike are not both written") {
  const auto named = [](const std::string& name) {
    std::string object = kObject;
    return object.replace(object.find("name: web"), 9, "name: " + name);
  };
  const TempDir dir;
  const std::string both = dir.Write("both.yaml", named("a.b") + "---\n" + named("a-b"));
  const Ran ran = Migrate({both, "--out", dir / "out"});
  CHECK(ran.exit_code == 1);
  CHECK(ran.output.find("ScaledObject shop/a-b: the policy shop/a-b was made of another object already: rename one") !=
        std::string::npos);
  CHECK(FileText(dir / "out/shop/a-b/scaledobject.yaml").find("name: a.b") != std::string::npos);
}

TEST_CASE("No name that somebody wrote leads out of the folder, and no text of it is another document") {
  const TempDir dir;
  std::string object = kObject;
  object.replace(object.find("namespace: shop"), 15, "namespace: ../../evil");
  object.replace(object.find("query: max"), 10, "\"x\\r---\\rkind: Evil\\r\": y, query: max");
  const Ran ran = Migrate({dir.Write("evil.yaml", object), "--out", dir / "a/b/out"});
  for (const auto& each : std::filesystem::recursive_directory_iterator(dir.path())) {
    const std::string path = each.path().string();
    CHECK((each.is_directory() || path.starts_with(dir / "a/b/out/") || path == dir / "evil.yaml"));
  }
  CHECK(ran.output.find('\r') == std::string::npos);
  CHECK(Migrate({dir / "evil.yaml"}).output.find('\r') == std::string::npos);
}

TEST_CASE("What cannot be read, or has nothing that scales, is said") {
  const TempDir dir;
  CHECK(Migrate({dir / "none.yaml"}).exit_code == 2);
  const Ran nothing = Migrate({dir.Write("d.yaml", "apiVersion: apps/v1\nkind: Deployment\n")});
  CHECK(nothing.exit_code == 2);
  CHECK(nothing.output.starts_with("nothing that scales was found: a ScaledObject, ScaledJob"));
  const Ran broken = Migrate({"-"}, "a: [\n");
  CHECK(broken.exit_code == 2);
  CHECK(broken.output.find("-:") != std::string::npos);
  CHECK(Migrate({dir.Write("web.yaml", kObject), "--out", dir.Write("file", "")}).exit_code == 2);
  CHECK(Migrate({"-"}, "kind: ScaledObject\napiVersion: keda.sh/v1alpha1\nspec: 7\nmetadata: [1]\n").exit_code == 1);
}

}  // namespace
}  // namespace loadline
