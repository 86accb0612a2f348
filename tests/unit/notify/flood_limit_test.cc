#include "notify/flood_limit.h"

#include <catch2/catch.hpp>

#include "unit/notify/samples.h"

namespace loadline {
namespace {

using std::chrono::seconds;
using testing::Asks;
using testing::kNoon;

TEST_CASE("Past the most of a minute there is one digest, which says what was left out") {
  FloodLimit flood(2, seconds(60));
  CHECK(!flood.Close(kNoon));
  int admitted = 0;
  for (int i = 0; i < 40; ++i) admitted += flood.Admit({Asks(i), "0"}, kNoon + seconds(i));
  CHECK(admitted == 2);
  CHECK(flood.Admit({testing::SourceIs("failing"), "ok"}, kNoon + seconds(50)));  // another kind
  CHECK(!flood.Close(kNoon + seconds(59)));
  const auto digest = flood.Close(kNoon + seconds(60));
  REQUIRE(digest);
  CHECK(TextOf(*digest) == "38 more messages within 1m were left out: 38 scaled");
  CHECK(TypeOf(*digest) == "digest");
  CHECK(!flood.Close(kNoon + seconds(61)));
  CHECK(flood.Admit({Asks(1), "0"}, kNoon + seconds(62)));
  CHECK(flood.left_out() == 38);
}

}  // namespace
}  // namespace loadline
