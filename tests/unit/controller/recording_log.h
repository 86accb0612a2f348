// A log that remembers what was written.
#ifndef LOADLINE_TESTS_UNIT_CONTROLLER_RECORDING_LOG_H_
#define LOADLINE_TESTS_UNIT_CONTROLLER_RECORDING_LOG_H_

#include <mutex>
#include <string>
#include <vector>

#include "system/log.h"

namespace loadline::testing {

class RecordingLog : public Log {
 public:
  bool Enabled(std::string_view, LogLevel) const override { return true; }
  void Write(std::string_view, LogLevel level, std::string_view event, const LogFields& fields) override {
    const std::lock_guard lock(mutex_);
    events_.push_back({level, std::string(event), fields});
  }
  void WriteLimited(std::string_view, std::string_view module, LogLevel level, std::string_view event,
                    const LogFields& fields) override {
    Write(module, level, event, fields);
  }

  std::size_t Count(std::string_view event) const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const Event& each : events_) count += each.name == event;
    return count;
  }
  // A field of the latest event of this name, where it is text; empty where there is none.
  std::string Field(std::string_view event, std::string_view field) const {
    const std::lock_guard lock(mutex_);
    for (auto each = events_.rbegin(); each != events_.rend(); ++each) {
      if (each->name != event) continue;
      for (const LogField& own : each->fields) {
        if (own.name == field && std::holds_alternative<std::string>(own.value))
          return std::get<std::string>(own.value);
      }
      return "";
    }
    return "";
  }

 private:
  struct Event {
    LogLevel level;
    std::string name;
    LogFields fields;
  };
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_CONTROLLER_RECORDING_LOG_H_
