// A log that remembers what was written.
#ifndef LOADLINE_TESTS_UNIT_CONTROLLER_RECORDING_LOG_H_
#define LOADLINE_TESTS_UNIT_CONTROLLER_RECORDING_LOG_H_

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "system/log.h"

namespace loadline::testing {

class RecordingLog : public Log {
 public:
  bool Enabled(std::string_view, LogLevel) const override { return true; }
  void Write(std::string_view, LogLevel level, std::string_view event, const LogFields& fields) override {
    Add("", level, event, fields);
  }
  // All of them: what a key is for is seen from Keys.
  void WriteLimited(std::string_view key, std::string_view, LogLevel level, std::string_view event,
                    const LogFields& fields) override {
    Add(key, level, event, fields);
  }

  std::size_t Count(std::string_view event) const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const Event& each : events_) count += each.name == event;
    return count;
  }
  // By what lines of this event are limited: as many come a minute. "" is of those that are not limited.
  std::set<std::string> Keys(std::string_view event) const {
    const std::lock_guard lock(mutex_);
    std::set<std::string> keys;
    for (const Event& each : events_) {
      if (each.name == event) keys.insert(each.key);
    }
    return keys;
  }
  // A field of the latest event of this name, where it is text or JSON; empty where there is none.
  std::string Field(std::string_view event, std::string_view field) const {
    const std::lock_guard lock(mutex_);
    for (auto each = events_.rbegin(); each != events_.rend(); ++each) {
      if (each->name != event) continue;
      for (const LogField& own : each->fields) {
        if (own.name != field) continue;
        if (const auto* text = std::get_if<std::string>(&own.value)) return *text;
        if (const auto* json = std::get_if<Json>(&own.value)) return json->text;
      }
      return "";
    }
    return "";
  }

 private:
  struct Event {
    std::string key;
    LogLevel level;
    std::string name;
    LogFields fields;
  };
  void Add(std::string_view key, LogLevel level, std::string_view event, const LogFields& fields) {
    const std::lock_guard lock(mutex_);
    events_.push_back({std::string(key), level, std::string(event), fields});
  }

  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_CONTROLLER_RECORDING_LOG_H_
