// `loadline backtest`: what forecasts of a query would have been worth, before one trusts them.
#ifndef LOADLINE_CLI_COMMANDS_BACKTEST_H_
#define LOADLINE_CLI_COMMANDS_BACKTEST_H_

#include <string>

namespace loadline {

struct BacktestCommand {
  std::string prometheus;  // a server's URL, with `query`; or
  std::string query;
  double days = 14;
  std::string csv;  // a file with ts,value
  double step_seconds = 60;
  int horizon = 30;
  double quantile = 0.95;
  std::string html;  // a file to write; empty: none
  std::string ca_file;
  std::string bearer_token_file;
};

// Writes the scores to standard output, and to standard error, where it is a terminal, how far it is. Returns the exit
// code: 0 scored, 1 there is too little to go by, 2 the request, the file or the server's answer is bad.
int RunBacktest(const BacktestCommand& command);

}  // namespace loadline

#endif  // LOADLINE_CLI_COMMANDS_BACKTEST_H_
