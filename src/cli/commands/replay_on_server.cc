#include "cli/commands/replay_on_server.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "cli/api_client.h"
#include "cli/terminal_progress.h"
#include "scaling/documents.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr char kPage[] = "/api/v1/replays";
constexpr std::size_t kLargestFile = 1u << 20;
constexpr auto kPause = std::chrono::milliseconds(500);
// Behind a Service any pod may answer, and only one has the replay: how often it is asked for before it is gone.
constexpr int kMostOtherPods = 60;

int Fails(const Error& error) {
  fmt::print(stderr, "loadline replay: {}\n", error.message);
  return error.code == Code::kFailedPrecondition ? 1 : 2;
}

// The document of FILE, or of FILE#NAME the policy of that name.
Result<std::string> PolicyText(const std::string& path) {
  const std::size_t hash = path.rfind('#');
  const std::string file = path.substr(0, hash);
  const Result<std::string> text = ReadFile(file, kLargestFile);
  if (!text || hash == std::string::npos) return text;
  for (const DocumentText& each : SplitDocuments(*text)) {
    const LoadlineDocument document = ParseLoadlineDocument(each);
    if (document.kind == "ScalingPolicy" && document.name == path.substr(hash + 1)) return each.text;
  }
  return Fail(Code::kInvalidArgument, fmt::format("{}: there is no policy {}", file, path.substr(hash + 1)));
}

class Request {
 public:
  explicit Request(ApiJson& body) : body_(body) {}

  void Text(const char* name, const std::string& value) {
    if (!value.empty()) body_[name] = value;
  }
  void Span(const char* name, const std::optional<Duration>& value) {
    if (value) body_[name] = FormatDuration(*value);
  }
  template <class T>
  void Number(const char* name, const std::optional<T>& value) {
    if (value) body_[name] = *value;
  }

 private:
  ApiJson& body_;
};

// Only what differs from what the server takes anyway: what it does not know it refuses.
Result<ApiJson> BodyOf(const ReplayHistoryCommand& command, const std::pair<std::string, std::string>& object,
                       bool of_sources) {
  const ReplayHistoryCommand usual;
  const ReplayInput& input = command.input;
  if (!input.with.empty())
    return Fail(Code::kInvalidArgument, "--with: the server has its own Calendars: give it these, or replay here");
  if (input.history || command.refit != usual.refit || command.lead != usual.lead)
    return Fail(Code::kInvalidArgument, "--history, --refit and --lead are the server's own");
  ApiJson body = {{"namespace", object.first}, {"name", object.second}, {"policies", ApiJson::array()}};
  for (const std::string& path : input.policies) {
    const Result<std::string> text = PolicyText(path);
    if (!text) return Fail(text.error());
    body["policies"].push_back(*text);
  }
  Request request(body);
  request.Text("from", input.from);
  request.Text("until", input.to);
  request.Text("history", of_sources ? "sources" : "journal");
  if (!input.parameters.empty()) body["parameters"] = input.parameters;
  if (of_sources) request.Span("tick", input.interval);
  request.Number("capacity", command.workload.capacity);
  request.Span("start_delay", command.workload.start_delay);
  request.Text("load", command.workload.load);
  request.Text("queue", command.workload.queue);
  request.Text("lag", command.workload.lag);
  request.Span("deadline", command.workload.deadline);
  request.Span("polling", command.polling);
  request.Span("cooldown", command.cooldown);
  request.Span("down_window", command.down_window);
  request.Span("sync", command.sync);
  request.Number("min", input.min);
  request.Number("max", input.max);
  if (command.open_loop) body["open_loop"] = true;
  return body;
}

class Playing {
 public:
  Playing(const Server& server, std::string id) : server_(server), page_(fmt::format("{}/{}", kPage, id)) {}

  // The job once it is over.
  Result<ApiJson> Wait() {
    TerminalProgress progress;
    for (;; std::this_thread::sleep_for(kPause)) {
      Result<ApiJson> job = FromItsPod([&] { return AskServer(server_, page_, {}, "state"); });
      if (!job) return job;
      const std::string state = CellOf(*job, "state");
      if (state == "done" || state == "failed") return job;
      progress.Show(state == "waiting" ? "waiting" : job->value("doing", ""), job->value("done", std::size_t{0}),
                    job->value("of", std::size_t{0}));
    }
  }

  // "text", "page"
  Result<std::string> Fetch(const std::string& as) {
    return FromItsPod([&]() -> Result<std::string> {
      const Result<HttpResponse> response = server_.Send({page_ + "?as=" + as, "", std::chrono::seconds(30)});
      if (!response) return Fail(response.error());
      if (response->status == 200) return response->body;
      return Fail(response->status == 404 ? Code::kNotFound : Code::kUnavailable,
                  fmt::format("{} answered {}", server_.Name(), response->status));
    });
  }

 private:
  template <class Ask>
  auto FromItsPod(Ask ask) -> decltype(ask()) {
    for (int others = 0;; ++others) {
      auto answer = ask();
      if (answer || answer.error().code != Code::kNotFound || others == kMostOtherPods) return answer;
      std::this_thread::sleep_for(kPause / 10);
    }
  }

  const Server& server_;
  const std::string page_;
};

Result<std::string> Play(const Server& server, const ReplayHistoryCommand& command, const std::string& object_namespace,
                         bool of_sources) {
  if (command.input.object.empty())
    return Fail(Code::kInvalidArgument, "--object: want whose history it is: NAMESPACE/NAME");
  const auto object = server.FindBinding(command.input.object, object_namespace);
  if (!object) return Fail(object.error());
  const Result<ApiJson> body = BodyOf(command, *object, of_sources);
  if (!body) return Fail(body.error());
  const Result<ApiJson> posted = TellServer(server, "POST", kPage, *body, "id");
  if (!posted) return Fail(posted.error());
  Playing playing(server, CellOf(*posted, "id"));
  const Result<ApiJson> job = playing.Wait();
  if (!job) return Fail(job.error());
  if (CellOf(*job, "state") == "failed") {
    const ApiJson& error = job->at("error");
    const bool no_data = CellOf(error, "code") == "FAILED_PRECONDITION";
    return Fail(no_data ? Code::kFailedPrecondition : Code::kInvalidArgument, CellOf(error, "message"));
  }
  if (!command.html.empty()) {
    const Result<std::string> page = playing.Fetch("page");
    if (!page) return page;
    if (const Status written = WriteFile(command.html, *page); !written)
      return Fail(Code::kInvalidArgument, written.error().message);
  }
  if (command.output == "json") return job->at("result").dump(2, ' ', false, ApiJson::error_handler_t::replace) + "\n";
  return playing.Fetch("text");
}

}  // namespace

int RunReplayOnServer(const Server& server, const ReplayHistoryCommand& command, const std::string& object_namespace,
                      bool of_sources) {
  try {
    const Result<std::string> text = Play(server, command, object_namespace, of_sources);
    if (!text) return Fails(text.error());
    std::fwrite(text->data(), 1, text->size(), stdout);
    return 0;
  } catch (const ApiJson::exception& error) {
    return Fails({Code::kUnavailable, OddAnswer(server, error)});
  }
}

}  // namespace loadline
