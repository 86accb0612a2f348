#include "base/rare_text.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("A rare text takes the room of a pointer") { CHECK(sizeof(RareText) == sizeof(void*)); }

TEST_CASE("A rare text is empty until it is given one") {
  CHECK(RareText().empty());
  CHECK(RareText().text() == "");
  CHECK(RareText(std::string()).empty());
  const RareText said(std::string("no such series"));
  CHECK_FALSE(said.empty());
  CHECK(said.text() == "no such series");
}

TEST_CASE("A copy of a rare text is its own, and one that was moved from is empty") {
  RareText original(std::string("connection refused"));
  RareText copy = original;
  original = RareText(std::string("no luck"));
  CHECK(copy.text() == "connection refused");
  copy = original;
  CHECK(copy.text() == "no luck");
  const RareText taken = std::move(original);
  CHECK(taken.text() == "no luck");
  CHECK(original.empty());
  copy = RareText();
  CHECK(copy.empty());
}

}  // namespace
}  // namespace loadline
