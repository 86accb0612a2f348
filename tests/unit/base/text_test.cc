#include "base/text.h"

#include <catch2/catch.hpp>
#include <limits>

namespace loadline {
namespace {

TEST_CASE("FormatNumber writes at most three decimals and none that say nothing") {
  CHECK(FormatNumber(7) == "7");
  CHECK(FormatNumber(7.25) == "7.25");
  CHECK(FormatNumber(4.13333) == "4.133");
  CHECK(FormatNumber(0.0004) == "0.0004");
  CHECK(FormatNumber(-0.0) == "0");
  CHECK(FormatNumber(1e9) == "1e+09");
  CHECK(FormatNumber(std::numeric_limits<double>::infinity()) == "inf");
}

TEST_CASE("ParseNumber takes a decimal number as a whole, and nothing that is none") {
  CHECK(ParseNumber("1e3") == 1000.0);
  CHECK(ParseNumber("-0.5") == -0.5);
  for (const char* text : {"", "1 ", "abc", "nan", "inf", "1e999", "0x10", "1,5"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseNumber(text).has_value());
  }
}

TEST_CASE("OneLine cuts between characters, never inside one") {
  CHECK(OneLine("a\nb\tc", 10) == "a b c");
  CHECK(OneLine("caf\xC3\xA9s", 4) == "caf...");
  CHECK(OneLine("caf\xC3\xA9s", 5) == "caf\xC3\xA9...");
}

TEST_CASE("DidYouMean finds the slip and not the stranger") {
  const std::vector<std::string> fields = {"perReplica", "query", "window", "onMissing", "onEmpty"};
  CHECK(DidYouMean("perReplicas", fields) == "perReplica");
  CHECK(DidYouMean("qeury", fields) == "query");
  CHECK(DidYouMean("onMising", fields) == "onMissing");
  CHECK(DidYouMean("threshold", fields) == std::nullopt);
}

TEST_CASE("UTF-8 is told from what only looks like it") {
  CHECK(IsUtf8(""));
  CHECK(IsUtf8("a\u00e9\u20ac\U0001F600"));
  for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xf8\x88\x80\x80\x80", "a\xff"}) {
    CHECK_FALSE(IsUtf8(bad));
  }
}

}  // namespace
}  // namespace loadline
