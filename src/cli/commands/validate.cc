#include "cli/commands/validate.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "scaling/documents.h"
#include "sources/policy_files.h"
#include "system/files.h"

namespace loadline {
namespace {

using Json = nlohmann::ordered_json;

struct Finding {
  std::string file;
  Problem problem;
};

struct Report {
  std::vector<Finding> findings;
  std::vector<std::string> unreadable;
  int files = 0;
  int policies = 0;
  int others = 0;  // valid documents of other kinds
  int errors = 0;  // also those that are not told one by one
};

class Validation {
 public:
  void Read(const std::string& path) {
    if (path == "-") {
      Check("-", std::string(std::istreambuf_iterator<char>(std::cin), {}));
      return;
    }
    const auto files = ListPolicyFiles(path);
    if (!files) return report_.unreadable.push_back(files.error().message);
    if (files->empty())
      return report_.unreadable.push_back(fmt::format("{}: there is no *.yaml, *.yml or *.ics in this folder", path));
    for (const auto& file : *files) {
      const Result<std::string> text = ReadFile(file, kLargestPolicyFile);
      if (!text) {
        report_.unreadable.push_back(text.error().message);
      } else {
        Check(file.string(), *text);
      }
    }
  }

  const Report& report() const { return report_; }

 private:
  void Check(const std::string& file, const std::string& text) {
    ++report_.files;
    const std::string calendar = CalendarNameOf(file);
    const std::vector<DocumentText> documents =
        calendar.empty() ? SplitDocuments(text) : std::vector{DocumentText{text, 1}};
    if (documents.empty()) Add(file, {NoDocument()});
    for (const DocumentText& document : documents) {
      const LoadlineDocument parsed =
          calendar.empty() ? ParseLoadlineDocument(document, regexes_) : ParseICalendarFile(calendar, text);
      Add(file, parsed.problems);
      if (parsed.content) ++(parsed.kind == Policy::kKind ? report_.policies : report_.others);
      if (!parsed.name.empty()) CheckName(file, document, parsed);
    }
  }

  // Of two policies of one name neither can be in force.
  void CheckName(const std::string& file, const DocumentText& document, const LoadlineDocument& parsed) {
    const std::string place = fmt::format("{}:{}", file, document.first_line);
    const auto [other, is_new] = names_.emplace(parsed.Id(), place);
    if (is_new) return;
    Add(file, {{{document.first_line, 1},
                "metadata.name",
                "two documents of a kind may not have one name",
                fmt::format("{} also at {}", other->first, other->second),
                "rename one of them",
                Severity::kError}});
  }

  void Add(const std::string& file, Problems problems) {
    for (const Problem& problem : problems) report_.errors += problem.severity == Severity::kError ? 1 : 0;
    LimitProblems(problems);
    for (Problem& problem : problems) report_.findings.push_back({file, std::move(problem)});
  }

  Report report_;
  Regexes regexes_;
  std::map<std::string, std::string> names_;  // ids, and where they stand
};

std::string_view SeverityWord(Severity severity) { return severity == Severity::kError ? "error" : "warning"; }

// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
std::string GithubEscape(std::string_view text, bool property) {
  std::string escaped;
  for (const char c : text) {
    const bool escape = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    escaped += escape ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return escaped;
}

void WriteGithub(const Report& report) {
  for (const std::string& each : report.unreadable) fmt::print("::error::{}\n", GithubEscape(each, false));
  for (const auto& [file, problem] : report.findings) {
    fmt::print("::{} file={},line={},col={}::{}\n", SeverityWord(problem.severity), GithubEscape(file, true),
               problem.at.line, problem.at.column, GithubEscape(Describe(problem), false));
  }
}

void WriteJson(const Report& report) {
  Json json = {{"files", report.files},
               {"valid_policies", report.policies},
               {"other_documents", report.others},
               {"unreadable", report.unreadable},
               {"problems", Json::array()}};
  for (const auto& [file, problem] : report.findings) {
    json["problems"].push_back({{"severity", SeverityWord(problem.severity)},
                                {"file", file},
                                {"line", problem.at.line},
                                {"column", problem.at.column},
                                {"field", problem.field},
                                {"rule", problem.rule},
                                {"found", problem.found},
                                {"hint", problem.hint}});
  }
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

std::string Count(int number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

void WriteText(const Report& report) {
  for (const std::string& each : report.unreadable) fmt::print("{}\n", each);
  for (const auto& [file, problem] : report.findings) fmt::print("{}\n", FormatProblem(file, problem));
  std::vector<std::string> wrong;
  if (report.errors > 0) wrong.push_back(Count(report.errors, "error", "errors"));
  if (!report.unreadable.empty()) {
    const auto unreadable = static_cast<int>(report.unreadable.size());
    wrong.push_back(Count(unreadable, "path cannot be read", "paths cannot be read"));
  }
  if (wrong.empty()) wrong.push_back("no errors");
  const std::string others =
      report.others == 0 ? "" : fmt::format(" and {}", Count(report.others, "other document", "other documents"));
  fmt::print("{}{} in {}: {}\n", Count(report.policies, "valid policy", "valid policies"), others,
             Count(report.files, "file", "files"), fmt::join(wrong, ", "));
}

}  // namespace

int RunValidate(const ValidateCommand& command) {
  Validation validation;
  for (const std::string& path : command.paths) validation.Read(path);
  const Report& report = validation.report();
  if (command.format == "github") {
    WriteGithub(report);
  } else if (command.format == "json") {
    WriteJson(report);
  } else {
    WriteText(report);
  }
  if (!report.unreadable.empty()) return 2;
  return report.errors == 0 ? 0 : 1;
}

}  // namespace loadline
