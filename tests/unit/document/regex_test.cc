#include "document/regex.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("A pattern matches the whole of a text, or says why it is none") {
  const Regex pattern("[a-z]+");
  CHECK(pattern.Problem().empty());
  CHECK(pattern.Matches("orders"));
  CHECK_FALSE(pattern.Matches("orders1"));
  CHECK(Regex("[a-z").Problem() == "missing ]: [a-z");
}

TEST_CASE("The same text is the same pattern, however many others there are") {
  Regexes patterns;
  const auto first = patterns.Compile("[a-z]+");
  CHECK(patterns.Compile("[a-z]+") == first);
  CHECK(patterns.Compile("[a-z]*") != first);
  for (int i = 0; i < 3000; ++i) patterns.Compile("x" + std::to_string(i));
  CHECK(patterns.Compile("[a-z]+")->Matches("orders"));
  CHECK(first->Matches("orders"));
}

}  // namespace
}  // namespace loadline
