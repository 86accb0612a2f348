// What is wrong with a document that a person wrote, and where.
#ifndef LOADLINE_DOCUMENT_PROBLEM_H_
#define LOADLINE_DOCUMENT_PROBLEM_H_

#include <string>
#include <string_view>
#include <vector>

namespace loadline {

// Both from 1, as editors count; 0: not known.
struct Position {
  int line = 0;
  int column = 0;

  friend auto operator<=>(const Position&, const Position&) = default;
};

enum class Severity { kError, kWarning };

struct Problem {
  Position at;
  std::string field;  // "spec.signals[0].perReplica"; empty: the document as a whole
  std::string rule;   // "want a number above 0"
  std::string found;  // "\"fast\""; may be empty
  std::string hint;   // how to mend it: "did you mean perReplica?"; may be empty
  Severity severity = Severity::kError;

  friend bool operator==(const Problem&, const Problem&) = default;
};
using Problems = std::vector<Problem>;

bool HasErrors(const Problems& problems);

// How many problems of one document are told. Who has more to mend begins with these; 9,500 lines help nobody.
inline constexpr std::size_t kMostProblems = 100;

// Keeps the first kMostProblems; where there are several more, one that says how many takes their place.
void LimitProblems(Problems& problems);

// "spec.min: want a whole number; found "x" (did you mean ...?)", without the place.
std::string Describe(const Problem& problem);

// "policies/a.yaml:12:7: spec.min: want a whole number; found "x""; warnings begin with "warning: " after the place.
std::string FormatProblem(std::string_view file, const Problem& problem);

}  // namespace loadline

#endif  // LOADLINE_DOCUMENT_PROBLEM_H_
