#include "system/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "system/clock.h"
#include "system/mutex.h"

namespace loadline {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr Duration kLimitedEvery = std::chrono::minutes(1);
// Keys may hold names from outside: how many are remembered is bounded. Past that all share one line a minute.
constexpr std::size_t kMostKeys = 1000;

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarn: return "warn";
    case LogLevel::kError: return "error";
    case LogLevel::kOff: return "off";
  }
  return "";
}

std::string Dump(const OrderedJson& json) { return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

class JsonLog : public Log {
 public:
  explicit JsonLog(LogOptions options)
      : options_(std::move(options)), lines_("loadline", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    lines_.set_pattern("%v");
    lines_.set_level(spdlog::level::trace);
  }

  bool Enabled(std::string_view module, LogLevel level) const override {
    const auto own = options_.modules.find(std::string(module));
    return level >= (own == options_.modules.end() ? options_.level : own->second);
  }

  void Write(std::string_view module, LogLevel level, std::string_view event, const LogFields& fields) override {
    if (Enabled(module, level)) WriteLine(module, level, event, fields);
  }

  void WriteLimited(std::string_view key, std::string_view module, LogLevel level, std::string_view event,
                    const LogFields& fields) override {
    if (!Enabled(module, level)) return;
    const Timestamp now = SystemClock().Now();
    std::int64_t suppressed = 0;
    {
      const MutexLock lock(mutex_);
      Limited& limited =
          limited_.size() < kMostKeys || limited_.contains(std::string(key)) ? limited_[std::string(key)] : others_;
      if (limited.written && now - *limited.written < kLimitedEvery && now >= *limited.written) {
        ++limited.suppressed;
        return;
      }
      suppressed = std::exchange(limited.suppressed, 0);
      limited.written = now;
    }
    LogFields all = fields;
    if (suppressed > 0) all.push_back({"suppressed", suppressed});
    WriteLine(module, level, event, all);
  }

 private:
  struct Limited {
    std::optional<Timestamp> written;
    std::int64_t suppressed = 0;
  };

  void WriteLine(std::string_view module, LogLevel level, std::string_view event, const LogFields& fields) {
    OrderedJson line = {{"time", FormatTimestamp(SystemClock().Now())},
                        {"level", LevelName(level)},
                        {"module", module},
                        {"event", event}};
    for (const LogField& field : fields) {
      OrderedJson& value = line[std::string(field.name)];
      if (const auto* json = std::get_if<Json>(&field.value)) {
        value = OrderedJson::parse(json->text, nullptr, false);
      } else {
        std::visit(
            [&](const auto& each) {
              if constexpr (!std::is_same_v<std::decay_t<decltype(each)>, Json>) value = each;
            },
            field.value);
      }
    }
    lines_.info(Dump(line));
  }

  const LogOptions options_;
  spdlog::logger lines_;
  Mutex mutex_;
  std::map<std::string, Limited> limited_ LOADLINE_GUARDED_BY(mutex_);
  Limited others_ LOADLINE_GUARDED_BY(mutex_);
};

class SilentLog : public Log {
 public:
  bool Enabled(std::string_view, LogLevel) const override { return false; }
  void Write(std::string_view, LogLevel, std::string_view, const LogFields&) override {}
  void WriteLimited(std::string_view, std::string_view, LogLevel, std::string_view, const LogFields&) override {}
};

}  // namespace

Result<LogLevel> ParseLogLevel(std::string_view text) {
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError, LogLevel::kOff}) {
    if (text == LevelName(level)) return level;
  }
  return Fail(Code::kInvalidArgument, "want debug, info, warn, error or off; found \"" + std::string(text) + "\"");
}

std::unique_ptr<Log> MakeLog(const LogOptions& options) { return std::make_unique<JsonLog>(options); }

Log& NoLog() {
  static SilentLog log;
  return log;
}

}  // namespace loadline
