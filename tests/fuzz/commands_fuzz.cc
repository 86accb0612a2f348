// What a server answers to the commands that ask one: each ends with a code of its own, whatever comes.
//
// The first byte says which command and in what form it prints; the rest is the bodies of the answers, each up to a
// zero byte. A first byte 1 to 9 of one is its status (NextApiAnswer).
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>

#include "cli/commands/explain.h"
#include "cli/commands/history.h"
#include "cli/commands/override.h"
#include "cli/commands/status.h"
#include "fuzz/answering_server.h"
#include "fuzz/api_answer.h"
#include "fuzz/require.h"

namespace {

using namespace loadline;
using fuzz::Require;

std::deque<std::string> AnswersOf(fuzz::Input& input) {
  std::deque<std::string> answers;
  do {
    const fuzz::ApiAnswer answer = fuzz::NextApiAnswer(input);
    answers.push_back("HTTP/1.1 " + std::to_string(answer.status == 0 ? 503 : answer.status) +
                      " X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
                      std::to_string(answer.body.size()) + "\r\n\r\n" + std::string(answer.body));
  } while (!input.Rest().empty() && answers.size() < 8);
  return answers;
}

template <class Command>
struct Asking : Command {
  Asking(const std::string& url, const std::string& form) {
    this->server.address.url = url;
    if constexpr (requires { this->output; }) this->output = form;
    if constexpr (requires { this->binding; }) this->binding = "shop/web";
  }
};

int Run(int which, const std::string& url, const std::string& output) {
  if (which <= 2) {
    Asking<ExplainCommand> explain(url, output);
    if (which == 1) explain.binding.clear();
    if (which == 2) explain.at = "15m";
    if (which == 2) explain.what_if = {"lag=500"};
    return RunExplain(explain);
  }
  if (which == 3) return RunStatus(Asking<StatusCommand>(url, output));
  if (which == 4) return RunHistory(Asking<HistoryCommand>(url, output));
  if (which == 5) {
    Asking<DiffCommand> diff(url, output);
    diff.at = {"15m", "now"};
    return RunDiff(diff);
  }
  if (which == 6) return RunOverrideList(Asking<OverrideListCommand>(url, output));
  Asking<OverrideSetCommand> set(url, output);
  set.pin = 3;
  set.lasting = "2h";
  set.reason = "why";
  return RunOverrideSet(set);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::AnsweringServer& server = *new fuzz::AnsweringServer;
  static std::FILE* const quiet = std::freopen("/dev/null", "w", stdout);
  Require(quiet != nullptr);
  fuzz::Input input(data, size);
  const int first = input.Byte();
  server.Set(AnswersOf(input));
  const int code = Run(first % 8, server.url(), first / 8 % 2 == 0 ? "table" : "json");
  Require(code >= 0 && code <= 2);
  return 0;
}
