#include "document/problem.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("Of a document's problems the first hundred are told, and how many more there are") {
  Problems problems;
  for (int i = 1; i <= 101; ++i) problems.push_back({{i, 1}, "", "bad", "", "", Severity::kWarning});
  const Problems all = problems;
  LimitProblems(problems);
  CHECK(problems == all);
  problems.push_back({{102, 1}, "", "bad", "", "", Severity::kError});
  LimitProblems(problems);
  REQUIRE(problems.size() == 101);
  // What held an error still does.
  CHECK(problems.back() == Problem{{101, 1}, "", "and 2 more problems", "", "", Severity::kError});
  const Problems limited = problems;
  LimitProblems(problems);
  CHECK(problems == limited);
}

}  // namespace
}  // namespace loadline
