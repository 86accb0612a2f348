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
#include "support/temp_dir.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;
using testing::FileText;
using testing::Ran;
using testing::RunProgram;
using testing::TempDir;

const std::string kDocuments = std::string(LOADLINE_SOURCE_DIR) + "/tests/documents";

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
    const Ran ran = RunProgram({LOADLINE_BINARY, "validate", document.string()});
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
  documents.push_back(std::string(LOADLINE_SOURCE_DIR) + "/examples/quickstart/policy.yaml");
  for (const fs::path& document : documents) {
    const Ran ran = RunProgram({LOADLINE_BINARY, "validate", document.string()});
    INFO(ran.output);
    CHECK(ran.exit_code == 0);
    CHECK(ran.output.find("warning") == std::string::npos);
  }
}

TEST_CASE("The policies of the examples are good, Calendars beside them too") {
  const fs::path examples = std::string(LOADLINE_SOURCE_DIR) + "/examples";
  int policies = 0;
  for (const auto& each : fs::recursive_directory_iterator(examples)) {
    const bool is_policy = each.path().filename() == "policy.yaml" ||
                           (each.path().parent_path().filename() == "cookbook" && each.path().extension() == ".yaml");
    if (!is_policy) continue;
    const Ran ran = RunProgram({LOADLINE_BINARY, "validate", each.path().string()});
    INFO(ran.output);
    CHECK(ran.exit_code == 0);
    ++policies;
  }
  CHECK(policies >= 15);
}

TEST_CASE("Two policies of one name in different files are found") {
  const TempDir dir;
  const std::string text = FileText(Documents(".good.yaml").at(0).string());
  dir.Write("a.yaml", text);
  dir.Write("sub/b.yaml", text);
  const Ran ran = RunProgram({LOADLINE_BINARY, "validate", dir.path().string()});
  CHECK(ran.exit_code == 1);
  CHECK(ran.output.find("two documents of a kind may not have one name") != std::string::npos);
}

TEST_CASE("Standard input, JSON, and annotations") {
  const std::string bad = FileText(kDocuments + "/unknown-field.bad.yaml");
  const Ran text = RunProgram({LOADLINE_BINARY, "validate", "-"}, {}, bad);
  CHECK(text.exit_code == 1);
  CHECK(text.output.starts_with("-:"));
  const Ran json = RunProgram({LOADLINE_BINARY, "validate", "--format", "json", "-"}, {}, bad);
  const auto body = nlohmann::json::parse(json.output);
  CHECK(json.exit_code == 1);
  CHECK(body["problems"][0]["severity"] == "error");
  CHECK(body["problems"][0]["line"].get<int>() > 0);
  const Ran github = RunProgram({LOADLINE_BINARY, "validate", "--format", "github", "-"}, {}, bad);
  CHECK(github.output.starts_with("::error file=-,line="));
}

TEST_CASE("What cannot be read is exit code 2, and the rest is checked all the same") {
  const TempDir dir;
  const Ran none = RunProgram({LOADLINE_BINARY, "validate", dir / "none.yaml"});
  CHECK(none.exit_code == 2);
  CHECK(none.output.find("none.yaml") != std::string::npos);
  const Ran empty = RunProgram({LOADLINE_BINARY, "validate", dir.path().string()});
  CHECK(empty.exit_code == 2);
  const Ran both = RunProgram({LOADLINE_BINARY, "validate", dir / "none.yaml", kDocuments + "/unknown-field.bad.yaml"});
  CHECK(both.exit_code == 2);
  CHECK(both.output.find("did you mean") != std::string::npos);
  CHECK(none.output.ends_with("\n0 valid policies in 0 files: 1 path cannot be read\n"));
  CHECK(both.output.ends_with("\n0 valid policies in 1 file: 3 errors, 1 path cannot be read\n"));
  CHECK(RunProgram({LOADLINE_BINARY, "validate", dir.Write("empty.yaml", "")}).exit_code == 1);
  mkfifo((dir / "pipe.yaml").c_str(), 0600);
  const Ran pipe = RunProgram({LOADLINE_BINARY, "validate", dir / "pipe.yaml"});
  CHECK(pipe.exit_code == 2);
  CHECK(pipe.output.starts_with(dir / "pipe.yaml: is not a regular file"));
  CHECK(RunProgram({LOADLINE_BINARY, "validate"}).exit_code == 2);
}

TEST_CASE("Every command has help with an example, and a wrong one is said") {
  for (const char* command : {"serve", "validate", "probe", "explain", "reference"}) {
    const Ran ran = RunProgram({LOADLINE_BINARY, command, "--help"});
    CHECK(ran.exit_code == 0);
    CHECK(ran.output.find("Example") != std::string::npos);
  }
  CHECK(RunProgram({LOADLINE_BINARY, "--version"}).output.starts_with("loadline "));
  CHECK(RunProgram({LOADLINE_BINARY, "serv"}).exit_code == 2);
  CHECK(RunProgram({LOADLINE_BINARY}).exit_code == 2);
  const Ran wrong = RunProgram({LOADLINE_BINARY, "serve", "--grpc.lisen", "x"});
  CHECK(wrong.exit_code == 2);
}

}  // namespace
}  // namespace loadline
