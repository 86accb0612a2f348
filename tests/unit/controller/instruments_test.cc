#include "controller/instruments.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

namespace loadline {
namespace {

using std::chrono::seconds;

// Whether `text` has exactly this line.
bool HasLine(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("What is counted is on the page, under the names that dashboards use") {
  Instruments instruments;
  instruments.CountRpc("GetMetrics", "UNAVAILABLE");
  instruments.CountGetMetricsOk();
  instruments.CountGetMetricsOk();
  instruments.CountStreamMessage("StreamIsActive");
  instruments.CountStreamMessage("StreamIsActive");
  instruments.CountStreamMessage("StreamMetricSpec");
  instruments.CountQuery("default", "value", Duration(20));
  instruments.CountQuery("default", "failed", Duration(4000));
  instruments.CountTick(seconds(2), 3);
  instruments.CountTick(Duration(50), 0);
  instruments.CountPolicyReload();
  instruments.CountRefit("fitted", 0.02);
  instruments.CountRefit("failed", 0);
  instruments.CountDecision(true);
  instruments.CountDecision(false);
  instruments.CountDecision(true);

  const std::string text = instruments.Text();
  CAPTURE(text);
  for (const char* line : {
           R"(loadline_grpc_requests_total{code="UNAVAILABLE",method="GetMetrics"} 1)",
           R"(loadline_grpc_requests_total{code="OK",method="GetMetrics"} 2)",
           R"(loadline_grpc_stream_messages_total{method="StreamIsActive"} 2)",
           R"(loadline_grpc_stream_messages_total{method="StreamMetricSpec"} 1)",
           R"(loadline_source_queries_total{outcome="value",source="default"} 1)",
           R"(loadline_source_queries_total{outcome="failed",source="default"} 1)",
           R"(loadline_source_query_duration_seconds_count{source="default"} 2)",
           R"(loadline_source_query_duration_seconds_bucket{source="default",le="0.03"} 1)",
           "loadline_tick_duration_seconds_count 2",
           R"(loadline_tick_duration_seconds_bucket{le="0.1"} 1)",
           R"(loadline_tick_duration_seconds_bucket{le="3"} 2)",
           "loadline_missed_ticks_total 3",
           "loadline_policy_reloads_total 1",
           R"(loadline_decisions_total{outcome="value"} 2)",
           R"(loadline_decisions_total{outcome="error"} 1)",
           R"(loadline_forecast_refits_total{outcome="fitted"} 1)",
           R"(loadline_forecast_refits_total{outcome="failed"} 1)",
           R"(loadline_forecast_refit_cpu_seconds_bucket{le="0.03"} 1)",
           "loadline_forecast_refit_cpu_seconds_count 1",
       }) {
    CAPTURE(line);
    CHECK(HasLine(text, line));
  }
}

TEST_CASE("What counts from zero is on the page before it happens, so that a first time is a rise") {
  const Instruments instruments;
  const std::string text = instruments.Text();
  for (const char* line :
       {"loadline_missed_ticks_total 0", "loadline_policy_reloads_total 0", "loadline_tick_duration_seconds_count 0",
        R"(loadline_grpc_requests_total{code="OK",method="GetMetrics"} 0)",
        R"(loadline_grpc_stream_messages_total{method="StreamIsActive"} 0)",
        R"(loadline_decisions_total{outcome="value"} 0)", R"(loadline_decisions_total{outcome="error"} 0)"}) {
    CAPTURE(line);
    CHECK(HasLine(text, line));
  }
}

TEST_CASE("A tick during which the clock was set back does not make the time spent fall") {
  Instruments instruments;
  instruments.CountTick(seconds(2), 0);
  instruments.CountTick(-seconds(3600), 0);
  CHECK(HasLine(instruments.Text(), "loadline_tick_duration_seconds_sum 2"));
  CHECK(HasLine(instruments.Text(), "loadline_tick_duration_seconds_count 2"));
}

TEST_CASE("Nothing that several threads count is lost") {
  Instruments instruments;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&instruments, thread] {
        for (int i = 0; i < 250; ++i) {
          instruments.CountGetMetricsOk();
          instruments.CountRpc("IsActive", "OK");
          instruments.CountQuery("source-" + std::to_string(thread % 2), "value", Duration(1));
          if (i % 100 == 0) instruments.Text();
        }
      });
    }
  }
  const std::string text = instruments.Text();
  CHECK(HasLine(text, R"(loadline_grpc_requests_total{code="OK",method="GetMetrics"} 1000)"));
  CHECK(HasLine(text, R"(loadline_grpc_requests_total{code="OK",method="IsActive"} 1000)"));
  CHECK(HasLine(text, R"(loadline_source_queries_total{outcome="value",source="source-0"} 500)"));
}

}  // namespace
}  // namespace loadline
