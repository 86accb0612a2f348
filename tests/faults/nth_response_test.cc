// Every HTTP response of a Prometheus fails, one after the other, in each way that we know of.
#include <fmt/format.h>

#include "base/text.h"
#include "faults/nth.h"
#include "sources/prometheus_source.h"
#include "support/fault_server.h"

namespace loadline {
namespace {

using testing::FaultConnection;
using testing::FaultServer;
using testing::ForEveryCall;
using testing::HttpText;
using testing::kStart;
using testing::kTick;
using testing::NthCall;

constexpr int kTicks = 6;

enum class Way {
  kServerError,
  kTooMany,
  kBadQuery,
  kCut,
  kHalf,
  kNotJson,
  kNothing,
  kWarning,
  kNaN,
  kSeveral,
  kWord,
  kNone
};

double Truth(Timestamp time) { return 5 + static_cast<double>((time - kStart) / kTick); }

double Parameter(const std::string& request, const std::string& name) {
  const std::size_t at = request.find(name + "=");
  if (at == std::string::npos) return 0;
  const std::size_t begin = at + name.size() + 1;
  return ParseNumber(request.substr(begin, request.find_first_of("& \r\n", begin) - begin)).value_or(0);
}

std::string Series(const std::string& request, const std::string& value) {
  const double end = Parameter(request, "end");
  if (end == 0) return fmt::format(R"({{"metric":{{}},"value":[{},"{}"]}})", Parameter(request, "time"), value);
  std::string values;
  for (double time = Parameter(request, "start"); time <= end; time += Parameter(request, "step")) {
    const Timestamp at{std::chrono::milliseconds(static_cast<std::int64_t>(time * 1000))};
    values += fmt::format(R"({}[{},"{}"])", values.empty() ? "" : ",", time,
                          value.empty() ? fmt::format("{}", Truth(at)) : value);
  }
  return fmt::format(R"({{"metric":{{}},"values":[{}]}})", values);
}

std::string Response(const std::string& request, Way way) {
  const bool range = request.find("query_range") != std::string::npos;
  const Timestamp time{std::chrono::milliseconds(static_cast<std::int64_t>(Parameter(request, "time") * 1000))};
  const std::string truth = range ? "" : fmt::format("{}", Truth(time));
  std::string result = Series(request, way == Way::kNaN ? "NaN" : way == Way::kWord ? "seven" : truth);
  if (way == Way::kSeveral) result += "," + std::string(result).replace(result.find("{}"), 2, R"({"pod":"b"})");
  if (way == Way::kNothing) result.clear();
  const char* warnings = way == Way::kWarning ? R"("warnings":["store b did not answer"],)" : "";
  return HttpText(200, fmt::format(R"({{"status":"success",{}"data":{{"resultType":"{}","result":[{}]}}}})", warnings,
                                   range ? "matrix" : "vector", result));
}

void Send(const std::string& request, const FaultConnection& connection, Way way) {
  switch (way) {
    case Way::kServerError: connection.Send(HttpText(503, R"({"status":"error","error":"starting"})")); return;
    case Way::kTooMany: connection.Send(HttpText(429, "slow down", "text/plain")); return;
    case Way::kBadQuery:
      connection.Send(HttpText(400, R"({"status":"error","errorType":"bad_data","error":"parse error"})"));
      return;
    case Way::kCut: connection.Cut(); return;
    case Way::kHalf: {
      const std::string whole = Response(request, Way::kNone);
      connection.Send(whole.substr(0, whole.size() / 2));
      connection.Cut();
      return;
    }
    case Way::kNotJson: connection.Send(HttpText(200, "<html>login</html>", "text/html")); return;
    default: connection.Send(Response(request, way));
  }
}

TEST_CASE("Whichever response of a Prometheus fails, a reading is true or says why it is none, and the next is true") {
  const auto ways = {Way::kServerError, Way::kTooMany, Way::kBadQuery, Way::kCut,     Way::kHalf, Way::kNotJson,
                     Way::kNothing,     Way::kWarning, Way::kNaN,      Way::kSeveral, Way::kWord};
  const int runs = ForEveryCall(ways, [](NthCall& call, Way way) {
    const FaultServer server([&](const std::string& request, const FaultConnection& connection) {
      Send(request, connection, call.Fails() ? way : Way::kNone);
    });
    PrometheusOptions options;
    options.url = server.url();
    const auto source = MakePrometheusSource(options);
    for (int tick = 1; tick <= kTicks; ++tick) {
      if (tick == kTicks) call.End();
      const Timestamp now = kStart + kTick * (tick + 10);
      const auto answers = source->Ask({{"load", now, now, Duration(0)}, {"load", now - 4 * kTick, now, kTick}},
                                       std::chrono::seconds(20));
      REQUIRE(answers.size() == 2);
      REQUIRE(answers[0].readings.size() == 1);
      REQUIRE(answers[1].readings.size() == 5);
      for (const Answer& answer : answers) {
        REQUIRE(answer.problem.empty() == (answer.readings.back().state == ReadingState::kValue));
        for (std::size_t i = 0; i < answer.readings.size(); ++i) {
          const Reading& reading = answer.readings[i];
          const Timestamp time = now - kTick * static_cast<Duration::rep>(answer.readings.size() - 1 - i);
          if (reading.state == ReadingState::kValue) REQUIRE(double{reading.value} == Truth(time));
          if (tick == kTicks) REQUIRE(reading.state == ReadingState::kValue);
        }
      }
    }
  });
  CHECK(runs >= kTicks);
}

}  // namespace
}  // namespace loadline
