// The command lines: each adds a command's options, help and example to the program, and what it does to its callback.
#ifndef LOADLINE_CLI_LINES_LINES_H_
#define LOADLINE_CLI_LINES_LINES_H_

namespace CLI {
class App;
}

namespace loadline {

// Each command leaves its exit code in `exit_code`, which must outlive the app.
void AddServe(CLI::App& app, int& exit_code);
void AddValidate(CLI::App& app, int& exit_code);
void AddTest(CLI::App& app, int& exit_code);
void AddProbe(CLI::App& app, int& exit_code);
void AddExplain(CLI::App& app, int& exit_code);
void AddHistory(CLI::App& app, int& exit_code);
void AddDiff(CLI::App& app, int& exit_code);
void AddStatus(CLI::App& app, int& exit_code);
void AddOverride(CLI::App& app, int& exit_code);
void AddJournal(CLI::App& app, int& exit_code);
void AddForecast(CLI::App& app, int& exit_code);
void AddBacktest(CLI::App& app, int& exit_code);
void AddReplay(CLI::App& app, int& exit_code);
void AddRecord(CLI::App& app, int& exit_code);
void AddRecommend(CLI::App& app, int& exit_code);
void AddMigrate(CLI::App& app, int& exit_code);
void AddReference(CLI::App& app);
void AddSchema(CLI::App& app);

}  // namespace loadline

#endif  // LOADLINE_CLI_LINES_LINES_H_
