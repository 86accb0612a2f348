#include "document/problem.h"

#include <fmt/format.h>

#include <algorithm>

namespace loadline {

bool HasErrors(const Problems& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& problem) { return problem.severity == Severity::kError; });
}

void LimitProblems(Problems& problems) {
  if (problems.size() <= kMostProblems + 1) return;  // the line that says so would take as much room
  const Problems others(problems.begin() + kMostProblems, problems.end());
  problems.resize(kMostProblems);
  problems.push_back({others.front().at, "", fmt::format("and {} more problems", others.size()), "", "",
                      HasErrors(others) ? Severity::kError : Severity::kWarning});
}

std::string Describe(const Problem& problem) {
  std::string text = problem.field.empty() ? problem.rule : problem.field + ": " + problem.rule;
  if (!problem.found.empty()) text += "; found " + problem.found;
  if (!problem.hint.empty()) text += " (" + problem.hint + ")";
  return text;
}

std::string FormatProblem(std::string_view file, const Problem& problem) {
  std::string place(file);
  if (problem.at.line > 0) place += fmt::format(":{}:{}", problem.at.line, problem.at.column);
  return fmt::format("{}: {}{}", place, problem.severity == Severity::kWarning ? "warning: " : "", Describe(problem));
}

}  // namespace loadline
