// `loadline forecast`: how a series goes on.
#ifndef LOADLINE_CLI_COMMANDS_FORECAST_H_
#define LOADLINE_CLI_COMMANDS_FORECAST_H_

#include <string>
#include <vector>

namespace loadline {

struct ForecastCommand {
  double step_seconds = 60;
  int horizon = 30;
  std::vector<double> quantiles{0.5, 0.9, 0.95};
  std::string model;  // that alone; empty: the best mixture
  std::string batch;  // a folder with *.csv; empty: standard input
  bool explain = false;
};

// Writes step,q... to standard output, with a column for the series in a batch; what --explain says, and errors, to
// standard error. Returns the exit code: 0 forecast, 1 a series cannot be forecast, 2 a request or a file is bad.
int RunForecast(const ForecastCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_FORECAST_H_
