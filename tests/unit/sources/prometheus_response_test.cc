// What is made of a body, whatever it says.
#include "sources/prometheus_response.h"

#include <catch2/catch.hpp>
#include <string>

namespace loadline {
namespace {

constexpr Timestamp kNow{std::chrono::hours(24) * 20'000};

Answer AnswerOf(std::string body, Duration span = Duration(0)) {
  HttpResponse response;
  response.status = 200;
  response.content_type = "application/json";
  response.body = std::move(body);
  return ReadResponse({"up", kNow - span, kNow, span > Duration(0) ? Duration(15'000) : Duration(0)}, response);
}

TEST_CASE("A key that looks like a path is none") {
  const Answer answer = AnswerOf(R"({"data.result[].metric.a": "b", "status": "success"})");
  CHECK(answer.readings.back().state == ReadingState::kFailed);
  CHECK(AnswerOf(R"({"data.result[].metric.a": "b"})").readings.back().state == ReadingState::kFailed);
  // The names of labels may have dots since Prometheus 3.
  const std::string several = AnswerOf(R"({"status": "success", "data": {"resultType": "vector", "result": [
                   {"metric": {"a.b[]": "1"}, "value": [1, "2"]}, {"metric": {"a.b[]": "2"}, "value": [1, "2"]}]}})")
                                  .problem;
  CHECK_THAT(several, Catch::Contains(R"((a.b[]="1" and "2"))"));
}

TEST_CASE("A time that no clock has is none of those that were asked for") {
  for (const std::string time : {"1e300", "-1e300", "9223372036854775", "-9223372036854775"}) {
    CAPTURE(time);
    const Answer answer = AnswerOf(R"({"status": "success", "data": {"resultType": "matrix", "result": [
                                       {"metric": {}, "values": [[)" +
                                       time + R"(, "7"]]}]}})",
                                   std::chrono::minutes(1));
    for (const Reading& reading : answer.readings) CHECK(reading.state == ReadingState::kEmpty);
  }
}

TEST_CASE("A point of before a range is not its first") {
  const Answer answer = AnswerOf(R"({"status": "success", "data": {"resultType": "matrix", "result": [
                                     {"metric": {}, "values": [[1727999930, "7"], [1727999955, "8"]]}]}})",
                                 std::chrono::minutes(1));
  REQUIRE(answer.readings.size() == 5);
  CHECK(answer.readings[0].state == ReadingState::kEmpty);
  CHECK(answer.readings[1] == Reading{8, ReadingState::kValue});
}

TEST_CASE("What series differ in stands in one line, whatever their labels are") {
  const std::string problem = AnswerOf(R"({"status": "success", "data": {"resultType": "vector", "result": [
                   {"metric": {"a": "1\n2"}, "value": [1, "2"]}, {"metric": {"a": ")" +
                                       std::string(10'000, 'x') + R"("}, "value": [1, "2"]}]}})")
                                  .problem;
  CHECK(problem.find('\n') == std::string::npos);
  CHECK(problem.size() < 400);
}

}  // namespace
}  // namespace loadline
