// What an API server, or what stands before it, answers to requests for one object: whatever comes, a failure has its
// words in a line, an answer is what was asked for, and what is written back is what was read with the change.
//
// The input is answers as of NextApiAnswer: to the search for Loadline's Service, to a request through its proxy, and
// then to those for the ConfigMap of overrides.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fuzz/api_answer.h"
#include "fuzz/require.h"
#include "kubernetes/override_configmap.h"
#include "kubernetes/service_proxy.h"

namespace {

using namespace loadline;
using fuzz::Require;
using nlohmann::json;

constexpr std::size_t kMostWords = 2000;

class Answers : public HttpClient {
 public:
  explicit Answers(fuzz::Input& input) : input_(input) {}

  std::vector<Result<HttpResponse>> SendAll(const std::vector<HttpRequest>& requests, Duration) override {
    Require(requests.size() == 1);
    sent = requests[0];
    Require(sent.url.starts_with("https://api/") && sent.url.find_first_of(" \r\n") == std::string::npos);
    const fuzz::ApiAnswer answer = fuzz::NextApiAnswer(input_);
    if (answer.status == 0) return {Fail(Code::kUnavailable, "cut off")};
    latest = answer.body;
    return {HttpResponse{answer.status, "application/json", std::string(answer.body)}};
  }
  Result<int> Stream(const HttpStreamRequest&, const ChunkHandler&, std::stop_token) override { std::abort(); }

  HttpRequest sent;
  std::string_view latest;

 private:
  fuzz::Input& input_;
};

void FindsItsService(Answers& answers) {
  const Result<ServiceAddress> found = FindService("https://api", answers);
  if (!found) return fuzz::RequireOneLine(found.error().message, kMostWords);
  const Result<ServiceAddress> again = ParseServiceAddress(ServiceText(*found));
  Require(again && ProxyPath(*again) == ProxyPath(*found));
}

void TellsOfTheProxy(fuzz::Input& input) {
  const fuzz::ApiAnswer answer = fuzz::NextApiAnswer(input);
  const HttpResponse response{answer.status, "application/json", std::string(answer.body)};
  const std::optional<Error> problem = ProxyProblem({"loadline", "loadline-http", "http", false}, "GET", response);
  Require(!problem || answer.status >= 400);
  if (problem) fuzz::RequireOneLine(problem->message, kMostWords);
}

// What was read stands in what is written, but for the override that is set.
void RequireKept(const json& read, const json& written) {
  json before = read.contains("data") && read["data"].is_object() ? read["data"] : json::object();
  json after = written.at("data");
  Require(after.at("mine.yaml") == "text");
  after.erase("mine.yaml");
  before.erase("mine.yaml");
  for (const auto& [key, value] : after.items()) Require(before.contains(key) && before[key] == value);
  for (const auto& [key, value] : before.items()) Require(after.contains(key));
  Require(written.at("metadata").at("labels").at("team") == "a");
}

void KeepsOverrides(Answers& answers) {
  const auto store = MakeOverrideConfigMap({"https://api", "loadline", "team=a", 3}, answers);
  if (const Result<OverrideTexts> texts = store->Read(); !texts) {
    fuzz::RequireOneLine(texts.error().message, kMostWords);
  }
  std::string_view read;
  const Status changed = store->Change([&](OverrideTexts& texts) {
    read = answers.latest;
    texts["mine"] = "text";
    return true;
  });
  if (!changed) return fuzz::RequireOneLine(changed.error().message, kMostWords);
  const json written = json::parse(answers.sent.body);
  if (answers.sent.method == "PUT") RequireKept(json::parse(read), written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  Answers answers(input);
  FindsItsService(answers);
  TellsOfTheProxy(input);
  KeepsOverrides(answers);
  return 0;
}
