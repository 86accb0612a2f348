#include "controller/joiner.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "support/eventually.h"

namespace loadline {
namespace {

using testing::Eventually;

std::shared_ptr<Binding> Make(const std::string& name) {
  return std::make_shared<Binding>(BindingKey{"data", name, {}}, Timestamp());
}

// A joiner whose bindings need the sources that are the letters of their names, as far as "-": "a", "ab-7", "-9". A
// round that needs a source that hangs ends when it does not any more.
struct Bench {
  Bench() : thread([this](std::stop_token stop) { joiner.Run(stop); }) {}
  ~Bench() { Hang(""); }

  static Joiner::Sources SourcesOf(const std::shared_ptr<Binding>& binding) {
    Joiner::Sources sources;
    for (const char c : binding->key().object_name.substr(0, binding->key().object_name.find('-')))
      sources.push_back(std::string(1, c));
    return sources;
  }
  void Decide(const Joiner::Bindings& bindings) {
    std::string names;
    for (const auto& binding : bindings) names += (names.empty() ? "" : " ") + binding->key().object_name;
    const Joiner::Sources needed = SourcesOf(bindings.front());
    {
      const std::lock_guard lock(mutex);
      begun.push_back(names);
    }
    Eventually([&] {
      const std::lock_guard lock(mutex);
      return std::none_of(needed.begin(), needed.end(),
                          [this](const std::string& each) { return hanging.find(each) != std::string::npos; });
    });
    const std::lock_guard lock(mutex);
    ended.push_back(names);
  }
  void Hang(const std::string& sources) {
    const std::lock_guard lock(mutex);
    hanging = sources;
  }
  bool Reaches(const std::vector<std::string>& rounds, std::vector<std::string> Bench::*which) {
    return Eventually([&] {
      const std::lock_guard lock(mutex);
      std::vector<std::string> so_far = this->*which;
      std::sort(so_far.begin(), so_far.end());
      return so_far == rounds;
    });
  }
  // What was added before has been begun, or waits: sources are gone through in order.
  void AwaitLooked() {
    joiner.Add({Make("z")});
    REQUIRE(Reaches({"z"}, &Bench::ended));
  }

  std::mutex mutex;
  std::string hanging;
  std::vector<std::string> begun;  // the names of each round's bindings
  std::vector<std::string> ended;
  Joiner joiner{SourcesOf, [this](const Joiner::Bindings& bindings) { Decide(bindings); }};
  std::jthread thread;
};

TEST_CASE("A round whose source hangs holds up those who need it, and no others") {
  Bench bench;
  bench.Hang("b");
  bench.joiner.Add({Make("b"), Make("a"), Make("ab"), Make("-")});
  CHECK(bench.Reaches({"-", "a"}, &Bench::ended));
  CHECK(bench.Reaches({"-", "a", "ab", "b"}, &Bench::begun));
  // Also those that come later.
  bench.joiner.Add({Make("a-2"), Make("b-2")});
  CHECK(bench.Reaches({"-", "a", "a-2"}, &Bench::ended));
  bench.Hang("");
  CHECK(bench.Reaches({"-", "a", "a-2", "ab", "b", "b-2"}, &Bench::ended));
}

TEST_CASE("What comes during a round is one round after it, each binding once") {
  Bench bench;
  bench.Hang("a");
  const auto first = Make("a");
  bench.joiner.Add({first});
  REQUIRE(bench.Reaches({"a"}, &Bench::begun));
  const auto again = Make("a-2");
  bench.joiner.Add({first});
  for (int i = 0; i < 20; ++i) bench.joiner.Add({again});
  bench.AwaitLooked();
  CHECK(bench.Reaches({"a", "z"}, &Bench::begun));
  bench.Hang("");
  REQUIRE(Eventually([&] {
    const std::lock_guard lock(bench.mutex);
    return bench.ended.size() == 3;
  }));
  std::string last = bench.ended.back();
  CHECK((last == "a a-2" || last == "a-2 a"));  // by address
}

TEST_CASE("At a stop the rounds that are under way are waited for, and none begins any more") {
  Bench bench;
  bench.Hang("a");
  bench.joiner.Add({Make("a")});
  REQUIRE(bench.Reaches({"a"}, &Bench::begun));
  bench.joiner.Add({Make("a-2")});
  bench.AwaitLooked();
  bench.thread.request_stop();
  bench.Hang("");
  bench.thread.join();
  CHECK(bench.ended == std::vector<std::string>{"z", "a"});
}

}  // namespace
}  // namespace loadline
