#include "cli/commands/validate.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <nlohmann/json.hpp>

#include "cli/validation.h"

namespace loadline {
namespace {

using Json = nlohmann::ordered_json;

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

void WriteGithub(const ValidationReport& report) {
  for (const std::string& each : report.unreadable) fmt::print("::error::{}\n", GithubEscape(each, false));
  for (const auto& [file, problem] : report.findings) {
    fmt::print("::{} file={},line={},col={}::{}\n", SeverityWord(problem.severity), GithubEscape(file, true),
               problem.at.line, problem.at.column, GithubEscape(Describe(problem), false));
  }
}

void WriteJson(const ValidationReport& report) {
  Json json = {{"files", report.files},
               {"valid_policies", report.policies},
               {"other_documents", report.others},
               {"skipped_documents", report.skipped},
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

void WriteText(const ValidationReport& report) {
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
  const std::string skipped =
      report.skipped == 0 ? "" : fmt::format("; skipped {} that are not Loadline's", report.skipped);
  fmt::print("{}{} in {}: {}{}\n", Count(report.policies, "valid policy", "valid policies"), others,
             Count(report.files, "file", "files"), fmt::join(wrong, ", "), skipped);
}

}  // namespace

int RunValidate(const ValidateCommand& command) {
  Validation validation;
  for (const std::string& path : command.paths) validation.Read(path);
  const ValidationReport report = validation.Finish();
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
