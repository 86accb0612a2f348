// Events as lines of JSON on standard error, one event a line, with its facts as fields:
//   {"time":"2026-11-24T06:00:00.000Z","level":"info","module":"controller","event":"decision","binding":"data/orders",...}
#ifndef LOADLINE_SYSTEM_LOG_H_
#define LOADLINE_SYSTEM_LOG_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace loadline {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };

Result<LogLevel> ParseLogLevel(std::string_view text);  // "debug", "info", "warn", "error", "off"

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  std::map<std::string, LogLevel> modules;  // levels of single modules, by the room's name: {"sources": kDebug}
};

// A fact of an event. `Json` is text that already is JSON and goes in as it is (a list of signals, say).
struct Json {
  std::string text;
};
using LogValue = std::variant<std::string, double, std::int64_t, bool, Json>;
struct LogField {
  std::string_view name;
  LogValue value;

  LogField(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
  LogField(std::string_view n, std::string_view v) : name(n), value(std::string(v)) {}
  LogField(std::string_view n, const char* v) : name(n), value(std::string(v)) {}
  LogField(std::string_view n, double v) : name(n), value(v) {}
  LogField(std::string_view n, bool v) : name(n), value(v) {}
  LogField(std::string_view n, int v) : name(n), value(static_cast<std::int64_t>(v)) {}
  LogField(std::string_view n, std::int64_t v) : name(n), value(v) {}
  LogField(std::string_view n, std::size_t v) : name(n), value(static_cast<std::int64_t>(v)) {}
  LogField(std::string_view n, Json v) : name(n), value(std::move(v)) {}
};
using LogFields = std::vector<LogField>;

// Thread-safe. A process has one, made in cli/; whoever logs gets a reference.
class Log {
 public:
  virtual ~Log() = default;

  virtual bool Enabled(std::string_view module, LogLevel level) const = 0;

  // Writes one line. A number that JSON has not (NaN) is written as null; text that is not UTF-8 is mended.
  virtual void Write(std::string_view module, LogLevel level, std::string_view event, const LogFields& fields) = 0;

  // For what may repeat for hours, such as a dead Prometheus: of one `key` a line a minute, with the field
  // "suppressed" saying how many were left out since the last.
  virtual void WriteLimited(std::string_view key, std::string_view module, LogLevel level, std::string_view event,
                            const LogFields& fields) = 0;
};

std::unique_ptr<Log> MakeLog(const LogOptions& options);  // to standard error, over spdlog
Log& NoLog();                                             // writes nothing

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_LOG_H_
