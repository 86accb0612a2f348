#include "migrate/reading.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("A signal is called by the first metric of its query") {
  CHECK(MetricIn("max(philotes_cdc_lag_seconds)") == "philotes_cdc_lag_seconds");
  CHECK(MetricIn("sum by (le, pod) (rate(http_requests_total{code=\"5}\",job=~'a|b'}[5m]))") == "http_requests_total");
  CHECK(MetricIn("sum(rate(x:y:sum[5m] offset 1h)) by (job)") == "x:y:sum");
  CHECK(MetricIn("avg without (a) (b) / on (c) group_left (d) e") == "b");
  CHECK(MetricIn("vector(1)") == "query");
  CHECK(MetricIn("{__name__=\"a\"}") == "query");
  CHECK(MetricIn("label_replace(up{a=\"\\\"{\"}, \"a\", \"$1\", \"b\", \"(.*)\")") == "up");
  CHECK(MetricIn("") == "query");
  CHECK(MetricIn("sum({unclosed") == "query");
}

TEST_CASE("Names are of a-z, 0-9 and -, at most 63 long, and none comes twice") {
  CHECK(NameFrom("http_requests__total") == "http-requests-total");
  CHECK(NameFrom("Trig.One/2") == "trig-one-2");
  CHECK(NameFrom("__") == "x");
  CHECK(NameFrom(std::string(100, 'a')).size() == 63);
  CHECK(NameFrom("ü-b") == "b");
  std::vector<std::string> taken;
  CHECK(FreeName("a", taken) == "a");
  CHECK(FreeName("A", taken) == "a-2");
  CHECK(FreeName("a-2", taken) == "a-2-2");
  CHECK(FreeName(std::string(63, 'b'), taken).size() == 63);
  CHECK(FreeName(std::string(63, 'b'), taken) == std::string(61, 'b') + "-2");
}

}  // namespace
}  // namespace loadline
