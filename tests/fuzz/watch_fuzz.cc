// A list and a watch of objects, as an API server may answer: whatever comes, the watch goes on, says what is wrong in
// one line, and knows the same objects however the bytes were cut on their way.
//
// The input is answers as of NextApiAnswer: first to the list, then to watches, then to lists and watches as they are
// asked for.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <stop_token>
#include <string>

#include "fuzz/api_answer.h"
#include "fuzz/require.h"
#include "kubernetes/json_reading.h"
#include "kubernetes/object_store.h"
#include "kubernetes/watch.h"

namespace {

using namespace loadline;
using fuzz::Require;

constexpr int kMostAnswers = 20;

struct Thing {
  std::string object_namespace;
  std::string name;
  std::string version;
};

Thing ReadThing(const nlohmann::json& object) {
  const nlohmann::json& metadata = MapIn(object, "metadata");
  return {TextIn(metadata, "namespace"), TextIn(metadata, "name"), TextIn(metadata, "resourceVersion")};
}

// Nothing takes time but what is waited for.
class QuickClock : public Clock {
 public:
  Timestamp Now() const override { return Timestamp(running_); }
  Duration Running() const override { return running_; }
  bool WaitUntil(Timestamp time, std::stop_token stop) override {
    running_ = std::max(running_, Duration(time.time_since_epoch()));
    return !stop.stop_requested();
  }

 private:
  Duration running_{0};
};

// Answers what the input says, one after the other, and then ends the watch.
class Answers : public HttpClient {
 public:
  Answers(fuzz::Input input, std::size_t chunk, std::stop_source& stop) : input_(input), chunk_(chunk), stop_(stop) {}

  std::vector<Result<HttpResponse>> SendAll(const std::vector<HttpRequest>& requests, Duration) override {
    Require(requests.size() == 1);
    RequireUrl(requests[0].url);
    const auto [status, body] = Next();
    if (status == 0) return {Fail(Code::kResourceExhausted, "too large")};
    return {HttpResponse{status, "application/json", std::string(body)}};
  }

  Result<int> Stream(const HttpStreamRequest& request, const ChunkHandler& on_chunk, std::stop_token) override {
    RequireUrl(request.url);
    auto [status, rest] = Next();
    if (status == 0) return Fail(Code::kUnavailable, "cut off");
    if (!on_chunk(status, "")) return status;
    while (!rest.empty()) {
      if (!on_chunk(status, rest.substr(0, chunk_))) return status;
      rest.remove_prefix(std::min(chunk_, rest.size()));
    }
    return status;
  }

 private:
  fuzz::ApiAnswer Next() {
    if (input_.Rest().empty() || ++answered_ > kMostAnswers) stop_.request_stop();
    return fuzz::NextApiAnswer(input_);
  }
  static void RequireUrl(const std::string& url) {
    Require(url.find_first_of(" \r\n") == std::string::npos && url.starts_with("https://api/api/v1/things?"));
  }

  fuzz::Input input_;
  const std::size_t chunk_;
  std::stop_source& stop_;
  int answered_ = 0;
};

struct Known {
  std::set<std::string> things;
  std::set<std::string> problems;
  WatchState state;
};

Known Watched(fuzz::Input input, std::size_t chunk) {
  std::stop_source stop;
  Answers answers(input, chunk, stop);
  QuickClock clock;
  ObjectStore<Thing> store(ReadThing, [] {});
  Known known;
  WatchOptions options;
  options.chance = [] { return 0.5; };
  std::unique_ptr<Watch> watch;
  watch = MakeWatch("https://api", {"", "v1", "things", "", ""}, options, answers, store, clock, NoLog(),
                    [&] { known.problems.insert(watch->State().problem); });
  watch->Run(stop.get_token());
  known.state = watch->State();
  for (const auto& each : store.All())
    known.things.insert(each->object_namespace + "/" + each->name + "@" + each->version);
  for (const std::string& problem : known.problems) fuzz::RequireOneLine(problem, 1000);
  return known;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input(data, size);
  const Known whole = Watched(input, size + 1);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}}) {
    if (chunk == 1 && size > 512) continue;
    const Known cut = Watched(input, chunk);
    Require(cut.things == whole.things && cut.problems == whole.problems);
    Require(cut.state.lists == whole.state.lists && cut.state.watches == whole.state.watches &&
            cut.state.failures == whole.state.failures && cut.state.complete == whole.state.complete);
  }
  Require(whole.state.complete || whole.things.empty());
  return 0;
}
