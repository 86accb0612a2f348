// A watch of ConfigMaps on an API server that a test plays.
#ifndef LOADLINE_TESTS_UNIT_KUBERNETES_FOLLOWED_WATCH_H_
#define LOADLINE_TESTS_UNIT_KUBERNETES_FOLLOWED_WATCH_H_

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "kubernetes/object_store.h"
#include "kubernetes/watch.h"
#include "support/eventually.h"
#include "support/fake_api_server.h"

namespace loadline::testing {

inline constexpr auto kConfigMaps = "/api/v1/configmaps";

struct Thing {
  std::string object_namespace;
  std::string name;
  std::string says;
};

inline Thing ReadThing(const nlohmann::json& object) {
  const nlohmann::json& metadata = object.at("metadata");
  return {metadata.value("namespace", ""), metadata.value("name", ""), object.value("says", "")};
}

inline nlohmann::json ThingJson(const std::string& name, const std::string& says = "",
                                const std::string& object_namespace = "data") {
  return {{"metadata", {{"namespace", object_namespace}, {"name", name}, {"labels", {{"a", "b"}}}}}, {"says", says}};
}

inline WatchOptions QuickOptions() {
  WatchOptions options;
  options.first_pause = Duration(1);
  options.longest_pause = Duration(20);
  options.chance = [] { return 0.5; };
  return options;
}

// A watch of ConfigMaps, followed by a thread.
class Followed {
 public:
  // `on_change` gets the names after each list and each change, from the watch's thread.
  explicit Followed(const FakeApiServer& server, WatchOptions options = QuickOptions(), WatchTarget target = Target(),
                    HttpClientOptions http = {}, std::function<void(const std::string&)> on_change = nullptr)
      : on_change_(std::move(on_change)),
        client_(MakeHttpClient(http)),
        watch_(MakeWatch(server.url(), target, std::move(options), *client_, store_, SystemClock(), NoLog(),
                         [this] { NoteProblem(); })),
        thread_([this](std::stop_token stop) { watch_->Run(stop); }) {}

  static WatchTarget Target() { return {"", "v1", "configmaps", "", "", 2}; }

  WatchState State() const { return watch_->State(); }
  // Whether a problem with these words was there, also one that is over.
  bool HadProblem(const std::string& words) const {
    return Eventually([&] {
      const std::lock_guard lock(mutex_);
      return problems_.find(words) != std::string::npos;
    });
  }
  // "a b=hello": names, and what they say.
  std::string Names() const {
    std::string names;
    for (const auto& each : store_.All()) {
      names += (names.empty() ? "" : " ") + each->name + (each->says.empty() ? "" : "=" + each->says);
    }
    return names;
  }
  bool Becomes(const std::string& names) const {
    const bool became = Eventually([&] { return Names() == names; });
    INFO("has " << Names() << "; problem: " << State().problem);
    CHECK(became);
    return became;
  }
  bool IsWatching() const {
    return Eventually([this] { return State().watching; });
  }

 private:
  void NoteProblem() {
    const std::lock_guard lock(mutex_);
    problems_ += State().problem + "\n";
  }

  const std::function<void(const std::string&)> on_change_;
  mutable std::mutex mutex_;
  std::string problems_;
  ObjectStore<Thing> store_{ReadThing, [this] {
                              if (on_change_ != nullptr) on_change_(Names());
                            }};
  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<Watch> watch_;
  std::jthread thread_;
};

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_KUBERNETES_FOLLOWED_WATCH_H_
