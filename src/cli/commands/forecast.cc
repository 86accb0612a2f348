#include "cli/commands/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/text.h"
#include "cli/series_csv.h"
#include "forecast/forecaster.h"
#include "system/files.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 1u << 30;

void Explain(const std::string& series, const Forecast& forecast) {
  const auto say = [&](const std::string& line) {
    fmt::print(stderr, "{}{}\n", series.empty() ? "" : series + ": ", line);
  };
  say(fmt::format("{} of {} values, {} filled in, {} taken for an outage; {}", forecast.method, forecast.used,
                  forecast.missing, forecast.outage,
                  forecast.day > 0 ? fmt::format("a day has {} steps", forecast.day) : "no season"));
  if (forecast.candidates.empty()) return;
  say(fmt::format("judged at {} earlier origins: model, mean absolute error, weight", forecast.origins));
  for (const CandidateReport& each : forecast.candidates) {
    say(fmt::format("  {:28} {:>12} {:6.1f} %", each.name, FormatNumber(each.error), 100 * each.weight));
  }
}

class Run {
 public:
  explicit Run(const ForecastCommand& command) : command_(command) {
    request_.step = Duration{static_cast<std::int64_t>(command.step_seconds * 1000)};
    request_.horizon = command.horizon;
    request_.quantiles = command.quantiles;
    std::ranges::sort(request_.quantiles);
    request_.model = command.model;
  }

  int Stdin() {
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    Header("");
    One("", text);
    return Finish();
  }

  int Folder() {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator each(command_.batch, error); !error && each != fs::directory_iterator();
         each.increment(error)) {
      if (each->path().extension() == ".csv") files.push_back(each->path());
    }
    if (!error && files.empty()) error = std::make_error_code(std::errc::no_such_file_or_directory);
    if (error) {
      fmt::print(stderr, "forecast: {}: want a folder with *.csv: {}\n", command_.batch, error.message());
      return 2;
    }
    std::ranges::sort(files);
    Header("series,");
    for (const fs::path& file : files) {
      const Result<std::string> text = ReadFile(file, kLargestFile);
      if (text) {
        One(file.stem().string(), *text);
      } else {
        Bad(2, file.string(), text.error());
      }
    }
    return Finish();
  }

 private:
  void Header(std::string_view before) {
    out_ += fmt::format("{}step", before);
    for (double quantile : request_.quantiles) out_ += fmt::format(",q{}", quantile);
    out_ += '\n';
  }

  void One(const std::string& name, std::string_view text) {
    const Result<RegularSeries> series = ReadSeriesCsv(text, request_.step);
    if (!series) return Bad(2, name, series.error());
    const std::clock_t begin = std::clock();
    const Result<Forecast> forecast = MakeForecast(series->values, request_);
    cpu_ += std::clock() - begin;
    ++count_;
    if (!forecast) return Bad(forecast.error().code == Code::kInvalidArgument ? 2 : 1, name, forecast.error());
    for (int step = 1; step <= request_.horizon; ++step) {
      out_ += name.empty() ? fmt::format("{}", step) : fmt::format("{},{}", name, step);
      for (const auto& row : forecast->quantiles) out_ += fmt::format(",{}", row[step - 1]);
      out_ += '\n';
    }
    if (command_.explain) Explain(name, *forecast);
  }

  void Bad(int code, const std::string& name, const Error& error) {
    fmt::print(stderr, "{}{}\n", name.empty() ? "" : name + ": ", error.message);
    code_ = std::max(code_, code);
  }

  int Finish() {
    if (code_ == 0 || !command_.batch.empty()) std::fputs(out_.c_str(), stdout);
    if (command_.explain && count_ > 0) {
      fmt::print(stderr, "{:.2f} ms of CPU for each series\n",
                 1e3 * static_cast<double>(cpu_) / CLOCKS_PER_SEC / count_);
    }
    return code_;
  }

  const ForecastCommand& command_;
  ForecastRequest request_;
  std::string out_;
  std::clock_t cpu_ = 0;
  int count_ = 0;
  int code_ = 0;
};

}  // namespace

int RunForecast(const ForecastCommand& command) {
  Run run(command);
  return command.batch.empty() ? run.Stdin() : run.Folder();
}

}  // namespace loadline
