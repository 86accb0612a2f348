#include "sources/prometheus_source.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "support/eventually.h"
#include "support/fault_server.h"
#include "support/prometheus_server.h"
#include "system/clock.h"

namespace loadline {
namespace {

using std::chrono::seconds;
using testing::Eventually;
using testing::FaultServer;
using testing::GaugeText;
using testing::HttpText;
using testing::PrometheusServer;
using testing::TempDir;

const Timestamp kData{std::chrono::sys_days{std::chrono::year{2026} / 11 / 1}};
constexpr Duration kBudget = seconds(20);

// lag: 0, 1, 2, ... every 15 s for two hours; two series of `depth`; a gap in `gappy`.
std::string TestData() {
  std::vector<double> ramp;
  for (int i = 0; i < 480; ++i) ramp.push_back(i);
  std::string text = GaugeText("lag", "pipeline=\"orders\"", kData, seconds(15), ramp);
  text += "# TYPE depth gauge\n";
  for (const char* shard : {"a", "b"}) {
    for (int i = 0; i < 40; ++i)
      text += "depth{shard=\"" + std::string(shard) + "\"} 5 " +
              std::to_string(kData.time_since_epoch() / seconds(1) + i * 15) + "\n";
  }
  return text + "# EOF\n";
}

PrometheusServer& Server() {
  static PrometheusServer server(TestData());
  return server;
}

PrometheusOptions OptionsFor(const std::string& url) {
  PrometheusOptions options;
  options.url = url;
  return options;
}

Answer AskOne(const PrometheusOptions& options, const Question& question, Duration budget = kBudget) {
  return MakePrometheusSource(options)->Ask({question}, budget)[0];
}
Answer AskAt(const std::string& query, Timestamp time) {
  return AskOne(OptionsFor(Server().url()), {query, time, time, Duration(0)});
}

TEST_CASE("An instant is the value at its time") {
  const Answer answer = AskAt("lag{pipeline=\"orders\"}", kData + seconds(600));
  REQUIRE(answer.readings.size() == 1);
  CHECK(answer.readings[0] == Reading{40, ReadingState::kValue});
  CHECK(answer.problem.empty());
  // Six minutes after the last sample it is gone: Prometheus looks back five.
  CHECK(AskAt("lag", kData + seconds(7200 + 360)).readings[0].state == ReadingState::kEmpty);
}

TEST_CASE("A range has one reading for each step, and those of the instants") {
  const Timestamp begin = kData + seconds(60);
  const Answer answer = AskOne(OptionsFor(Server().url()), {"lag", begin, begin + seconds(150), seconds(15)});
  REQUIRE(answer.readings.size() == 11);
  for (int i = 0; i < 11; ++i) {
    CHECK(answer.readings[static_cast<std::size_t>(i)] == AskAt("lag", begin + seconds(15 * i)).readings[0]);
  }
}

TEST_CASE("A range that begins before the data is empty there, and has values after") {
  const Answer answer =
      AskOne(OptionsFor(Server().url()), {"lag", kData - seconds(30), kData + seconds(30), seconds(15)});
  REQUIRE(answer.readings.size() == 5);
  CHECK(answer.readings[0].state == ReadingState::kEmpty);
  CHECK(answer.readings[1].state == ReadingState::kEmpty);
  CHECK(answer.readings[2] == Reading{0, ReadingState::kValue});
}

TEST_CASE("What is not one number is told apart") {
  const Timestamp now = kData + seconds(300);
  struct Row {
    const char* query;
    ReadingState state;
    const char* problem;
  };
  const std::vector<Row> rows = {
      {"none_of_these", ReadingState::kEmpty, "the query's result is empty"},
      {"depth", ReadingState::kSeveral, "2 series where one is needed"},
      {"lag / 0 * 0", ReadingState::kNotFinite, "NaN"},
      {"lag / 0", ReadingState::kNotFinite, "infinite"},
      {"lag{", ReadingState::kRefused, "refused the query"},
      {"\"text\"", ReadingState::kRefused, "text"},
      {"scalar(lag)", ReadingState::kValue, ""},
      {"sum(depth)", ReadingState::kValue, ""},
      {"1.5", ReadingState::kValue, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.query);
    const Answer answer = AskAt(row.query, now);
    CAPTURE(answer.problem);
    CHECK(answer.readings[0].state == row.state);
    CHECK(answer.problem.find(row.problem) != std::string::npos);
    if (*row.problem != 0) CHECK(answer.problem.starts_with("127.0.0.1:"));
  }
}

TEST_CASE("A range longer than the server's limit of points is asked for in parts") {
  PrometheusOptions options = OptionsFor(Server().url());
  const Question question{"lag", kData, kData + seconds(15 * 400), seconds(15)};
  const Answer whole = AskOne(options, question);
  options.max_points = 50;
  const Answer parts = AskOne(options, question);
  CHECK(parts.readings.size() == 401);
  CHECK(parts.readings == whole.readings);
  // And the real limit: 11,000 points are refused by Prometheus in one piece.
  const Question large{"lag", kData, kData + seconds(20'000), seconds(1)};
  CHECK(AskOne(OptionsFor(Server().url()), large).readings.size() == 20'001);
}

TEST_CASE("A very long query goes by POST") {
  std::string query = "lag";
  for (int i = 0; i < 2000; ++i) query += " or lag{pipeline=\"p" + std::to_string(i) + "\"}";
  CHECK(AskAt(query, kData + seconds(15)).readings[0] == Reading{1, ReadingState::kValue});
}

TEST_CASE("A server that dies and comes back is failed, then answered from again") {
  PrometheusServer server(TestData());
  const auto source = MakePrometheusSource(OptionsFor(server.url()));
  const Question question{"lag", kData, kData, Duration(0)};
  CHECK(source->Ask({question}, kBudget)[0].readings[0].state == ReadingState::kValue);
  server.Kill();
  const Answer down = source->Ask({question}, kBudget)[0];
  CHECK(down.readings[0].state == ReadingState::kFailed);
  CHECK(down.problem.find("connection refused") != std::string::npos);
  server.Start();
  CHECK(source->Ask({question}, kBudget)[0].readings[0].state == ReadingState::kValue);
}

TEST_CASE("Basic authentication from a file that may change") {
  // bcrypt of "right", as htpasswd -B makes it.
  const PrometheusServer server(
      TestData(), "basic_auth_users: { loadline: $2b$04$abcdefghijklmnopqrstuuFmEfrkTQnczNzw475xE2VhDrK1uwJiC }\n");
  const TempDir dir;
  PrometheusOptions options = OptionsFor(server.url());
  options.http.basic_auth_user = "loadline";
  options.http.basic_auth_password_file = dir.Write("password", "wrong\n");
  const auto source = MakePrometheusSource(options);
  const Question question{"lag", kData, kData, Duration(0)};
  const Answer refused = source->Ask({question}, kBudget)[0];
  CHECK(refused.readings[0].state == ReadingState::kFailed);
  CHECK(refused.problem.find("401") != std::string::npos);
  CHECK(refused.problem.find("wrong") == std::string::npos);
  dir.Write("password", "right\n");
  // Whether it is ready, Prometheus says to nobody without a password: it may still be starting.
  CHECK(Eventually([&] {
    return source->Ask({question}, kBudget)[0].readings[0] == Reading{0, ReadingState::kValue};
  }));
}

constexpr const char* kOne =
    R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"7"]}]}})";

