// `loadline backtest`, end to end, and its page.
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <numbers>
#include <random>
#include <sstream>

#include "cli/backtest_page.h"
#include "support/child.h"
#include "support/fault_server.h"
#include "support/places.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::FaultServer;
using testing::HttpText;
using testing::Ran;
using testing::RunProgram;
using testing::TempDir;

// Hours of a wave with noise, of which one day is ten times as high; a gap of an hour.
std::string Csv(int days, int strange_day) {
  std::mt19937 random(11);
  std::normal_distribution<double> noise(0, 4);
  std::string text = "ts,value\n";
  for (int hour = 0; hour < 24 * days; ++hour) {
    if (hour == 24 * days - 30) continue;
    double value = 100 + 50 * std::sin(2 * std::numbers::pi * hour / 24) + noise(random);
    if (hour / 24 == strange_day) value *= 10;
    text += std::to_string(1'700'006'400 + 3600 * hour) + "," + std::to_string(value) + "\n";
  }
  return text;
}

std::string Read(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

Ran RunBacktest(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {testing::kLoadline, "backtest"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunProgram(arguments);
}

bool IsWellFormed(const std::string& xml) {
  return RunProgram(
             {"/usr/bin/python3", "-c", "import sys, xml.dom.minidom as m; m.parseString(sys.stdin.buffer.read())"}, {},
             xml)
             .exit_code == 0;
}

TEST_CASE("A backtest of a file has a line for what policies get and for each model, and a page of the worst day") {
  const TempDir dir;
  const auto csv = dir.path() / "a<b>&.csv";
  const auto html = dir.path() / "page.html";
  std::ofstream(csv) << Csv(21, 18);
  const Ran ran = RunBacktest({"--csv", csv.string(), "--step", "3600", "--horizon", "6", "--html", html.string()});
  CAPTURE(ran.output);
  REQUIRE(ran.exit_code == 0);
  CHECK(ran.output.find("504 values, 1h apart, 503 of them known. Forecast 6h ahead from 28 earlier times") !=
        std::string::npos);
  CHECK(ran.output.find("forecast  ") != std::string::npos);
  CHECK(ran.output.find("\nloadline  ") != std::string::npos);
  CHECK(ran.output.find("\nlast value  ") != std::string::npos);
  // 2023-11-15 and 18 days.
  CHECK(ran.output.find("The worst day is 2023-12-03, with a mean loss of ") != std::string::npos);
  CHECK(ran.output.find('\r') == std::string::npos);  // no progress where nobody looks

  const std::string page = Read(html);
  CHECK(IsWellFormed(page));
  CHECK(page.find("http:") == std::string::npos);
  CHECK(page.find("https:") == std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
  for (const char* loads : {"src=", "href=", "url(", "@import"}) CHECK(page.find(loads) == std::string::npos);
  CHECK(page.find("a&lt;b&gt;&amp;.csv</code>") != std::string::npos);
  CHECK(page.find("The worst day: 2023-12-03 (UTC)") != std::string::npos);
  CHECK(page.find("<td>loadline</td>") != std::string::npos);
  CHECK(page.find("class=\"band\" d=\"M") != std::string::npos);
  CHECK(page.find("nan") == std::string::npos);
}

TEST_CASE("What is wrong with a backtest is said, and told by its exit code") {
  const TempDir dir;
  const auto csv = dir.path() / "a.csv";
  std::ofstream(csv) << "ts,value\n0,1\n3600,2\n7200,3\n";
  const std::string file = csv.string();
  const auto says = [](const Ran& ran, int code, const std::string& text) {
    CAPTURE(ran.output, text);
    CHECK(ran.exit_code == code);
    CHECK(ran.output.find(text) != std::string::npos);
  };
  says(RunBacktest({"--csv", file, "--step", "3600"}), 1,
       "loadline backtest: backtest: of 3 values a third is forecast");
  says(RunBacktest({"--csv", file, "--step", "7200"}), 2, "line 3: rows are whole steps of 7200 s apart");
  says(RunBacktest({"--csv", file + "x"}), 2, "a.csvx");
  says(RunBacktest({}), 2, "want --prometheus with --query, or --csv");
  says(RunBacktest({"--csv", file, "--prometheus", "http://p", "--query", "x"}), 2, "or --csv");
  says(RunBacktest({"--prometheus", "http://p"}), 2, "--prometheus needs --query");
  says(RunBacktest({"--prometheus", "p:9090", "--query", "x"}), 2, "want an http:// or https:// URL; found \"p:9090\"");
  says(RunBacktest({"--csv", file, "--quantile", "0.2"}), 2, "--quantile");
}

TEST_CASE("A backtest asks a server in chunks, and says what the server says") {
  std::atomic<int> asked{0};
  const FaultServer empty([&](const std::string& request) {
    CHECK(request.find("/api/v1/query_range?") != std::string::npos);
    ++asked;
    return HttpText(200, R"({"status":"success","data":{"resultType":"matrix","result":[]}})");
  });
  const Ran none = RunBacktest({"--prometheus", empty.url(), "--query", "load", "--days", "14"});
  CAPTURE(none.output);
  CHECK(none.exit_code == 1);
  CHECK(none.output.find("at least 2 known values are needed") != std::string::npos);
  CHECK(asked == 3);  // 20,160 minutes by 10,000

  const FaultServer refuses([](const std::string&) {
    return HttpText(400, R"({"status":"error","errorType":"bad_data","error":"parse error: unexpected end"})");
  });
  const Ran refused = RunBacktest({"--prometheus", refuses.url(), "--query", "load("});
  CHECK(refused.exit_code == 2);
  CHECK(refused.output.find("parse error: unexpected end") != std::string::npos);

  const FaultServer several([](const std::string& request) {
    const std::size_t start = request.find("&start=") + 7;
    const std::string time = request.substr(start, request.find('.', start) - start);
    return HttpText(200, R"({"status":"success","data":{"resultType":"matrix","result":[)"
                         R"({"metric":{"a":"1"},"values":[[)" +
                             time +
                             R"(,"1"]]},)"
                             R"({"metric":{"a":"2"},"values":[[)" +
                             time + R"(,"1"]]}]}})");
  });
  const Ran both = RunBacktest({"--prometheus", several.url(), "--query", "load"});
  CAPTURE(both.output);
  CHECK(both.exit_code == 2);
  CHECK(both.output == "loadline backtest: the query yields several series; want one, such as sum(...)\n");
}

TEST_CASE("The worst day is that with the greatest mean loss, of those that have enough values") {
  const double unknown = std::nan("");
  BacktestOptions options;
  options.step = Duration(6 * 3'600'000);
  options.quantile = 0.9;
  const Timestamp first{std::chrono::hours(24 * 20'000)};
  // Four values a day; the third day has one known value only, which was missed most.
  const std::vector<double> history = {1, 1, 1, 1, 5, 5, 5, 5, 99, unknown, unknown, unknown};
  Backtest backtest;
  for (int i = 0; i < 12; ++i) backtest.points.push_back({i, 0, 1, 2});
  const BacktestDay worst = WorstDay(backtest, history, first, options);
  CHECK(worst.begin == first + std::chrono::hours(24));
  CHECK(worst.values == 4);
  CHECK(worst.pinball == Approx(0.9 * 3));
  CHECK(worst.points.size() == 4);
  const std::string page = FormatBacktestPage({"q", "s", {{"a"}, {"1"}}}, worst, history, first, options);
  CHECK(IsWellFormed(page));
}

}  // namespace
}  // namespace loadline
