// /api/v1/forecasts, and what /metrics says of forecasts.
#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "support/child.h"
#include "unit/api/served_admin.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::Admin;

std::shared_ptr<const PublishedForecast> SomeForecast() {
  auto published = std::make_shared<PublishedForecast>();
  published->forecast.fitted = AlignDown(SystemClock().Now(), Duration(600'000));
  published->forecast.refit = Duration(600'000);
  published->forecast.step = Duration(60'000);
  published->forecast.middle = {10, 11};
  published->forecast.upper = {12, 13.5};
  published->forecast.trust = {.on = true,
                               .reason = TrustReason::kBetter,
                               .ours = 0.5,
                               .naive = 0.75,
                               .rule = "last value",
                               .coverage = 0.9,
                               .shift = 1,
                               .corrected = 0.95,
                               .origins = 24};
  published->plan.text = "load{password=\"hunter2\"}";
  published->history = {1, std::numeric_limits<float>::quiet_NaN(), 3};
  published->history_step = Duration(120'000);
  return published;
}

constexpr std::string_view kExpected =
    "parameters: { pipeline: { pattern: '[a-z]+' } }\n"
    "signals: [ { name: load, query: load, perReplica: 1 }, { name: soon, forecast: { of: load, ahead: 2m } }, "
    "{ name: off, forecast: { of: load, mode: off } } ]";

TEST_CASE("/api/v1/forecasts: history, what is expected and the scores of each, and no secret") {
  Admin admin(kExpected);
  const auto one = admin.Bind("a", "one");
  const auto two = admin.Bind("b", "two");
  const auto published = SomeForecast();
  admin.controller.PublishForecasts(*one, {nullptr, published, nullptr});
  admin.controller.PublishForecasts(*two, {nullptr, nullptr, nullptr});
  const HttpResponse response = admin.Get("/api/v1/forecasts");
  CHECK(response.status == 200);
  CHECK(response.body.find("hunter2") == std::string::npos);
  const json body = json::parse(response.body);
  CHECK(body["total"] == 2);
  const json& first = body["forecasts"][0];
  CHECK(first["name"] == "a");
  CHECK(first["signal"] == "soon");
  CHECK(first["of"] == "load");
  CHECK(first["mode"] == "shadow");
  CHECK(first["ahead_seconds"] == 120);
  CHECK(first["problem"] == "");
  CHECK(first["fitted"] == FormatTimestamp(published->forecast.fitted));
  const double fitted = ToSeconds(published->forecast.fitted);
  CHECK(first["history"] == json{{"first", fitted - 240}, {"step_seconds", 120}, {"values", {1, nullptr, 3}}});
  CHECK(first["forecast"] ==
        json{{"first", fitted + 60}, {"step_seconds", 60}, {"middle", {10, 11}}, {"upper", {12, 13.5}}});
  CHECK(first["trust"]["on"] == true);
  CHECK(first["trust"]["reason"] == "Better");
  CHECK(first["trust"]["loss"] == 0.5);
  CHECK(first["trust"]["naive_loss"] == 0.75);
  CHECK(first["trust"]["coverage"] == 0.9);
  CHECK(body["forecasts"][1]["problem"] == "not fitted yet");

  CHECK(json::parse(admin.Get("/api/v1/forecasts?name=b").body)["forecasts"].size() == 1);
  CHECK(json::parse(admin.Get("/api/v1/forecasts?limit=1").body)["forecasts"].size() == 1);
  CHECK(admin.Get("/api/v1/forecasts?nam=b").status == 400);
}

TEST_CASE("/api/v1/forecasts: how far ahead is null while it is not known what was learned") {
  Admin admin(
      "parameters: { pipeline: { pattern: '[a-z]+' } }\n"
      "signals: [ { name: load, query: load, perReplica: 1 }, { name: soon, forecast: { of: load, ahead: auto } } ]");
  admin.controller.PublishForecasts(*admin.Bind("a", "one"), {nullptr, SomeForecast()});
  CHECK(json::parse(admin.Get("/api/v1/forecasts").body)["forecasts"][0]["ahead_seconds"].is_null());
}

TEST_CASE("/metrics: each forecast has its age, whether it is trusted, both scores and its coverage") {
  Admin admin(kExpected);
  admin.controller.PublishForecasts(*admin.Bind("a", "one"), {nullptr, SomeForecast(), nullptr});
  admin.controller.PublishForecasts(*admin.Bind("b", "two"), {nullptr, nullptr, nullptr});
  const std::string page = admin.Get("/metrics").body;
  CAPTURE(page);
  const auto has = [&](const std::string& name, const std::string& object, const std::string& value) {
    const std::string labels = "{namespace=\"data\",name=\"" + object +
                               "\",policy=\"test\",parameters=\"pipeline=" + (object == "a" ? "one" : "two") +
                               "\",signal=\"soon\"} ";
    return page.find(name + labels + value) != std::string::npos;
  };
  CHECK(has("loadline_forecast_problem", "a", "0\n"));
  CHECK(has("loadline_forecast_problem", "b", "1\n"));
  CHECK(has("loadline_forecast_trusted", "a", "1\n"));
  CHECK(has("loadline_forecast_loss", "a", "0.5\n"));
  CHECK(has("loadline_forecast_naive_loss", "a", "0.75\n"));
  CHECK(has("loadline_forecast_coverage", "a", "0.9\n"));
  CHECK(has("loadline_forecast_corrected_coverage", "a", "0.95\n"));
  CHECK(has("loadline_forecast_age_seconds", "a", ""));
  CHECK_FALSE(has("loadline_forecast_trusted", "b", ""));
  CHECK(testing::RunProgram({"promtool", "check", "metrics"}, {}, page).exit_code == 0);
}

}  // namespace
}  // namespace loadline