Answer AskFault(const std::function<std::string(const std::string&)>& answer, Duration timeout = seconds(5)) {
  const FaultServer server(answer);
  PrometheusOptions options = OptionsFor(server.url());
  options.timeout = timeout;
  return AskOne(options, {"lag", kData, kData, Duration(0)});
}

TEST_CASE("What a server should not say is failed, with what it said") {
  struct Row {
    std::string response;
    const char* problem;
  };
  const std::vector<Row> rows = {
      {HttpText(200, "<html><body>login</body></html>", "text/html"), "text/html"},
      {HttpText(200, "{\"status\":\"success\",\"data\":{"), "JSON"},
      {HttpText(200, "[]"), ""},
      {HttpText(200, R"({"status":"success"})"), ""},
      {HttpText(200,
                R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"seven"]}]}})"),
       ""},
      {HttpText(503, R"({"status":"error","errorType":"unavailable","error":"starting"})"), "starting"},
      {HttpText(502, "Bad Gateway", "text/plain"), "502"},
      {HttpText(302, "", "text/plain"), "302"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n{\"status\"", ""},
      {"nonsense\r\n\r\nConnection: close", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.response);
    const Answer answer = AskFault([&](const std::string&) { return row.response; });
    CAPTURE(answer.problem);
    REQUIRE(answer.readings.size() == 1);
    CHECK(answer.readings[0].state == ReadingState::kFailed);
    CHECK(answer.problem.starts_with("127.0.0.1:"));
    CHECK(answer.problem.find(row.problem) != std::string::npos);
  }
}

