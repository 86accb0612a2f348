#include "replay/table.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("Columns are as wide as their widest cell, counted in characters, and lines end without spaces") {
  CHECK(FormatTable({{"NAME", "N", "WHY"}, {"ümlaut", "1000", "x"}, {"a", "", ""}}, "> ") ==
        "> NAME    N     WHY\n"
        "> ümlaut  1000  x\n"
        "> a\n");
}

TEST_CASE("A table may be empty, and rows may lack cells") {
  CHECK(FormatTable({}) == "");
  CHECK(FormatTable({{"A", "B"}, {"long", "b"}, {}, {"a"}}) == "A     B\nlong  b\n\na\n");
}

}  // namespace
}  // namespace loadline
