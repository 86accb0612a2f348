// What people write, and what they are told: tests/documents/NAME.bad.yaml and NAME.bad.message, NAME.warned.yaml
// likewise, NAME.good.yaml.
// LOADLINE_APPROVE=1 writes the messages anew, for a person to review.
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/certificates.h"
#include "support/child.h"
#include "support/places.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;
using testing::FileText;
using testing::Ran;
using testing::RunProgram;
using testing::TempDir;

const std::string kDocuments = std::string(testing::kSourceDir) + "/tests/documents";

std::vector<fs::path> Documents(const std::string& ending) {
  std::vector<fs::path> files;
  for (const auto& each : fs::directory_iterator(kDocuments)) {
    if (each.path().string().ends_with(ending)) files.push_back(each.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The folder's path is not a part of what is approved.
std::string WithoutFolder(std::string text) {
  const std::string folder = kDocuments + "/";
  for (std::size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
  return text;
}

// Validates each document that ends so, and compares what is said with the message beside it.
void CheckMessages(const std::string& ending, int exit_code) {
  const std::vector<fs::path> documents = Documents(ending);
  REQUIRE_FALSE(documents.empty());
  for (const fs::path& document : documents) {
    CAPTURE(document.filename().string());
    const Ran ran = RunProgram({testing::kLoadline, "validate", document.string()});
    const std::string said = WithoutFolder(ran.output);
    fs::path message = document;
    message.replace_extension(".message");
    if (std::getenv("LOADLINE_APPROVE") != nullptr) std::ofstream(message) << said;
    CHECK(said == FileText(message.string()));
    CHECK(ran.exit_code == exit_code);
  }
}

TEST_CASE("Bad documents are told what, where, the rule, what was found, and how to mend it") {
  CheckMessages(".bad.yaml", 1);
}

TEST_CASE("Warnings say what is seldom meant, and are no errors") { CheckMessages(".warned.yaml", 0); }

TEST_CASE("Good documents are good, without a warning, and so are the examples") {
  std::vector<fs::path> documents = Documents(".good.yaml");
  documents.push_back(std::string(testing::kSourceDir) + "/examples/quickstart/policy.yaml");
  for (const fs::path& document : documents) {
    const Ran ran = RunProgram({testing::kLoadline, "validate", document.string()});
    INFO(ran.output);
    CHECK(ran.exit_code == 0);
    CHECK(ran.output.find("warning") == std::string::npos);
  }
}

TEST_CASE("The examples are good as a whole, the manifests beside them skipped") {
  std::vector<std::string> command = {testing::kLoadline, "validate"};
  const fs::path examples = std::string(testing::kSourceDir) + "/examples";
  for (const auto& each : fs::directory_iterator(examples)) {
    if (each.is_directory()) command.push_back(each.path().string());
  }
  REQUIRE(command.size() > 7);
  const Ran ran = RunProgram(command);
  INFO(ran.output);
  CHECK(ran.exit_code == 0);
}

TEST_CASE("The policies of the examples are good, Calendars beside them too") {
  const fs::path examples = std::string(testing::kSourceDir) + "/examples";
  int policies = 0;
  for (const auto& each : fs::recursive_directory_iterator(examples)) {
    const bool is_policy = each.path().filename() == "policy.yaml" ||
                           (each.path().parent_path().filename() == "cookbook" && each.path().extension() == ".yaml");
    if (!is_policy) continue;
    const Ran ran = RunProgram({testing::kLoadline, "validate", each.path().string()});
    INFO(ran.output);
    CHECK(ran.exit_code == 0);
    ++policies;
  }
  CHECK(policies >= 15);
}

TEST_CASE("Whoever checks a folder has manifests of others beside policies: they are skipped, and counted") {
  const TempDir dir;
  const std::string policy = FileText(std::string(testing::kSourceDir) + "/examples/quickstart/policy.yaml");
  const std::string other = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: a }\n";
  dir.Write("policy.yaml", policy);
  dir.Write("app.yaml", other + "---\napiVersion: v1\nkind: ConfigMap\n");
  const Ran folder = RunProgram({testing::kLoadline, "validate", dir.path().string()});
  CHECK(folder.exit_code == 0);
  CHECK(folder.output == "1 valid policy in 2 files: no errors; skipped 2 that are not Loadline's\n");
  dir.Write("chart.yaml", "{{- if .Values.on }}\n" + other + "{{- end }}\n");
  dir.Write("crd.yaml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  text: " +
                            std::string(300'000, 'x') + "\n");
  const Ran unreadable = RunProgram({testing::kLoadline, "validate", dir.path().string()});
  CHECK(unreadable.output == "1 valid policy in 4 files: no errors; skipped 4 that are not Loadline's\n");
  dir.Write("Chart.yaml", "apiVersion: v2\nname: shop\n");
  dir.Write("values.yaml", "replicas: 3\n");
  const Ran chart = RunProgram({testing::kLoadline, "validate", dir.path().string()});
  CHECK(chart.output == "1 valid policy in 6 files: no errors; skipped 6 that are not Loadline's\n");
  const Ran rendered = RunProgram({testing::kLoadline, "validate", "-"}, {}, other + "---\n" + policy);
  CHECK(rendered.output == "1 valid policy in 1 file: no errors; skipped 1 that are not Loadline's\n");
}

TEST_CASE("What holds nothing of Loadline's is not good, and neither is what was meant to be Loadline's") {
  const TempDir dir;
  const std::string other = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: a }\n";
  const std::string file = dir.Write("others/app.yaml", other);
  CHECK(RunProgram({testing::kLoadline, "validate", file}).exit_code == 1);
  const Ran folder = RunProgram({testing::kLoadline, "validate", dir.path().string()});
  CHECK(folder.exit_code == 2);
  CHECK(folder.output.starts_with(dir.path().string() + ": no document in this folder is Loadline's\n"));
  for (const char* meant : {"apiVersion: loadlin.dev/v1\nkind: Whatever\n", "apiVersion: v1\nkind: ScalingPolicy\n",
                            "kind: ScaledObject\n", "spec: {}\n", "a scalar\n", "[]\n", "{}\n"}) {
    CAPTURE(meant);
    dir.Write("others/meant.yaml", meant);
    CHECK(RunProgram({testing::kLoadline, "validate", dir.path().string()}).exit_code == 1);
  }
}

TEST_CASE("A hold for policies that ask for no count is warned of where both are checked") {
  const TempDir dir;
  const std::string spec = "\nspec: { replicas: { min: 1, max: 5 }, signals: [ { name: a, replicas: 3 } ] }\n";
  dir.Write("policy.yaml",
            "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: a, namespace: shop }" + spec);
  const auto validate = [&](const std::string& whom) {
    dir.Write("override.yaml",
              "apiVersion: loadline.dev/v1\nkind: Override\nmetadata: { name: freeze }\n"
              "spec: { hold: true, until: 2026-11-24T18:00:00Z, reason: x, " +
                  whom + " }\n");
    return RunProgram({testing::kLoadline, "validate", dir.path().string()}).output;
  };
  const std::string warning =
      ": warning: spec.hold: no count of replicas is asked for by shop/a, which go on deciding (set replicas.observed "
      "in the policy, or pin: N for it)\n";
  CHECK(validate("all: true").find(warning) != std::string::npos);
  CHECK(validate("policy: a").find(warning) != std::string::npos);
  CHECK(validate("policy: b").find("warning") == std::string::npos);
}

TEST_CASE("What a policy names and its folder does not have is warned of; of a file alone nothing is said") {
  const TempDir dir;
  const std::string file = dir.Write("policy.yaml",
                                     "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\n"
                                     "metadata: { name: a, namespace: shop }\nspec:\n"
                                     "  replicas: { min: 1, max: 5 }\n  budget: shop\n"
                                     "  signals: [ { name: a, schedule: { except: { calendar: de }, windows: "
                                     "[ { start: '0 8 * * *', duration: 1h, min: 2 } ] } },\n"
                                     "    { name: b, query: b, perReplica: 1 },\n"
                                     "    { name: c, forecast: { of: b, holidays: [de] } } ]\n");
  const std::string folder = dir.path().string();
  CHECK(RunProgram({testing::kLoadline, "validate", file}).output.find("warning") == std::string::npos);
  const std::string alone = RunProgram({testing::kLoadline, "validate", folder}).output;
  CHECK(alone.find("spec.budget: there is no Budget shop beside it: without one it answers with an error") !=
        std::string::npos);
  CHECK(alone.find("spec.signals[0].schedule.except: there is no Calendar de beside it: without one nothing is "
                   "excepted") != std::string::npos);
  CHECK(alone.find("spec.signals[2].forecast.holidays: there is no Calendar de beside it: without one no day is a "
                   "holiday") != std::string::npos);
  dir.Write("budget.yaml",
            "apiVersion: loadline.dev/v1\nkind: Budget\nmetadata: { name: shop, namespace: shop }\n"
            "spec: { replicas: 9 }\n---\napiVersion: loadline.dev/v1\nkind: Calendar\nmetadata: { name: de }\n"
            "spec: { dates: [2026-12-25] }\n");
  CHECK(RunProgram({testing::kLoadline, "validate", folder}).output.find("warning") == std::string::npos);
}

TEST_CASE("Two policies of one name in different files are found") {
  const TempDir dir;
  const std::string text = FileText(Documents(".good.yaml").at(0).string());
  dir.Write("a.yaml", text);
  dir.Write("sub/b.yaml", text);
  const Ran ran = RunProgram({testing::kLoadline, "validate", dir.path().string()});
  CHECK(ran.exit_code == 1);
  CHECK(ran.output.find("two documents of a kind may not have one name") != std::string::npos);
}

TEST_CASE("Standard input, JSON, and annotations") {
  const std::string bad = FileText(kDocuments + "/unknown-field.bad.yaml");
  const Ran text = RunProgram({testing::kLoadline, "validate", "-"}, {}, bad);
  CHECK(text.exit_code == 1);
  CHECK(text.output.starts_with("-:"));
  const Ran json = RunProgram({testing::kLoadline, "validate", "--format", "json", "-"}, {}, bad);
  const auto body = nlohmann::json::parse(json.output);
  CHECK(json.exit_code == 1);
  CHECK(body["problems"][0]["severity"] == "error");
  CHECK(body["problems"][0]["line"].get<int>() > 0);
  const Ran github = RunProgram({testing::kLoadline, "validate", "--format", "github", "-"}, {}, bad);
  CHECK(github.output.starts_with("::error file=-,line="));
}

TEST_CASE("What cannot be read is exit code 2, and the rest is checked all the same") {
  const TempDir dir;
  const Ran none = RunProgram({testing::kLoadline, "validate", dir / "none.yaml"});
  CHECK(none.exit_code == 2);
  CHECK(none.output.find("none.yaml") != std::string::npos);
  const Ran empty = RunProgram({testing::kLoadline, "validate", dir.path().string()});
  CHECK(empty.exit_code == 2);
  const Ran both =
      RunProgram({testing::kLoadline, "validate", dir / "none.yaml", kDocuments + "/unknown-field.bad.yaml"});
  CHECK(both.exit_code == 2);
  CHECK(both.output.find("did you mean") != std::string::npos);
  CHECK(none.output.ends_with("\n0 valid policies in 0 files: 1 path cannot be read\n"));
  CHECK(both.output.ends_with("\n0 valid policies in 1 file: 3 errors, 1 path cannot be read\n"));
  CHECK(RunProgram({testing::kLoadline, "validate", dir.Write("empty.yaml", "")}).exit_code == 1);
  mkfifo((dir / "pipe.yaml").c_str(), 0600);
  const Ran pipe = RunProgram({testing::kLoadline, "validate", dir / "pipe.yaml"});
  CHECK(pipe.exit_code == 2);
  CHECK(pipe.output.starts_with(dir / "pipe.yaml: is not a regular file"));
  CHECK(RunProgram({testing::kLoadline, "validate"}).exit_code == 2);
}

TEST_CASE("Every command has help with an example, and a wrong one is said") {
  for (const char* command : {"serve", "validate", "probe", "explain", "reference"}) {
    const Ran ran = RunProgram({testing::kLoadline, command, "--help"});
    CHECK(ran.exit_code == 0);
    CHECK(ran.output.find("Example") != std::string::npos);
  }
  const Ran version = RunProgram({testing::kLoadline, "--version"});
  CHECK_THAT(version.output, Catch::Matches("loadline [0-9.]+\ncommit [-a-z0-9]+, [-a-zA-Z0-9:]+\nbuild .+, .+, .+\n"));
  CHECK(RunProgram({testing::kLoadline, "version"}).output == version.output);
  CHECK(RunProgram({testing::kLoadline, "serv"}).exit_code == 2);
  CHECK(RunProgram({testing::kLoadline}).exit_code == 2);
  const Ran wrong = RunProgram({testing::kLoadline, "serve", "--grpc.lisen", "x"});
  CHECK(wrong.exit_code == 2);
}

}  // namespace
}  // namespace loadline