TEST_CASE("A series without a plain value is refused") {
  for (const char* sample : {R"("value":[1])", R"("histogram":[1,{"count":"3","sum":"9"}])", R"("x":1)"}) {
    const Answer answer = AskFault([&](const std::string&) {
      return HttpText(200, R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},)" +
                               std::string(sample) + "}]}}");
    });
    CHECK(answer.readings[0].state == ReadingState::kRefused);
    CHECK(answer.problem.find("native histogram") != std::string::npos);
  }
}

TEST_CASE("Of a range each time is one series or several by itself, as of the instants") {
  const FaultServer server([](const std::string&) {
    return HttpText(200, R"({"status":"success","data":{"resultType":"matrix","result":[
      {"metric":{"pod":"a"},"values":[[1793491200,"1"],[1793491215,"2"]]},
      {"metric":{"pod":"b"},"values":[[1793491215,"5"],[1793491230,"3"]]}]}})");
  });
  const Answer answer = AskOne(OptionsFor(server.url()), {"lag", kData, kData + seconds(45), seconds(15)});
  REQUIRE(answer.readings.size() == 4);
  CHECK(answer.readings[0] == Reading{1, ReadingState::kValue});
  CHECK(answer.readings[1].state == ReadingState::kSeveral);
  CHECK(answer.readings[2] == Reading{3, ReadingState::kValue});
  CHECK(answer.readings[3].state == ReadingState::kEmpty);
}

TEST_CASE("A query that is refused is told apart from a server that is ill, for Prometheus and VictoriaMetrics") {
  for (const int status : {400, 422}) {
    const Answer answer = AskFault([&](const std::string&) {
      return HttpText(status,
                      R"({"status":"error","errorType":"bad_data","error":"parse error: unexpected \u0007 <EOF>"})");
    });
    CHECK(answer.readings[0].state == ReadingState::kRefused);
    CHECK(answer.problem.find("parse error: unexpected") != std::string::npos);
    CHECK(answer.problem.find('\a') == std::string::npos);
  }
}

TEST_CASE("A passing failure is asked again once while there is time") {
  int calls = 0;
  const Answer answer =
      AskFault([&](const std::string&) { return ++calls == 1 ? HttpText(503, "{}") : HttpText(200, kOne); });
  CHECK(answer.readings[0] == Reading{7, ReadingState::kValue});
  CHECK(calls == 2);
}

// What comes of `fields` beside a value of 7.
Answer AskWith(const std::string& fields) {
  return AskFault([&](const std::string&) {
    return HttpText(200, R"({"status":"success",)" + fields +
                             R"(,"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"7"]}]}})");
  });
}

