// The command lines of forecasts.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands/backtest.h"
#include "cli/commands/forecast.h"
#include "cli/lines/lines.h"

namespace loadline {

void AddForecast(CLI::App& app, int& exit_code) {
  CLI::App* forecast = app.add_subcommand("forecast", "Say how a series goes on: quantiles of what may come.");
  auto command = std::make_shared<ForecastCommand>();
  forecast->add_option("--step", command->step_seconds, "Seconds from one row to the next")
      ->check(CLI::Range(0.001, 1e9))
      ->capture_default_str();
  forecast->add_option("--horizon", command->horizon, "Steps ahead")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  forecast->add_option("--quantiles", command->quantiles, "Above 0 and below 1, such as 0.5,0.9,0.95")
      ->delimiter(',')
      ->capture_default_str();
  forecast->add_option("--model", command->model,
                       "One model alone, such as \"direct day\"; without it the best mixture");
  forecast->add_option("--batch", command->batch, "A folder: each *.csv in it is a series")->type_name("DIR");
  forecast->add_flag("--explain", command->explain, "Say which models were used, and why (on standard error)");
  forecast->footer(
      "Standard input: ts,value; seconds since the epoch, oldest first, a row each step. Rows may be missing, and NaN "
      "is a missing value.\nStandard output: step,q0.5,...; a row for each step ahead.\n\n"
      "Exit codes: 0 forecast, 1 there is too little to go by, 2 the request or a row is bad.\n\nExamples:\n"
      "  loadline forecast --step 3600 --horizon 48 --quantiles 0.5,0.95 --explain < requests.csv\n"
      "  loadline forecast --step 60 --horizon 30 --batch series/ > forecasts.csv");
  forecast->callback([command, &exit_code] { exit_code = RunForecast(*command); });
}

void AddBacktest(CLI::App& app, int& exit_code) {
  CLI::App* backtest = app.add_subcommand(
      "backtest", "Say what forecasts of a query would have been worth: run it before trusting them.");
  auto command = std::make_shared<BacktestCommand>();
  backtest->add_option("--prometheus", command->prometheus, "A server with Prometheus' HTTP API")->type_name("URL");
  backtest->add_option("--query", command->query, "PromQL that yields one number")->type_name("PROMQL");
  backtest->add_option("--days", command->days, "How far back to ask; the last third, a week at most, is forecast")
      ->check(CLI::Range(0.01, 400.0))
      ->capture_default_str();
  backtest->add_option("--csv", command->csv, "Instead: a file with ts,value, as `loadline forecast` takes it");
  backtest->add_option("--step", command->step_seconds, "Seconds from one value to the next")
      ->check(CLI::Range(1.0, 86'400.0))
      ->capture_default_str();
  backtest->add_option("--horizon", command->horizon, "Steps ahead")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  backtest->add_option("--quantile", command->quantile, "From 0.5 to below 1")
      ->check(CLI::Range(0.5, 0.999))
      ->capture_default_str();
  backtest->add_option("--html", command->html, "Write a page with a plot of the worst day")->type_name("FILE");
  backtest->add_option("--ca-file", command->ca_file, "PEM file with the authorities of the server's certificate");
  backtest->add_option("--bearer-token-file", command->bearer_token_file, "File with a bearer token for the server");
  backtest->footer(
      "Each line is a way to forecast: `loadline` is what policies get, the others are the models by themselves, the "
      "naive ones among them. MAE is of the median, pinball the loss of the quantile, covered the share that lay at or "
      "below it.\n\nExit codes: 0 scored, 1 there is too little to go by, 2 the request, the file or the server's "
      "answer "
      "is bad.\n\nExamples:\n"
      "  loadline backtest --prometheus http://localhost:9090 --query 'sum(rate(http_requests_total[5m]))' --days 14 "
      "--html backtest.html\n"
      "  loadline backtest --csv requests.csv --step 3600 --horizon 24");
  backtest->callback([command, &exit_code] { exit_code = RunBacktest(*command); });
}

}  // namespace loadline
