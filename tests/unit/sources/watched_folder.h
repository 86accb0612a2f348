// A folder of policies that is looked at whenever a test says so.
#ifndef LOADLINE_TESTS_UNIT_SOURCES_WATCHED_FOLDER_H_
#define LOADLINE_TESTS_UNIT_SOURCES_WATCHED_FOLDER_H_

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sources/policy_folder.h"
#include "support/simulated_clock.h"
#include "support/temp_dir.h"
#include "system/log.h"

namespace loadline::testing {

namespace fs = std::filesystem;

inline std::string PolicyText(const std::string& name, const std::string& per_replica = "10") {
  return "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: " + name +
         ", namespace: data }\nspec:\n  replicas: { min: 1 }\n  signals: [ { name: lag, query: lag, perReplica: " +
         per_replica + " } ]\n";
}

inline constexpr Duration kPoll{1000};

// Remembers the problems that were written, and how often which event.
class ProblemLog : public Log {
 public:
  bool Enabled(std::string_view, LogLevel) const override { return true; }
  void Write(std::string_view, LogLevel, std::string_view event, const LogFields& fields) override {
    const std::lock_guard lock(mutex_);
    ++counts_[std::string(event)];
    for (const LogField& field : fields) {
      if (field.name == "problem") problems_.push_back(std::get<std::string>(field.value));
    }
  }
  void WriteLimited(std::string_view, std::string_view module, LogLevel level, std::string_view event,
                    const LogFields& fields) override {
    Write(module, level, event, fields);
  }
  std::vector<std::string> TakeProblems() {
    const std::lock_guard lock(mutex_);
    return std::exchange(problems_, {});
  }
  int Count(const std::string& event) {
    const std::lock_guard lock(mutex_);
    return counts_[event];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> counts_;
  std::vector<std::string> problems_;
};

// A folder that is looked at by a thread, whenever the test says so.
class Watched {
 public:
  explicit Watched(const fs::path& path, const std::string& data_dir = "", Log& log = NoLog(),
                   bool keeps_overrides = false)
      : source_(MakePolicyFolder({path.string(), kPoll, data_dir, keeps_overrides}, clock_, log)) {
    thread_ = std::jthread([this](std::stop_token stop) {
      source_->Run(stop, [this](PolicySet set) {
        const std::lock_guard lock(mutex_);
        if (on_change) on_change();
        latest_ = std::move(set);
        ++changes_;
      });
    });
    clock_.AwaitWaiter(now_ + kPoll);
  }

  // Lets it look once more. Returns what it handed over last.
  PolicySet Look() {
    now_ += kPoll;
    clock_.Set(now_);
    clock_.AwaitWaiter(now_ + kPoll);
    return Latest();
  }
  PolicySet Latest() {
    const std::lock_guard lock(mutex_);
    REQUIRE(latest_);
    return *latest_;
  }
  int changes() {
    const std::lock_guard lock(mutex_);
    return changes_;
  }

  std::function<void()> on_change;  // called before each set is taken, from the second on

 private:
  Timestamp now_{Duration(1'800'000'000'000)};
  SimulatedClock clock_{now_};
  std::unique_ptr<PolicySource> source_;
  std::mutex mutex_;
  std::optional<PolicySet> latest_;
  int changes_ = 0;
  std::jthread thread_;
};

// "name=perReplica" of each policy, sorted.
inline std::vector<std::string> InForce(const PolicySet& set) {
  std::vector<std::string> names;
  for (const auto& policy : set.policies) {
    names.push_back(policy->name + "=" + std::to_string(static_cast<int>(*policy->signals[0].per_replica)));
  }
  std::sort(names.begin(), names.end());
  return names;
}
using Names = std::vector<std::string>;

// What is said of the documents, "file:line:column: ..."; "(held)" where a last good version is in force.
inline std::vector<std::string> Said(const PolicySet& set) {
  std::vector<std::string> said;
  for (const PolicyProblem& each : set.problems) {
    said.push_back(FormatProblem(fs::path(each.file).filename().string(), each.problem) +
                   (each.last_good_in_force ? " (held)" : ""));
  }
  return said;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_SOURCES_WATCHED_FOLDER_H_