TEST_CASE("Warnings that data is missing mean partial data; what Prometheus says of the query does not") {
  struct Row {
    const char* fields;
    ReadingState state;
  };
  const Row rows[] = {
      {R"j("warnings":["store a is away"])j", ReadingState::kPartial},
      {R"j("isPartial":true)j", ReadingState::kPartial},
      {R"j("infos":["PromQL info: metric might not be a counter, name does not end in _total: \"lag\" (1:5)"])j",
       ReadingState::kValue},
      // Where 2.48 to 2.53 and Thanos put it.
      {R"j("warnings":["PromQL info: metric might not be a counter, name does not end in _total: \"lag\" (1:5)"])j",
       ReadingState::kValue},
      {R"j("warnings":["PromQL info: ignored histogram in max aggregation","store a is away"])j",
       ReadingState::kPartial},
      {R"j("warnings":["PromQL warning: quantile value should be between 0 and 1, got 95 (1:10)"])j",
       ReadingState::kValue},
      {R"j("warnings":["PromQL warning: this native histogram metric is not a counter: \"lag\" (1:5)"])j",
       ReadingState::kValue},
      // Series were left out of the result.
      {R"j("warnings":["PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)"])j",
       ReadingState::kPartial},
      {R"j("warnings":["PromQL warning: vector contains a mix of classic and native histograms (1:5)"])j",
       ReadingState::kPartial},
      {R"j("warnings":["PromQL warning: bucket label \"le\" is missing or has a malformed value of \"\" (1:5)"])j",
       ReadingState::kPartial},
      {R"j("warnings":["PromQL warning: vector contains histograms with incompatible custom buckets (1:5)"])j",
       ReadingState::kPartial},
      {R"j("warnings":["PromQL warning: range too short; does not contain enough samples to extrapolate rate"])j",
       ReadingState::kPartial},
      // Nobody knows what these said.
      {R"j("warnings":["3 more warning annotations omitted"])j", ReadingState::kPartial},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fields);
    CHECK(AskWith(row.fields).readings[0] == Reading{7, row.state});
  }
}

TEST_CASE("Of several warnings the one that says that data is missing is told") {
  CHECK(AskWith(R"("warnings":["PromQL info: ignored histogram in max aggregation","store a is away"])")
            .problem.find("partial data: store a is away") != std::string::npos);
}

TEST_CASE("A slow server costs a query its time-out, and all of them together the budget") {
  const FaultServer server([](const std::string&) { return std::string(); });
  PrometheusOptions options = OptionsFor(server.url());
  options.timeout = Duration(100);
  options.http.max_connections = 2;
  const auto source = MakePrometheusSource(options);
  const std::vector<Question> questions(20, {"lag", kData, kData, Duration(0)});
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<Answer> answers = source->Ask(questions, Duration(400));
  // Twenty of them, two at a time, would take a second: the budget ends it before.
  CHECK(std::chrono::steady_clock::now() - begin < Duration(900));
  REQUIRE(answers.size() == 20);
  for (const Answer& answer : answers) {
    CHECK(answer.readings[0].state == ReadingState::kFailed);
    CHECK(answer.problem.find("no answer within") != std::string::npos);
  }
}

TEST_CASE("Connections are kept, and requests carry what is configured") {
  const FaultServer server([](const std::string&) { return HttpText(200, kOne); });
  const TempDir dir;
  PrometheusOptions options = OptionsFor(server.url());
  options.http.bearer_token_file = dir.Write("token", "one\n");
  options.http.headers = {{"X-Scope-OrgID", "data"}};
  options.http.max_connections = 1;
  const auto source = MakePrometheusSource(options);
  const Question question{"lag", kData, kData, Duration(0)};
  for (int i = 0; i < 5; ++i) CHECK(source->Ask({question}, kBudget)[0].readings[0].value == 7);
  CHECK(server.connections() == 1);
  dir.Write("token", "two\n");
  source->Ask({question}, kBudget);
  const std::vector<std::string> requests = server.requests();
  CHECK(requests.front().find("Authorization: Bearer one\r\n") != std::string::npos);
  CHECK(requests.front().find("X-Scope-OrgID: data\r\n") != std::string::npos);
  CHECK(requests.front().find("time=1793491200.000") != std::string::npos);
  CHECK(requests.back().find("Authorization: Bearer two\r\n") != std::string::npos);
}

TEST_CASE("A stop ends what is under way at once") {
  const FaultServer server([](const std::string&) { return std::string(); });
  std::stop_source stop;
  PrometheusOptions options = OptionsFor(server.url());
  options.timeout = seconds(60);
  options.http.stop = stop.get_token();
  const auto source = MakePrometheusSource(options);
  std::jthread stopper([&] {
    while (server.requests().empty()) std::this_thread::yield();
    stop.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  CHECK(source->Ask({{"lag", kData, kData, Duration(0)}}, seconds(60))[0].readings[0].state == ReadingState::kFailed);
  CHECK(std::chrono::steady_clock::now() - begin < seconds(30));
}

}  // namespace
}  // namespace loadline
