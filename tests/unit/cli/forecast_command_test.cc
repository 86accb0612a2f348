#include <catch2/catch.hpp>
#include <cmath>

#include "cli/series_csv.h"

namespace loadline {
namespace {

constexpr Duration kMinute{60'000};

std::string ProblemOf(std::string_view text) {
  const auto series = ReadSeriesCsv(text, kMinute);
  return series ? "" : series.error().message;
}

TEST_CASE("A series is rows of time and value; what is not there is missing") {
  const auto series = ReadSeriesCsv("ts,value\n60,1\n120,2.5\r\n300,NaN\n360,\n420,-1e3\n", kMinute);
  REQUIRE(series);
  CHECK(series->first_seconds == 60);
  REQUIRE(series->values.size() == 7);
  CHECK(series->values[1] == 2.5);
  for (const int missing : {2, 3, 4, 5}) CHECK(std::isnan(series->values[missing]));
  CHECK(series->values[6] == -1000);
  CHECK(ReadSeriesCsv("0,1\n60,2", kMinute)->values == std::vector<double>{1, 2});
  CHECK(ReadSeriesCsv("", kMinute)->values.empty());
}

TEST_CASE("A bad row of a series is told with its line") {
  CHECK(ProblemOf("ts,value\n0,1\n61,2\n") == "line 3: rows are whole steps of 60 s apart; found \"61,2\"");
  CHECK(ProblemOf("0,1\n60,x\n") == "line 2: want a number, or nothing, after the comma; found \"60,x\"");
  CHECK(ProblemOf("0,1\n60\n") == "line 2: want ts,value; found \"60\"");
  CHECK(ProblemOf("0,1\nx,1\n") == "line 2: want seconds since the epoch before the comma; found \"x,1\"");
  CHECK(ProblemOf("1e12,1\n") == "line 1: want seconds since the epoch before the comma; found \"1e12,1\"");
  CHECK(ProblemOf("60,1\n0,1\n") == "line 2: rows are in the order of time, each time once; found \"0,1\"");
  CHECK(ProblemOf("0,1\n0,1\n") == "line 2: rows are in the order of time, each time once; found \"0,1\"");
  CHECK(ProblemOf("0,1\n6000000000,1\n") == "line 2: a series has at most 10000000 steps; found \"6000000000,1\"");
}

}  // namespace
}  // namespace loadline
