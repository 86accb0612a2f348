#include "cli/commands/test.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scaling/scenario.h"
#include "system/files.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 16u << 20;
constexpr std::string_view kExtension = ".scenario";

Result<std::vector<fs::path>> ListScenarios(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (!fs::exists(path, error) || path.extension() == kExtension) return std::vector{path};
    return Fail(Code::kInvalidArgument,
                fmt::format("{}: want a *{} file, or a folder that has some", path.string(), kExtension));
  }
  std::vector<fs::path> files;
  fs::recursive_directory_iterator each(path, error);
  for (; !error && each != fs::recursive_directory_iterator(); each.increment(error)) {
    if (each->path().extension() == kExtension) files.push_back(each->path());
  }
  if (error) return Fail(Code::kPermissionDenied, fmt::format("{}: {}", path.string(), error.message()));
  if (files.empty())
    return Fail(Code::kNotFound, fmt::format("{}: there is no *.scenario in this folder", path.string()));
  std::sort(files.begin(), files.end());
  return files;
}

// "3 because lag wants 3", in two columns.
std::string Said(std::string_view what, std::string_view number, std::string_view because) {
  std::string text = fmt::format("  {:4} {}", what, number.empty() ? "nothing yet" : number);
  if (!because.empty()) text += fmt::format("   because {}", because);
  return text + "\n";
}

class Tests {
 public:
  explicit Tests(bool update) : update_(update) {}

  void Run(const std::string& path) {
    const auto files = ListScenarios(path);
    if (!files) return CannotRead(files.error().message);
    for (const fs::path& file : *files) RunFile(file);
  }

  int Finish() const {
    fmt::print("{} {}, {} failed{}\n", scenarios_, scenarios_ == 1 ? "scenario" : "scenarios", failed_,
               updated_ > 0 ? fmt::format(", {} updated", updated_) : "");
    if (unreadable_) return 2;
    return failed_ == 0 ? 0 : 1;
  }

 private:
  void CannotRead(const std::string& message) {
    fmt::print("{}\n", message);
    unreadable_ = true;
  }

  void RunFile(const fs::path& file) {
    const Result<std::string> text = ReadFile(file, kLargestFile);
    if (!text) return CannotRead(text.error().message);
    ++scenarios_;
    const ParsedScenario parsed = ParseScenario(*text);
    if (!parsed.problems.empty()) return Bad(file, parsed.problems);
    const auto texts = ReadFiles(file, parsed.scenario);
    if (!texts) return;
    const ScenarioRun run = RunScenario(parsed.scenario, *texts);
    if (!run.problems.empty()) return Bad(file, run.problems);
    if (BadFiles(file, parsed.scenario, run.file_problems)) return;
    if (run.passed()) return;
    if (update_) return Update(file, *text, parsed.scenario, run);
    ++failed_;
    Report(file, parsed.scenario, run);
  }

  // The documents that a scenario names, which stand beside it.
  std::optional<std::vector<std::string>> ReadFiles(const fs::path& file, const Scenario& scenario) {
    std::vector<std::string> texts;
    bool all = true;
    for (const ScenarioFile& each : scenario.files) {
      Result<std::string> text = ReadFile(file.parent_path() / each.path, kLargestFile);
      if (text) {
        texts.push_back(std::move(*text));
        continue;
      }
      CannotRead(fmt::format("{}:{}: {}: {}", file.string(), each.line,
                             &each == scenario.files.data() ? "policy" : "with", text.error().message));
      all = false;
    }
    if (all) return texts;
    ++failed_;
    return std::nullopt;
  }

  // Many scenarios may name a bad file: its problems are told once.
  bool BadFiles(const fs::path& scenario_file, const Scenario& scenario, const std::vector<Problems>& file_problems) {
    bool bad = false;
    for (std::size_t i = 0; i < file_problems.size(); ++i) {
      if (file_problems[i].empty()) continue;
      bad = true;
      const ScenarioFile& each = scenario.files[i];
      const fs::path file = scenario_file.parent_path() / each.path;
      if (told_.insert(file.lexically_normal().string()).second) PrintProblems(file, file_problems[i]);
      fmt::print("{}:{}: decides nothing while {} has problems\n", scenario_file.string(), each.line, each.path);
    }
    if (bad) ++failed_;
    return bad;
  }

  void Bad(const fs::path& file, const Problems& problems) {
    ++failed_;
    PrintProblems(file, problems);
  }

  static void PrintProblems(const fs::path& file, const Problems& problems) {
    for (const Problem& problem : problems) fmt::print("{}\n", FormatProblem(file.string(), problem));
  }

  static void Report(const fs::path& file, const Scenario& scenario, const ScenarioRun& run) {
    for (std::size_t i = 0; i < run.answers.size(); ++i) {
      const ScenarioAnswer& answer = run.answers[i];
      const ScenarioCheck& check = scenario.checks[i];
      if (answer.as_wanted) continue;
      const std::string& name = scenario.bindings[check.binding].name;
      fmt::print("{}:{}: at {}{}{}\n{}{}", file.string(), check.line, FormatDuration(check.time),
                 name.empty() ? "" : " ", name, Said("want", check.want, check.because),
                 Said("got", answer.got, answer.because));
    }
  }

  void Update(const fs::path& file, const std::string& text, const Scenario& scenario, const ScenarioRun& run) {
    std::error_code ignored;
    const fs::perms permissions = fs::status(file, ignored).permissions();
    const Status written = WriteFile(file, UpdateScenario(text, scenario, run));
    if (!written) return CannotRead(written.error().message);
    fs::permissions(file, permissions, ignored);
    ++updated_;
    fmt::print("{}: updated\n", file.string());
  }

  const bool update_;
  int scenarios_ = 0;
  int failed_ = 0;
  int updated_ = 0;
  bool unreadable_ = false;
  std::set<std::string> told_;  // files whose problems were shown
};

}  // namespace

int RunTest(const TestCommand& command) {
  Tests tests(command.update);
  for (const std::string& path : command.paths) tests.Run(path);
  return tests.Finish();
}

}  // namespace loadline
