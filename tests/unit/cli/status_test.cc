#include <catch2/catch.hpp>

#include "support/child.h"
#include "support/fault_server.h"
#include "support/places.h"

namespace loadline {
namespace {

using testing::FaultServer;
using testing::HttpText;
using testing::Ran;
using testing::RunProgram;

// A server that is well, without bindings, and says this of Kubernetes.
Ran StatusOf(const std::string& problems, int status = 200, const std::vector<std::string>& more = {}) {
  const FaultServer server([&](const std::string& request) {
    if (request.starts_with("GET /readyz")) return HttpText(200, R"({"ready":true})");
    if (request.starts_with("GET /api/v1/decisions")) return HttpText(200, R"({"total":0,"decisions":[]})");
    return HttpText(status, problems);
  });
  std::vector<std::string> command = {testing::kLoadline, "status", "--server", server.url()};
  command.insert(command.end(), more.begin(), more.end());
  return RunProgram(command);
}

constexpr auto kProblems = R"({"problems":[
  {"namespace":"data","name":"app","finding":"paused","severity":"warning","sentence":"KEDA is paused","mend":"remove it"},
  {"namespace":"data","name":"app","finding":"no_fallback","severity":"note","sentence":"there is no fallback","mend":"x"}],
  "watches":[{"resource":"configmaps","problem":"may not list configmaps"},{"resource":"events","problem":""}]})";

TEST_CASE("Status tells what is wrong in Kubernetes, and how to mend it") {
  const Ran ran = StatusOf(kProblems);
  CHECK(ran.exit_code == 1);
  CHECK(ran.output ==
        "0 bindings, 0 with a problem; the server is well\n"
        "2 problems in Kubernetes:\n"
        "  configmaps are not watched: may not list configmaps\n"
        "  data/app: paused: KEDA is paused; remove it\n");
  CHECK(StatusOf(kProblems, 200, {"-o", "json"}).output.find("\"kubernetes\": [") != std::string::npos);
}

TEST_CASE("Status says nothing of Kubernetes where it is not watched, or not known") {
  for (const Ran& ran : {StatusOf(R"({"problems":[],"watches":[]})"), StatusOf("{}", 404)}) {
    CHECK(ran.exit_code == 0);
    CHECK(ran.output == "0 bindings, 0 with a problem; the server is well\n");
  }
}

TEST_CASE("Status tells of a low confidence, and what the doubt is") {
  const FaultServer server([&](const std::string& request) {
    if (request.starts_with("GET /readyz")) return HttpText(200, R"({"ready":true})");
    if (!request.starts_with("GET /api/v1/decisions")) return HttpText(404, "{}");
    return HttpText(200, R"({"total":3,"decisions":[
        {"namespace":"data","name":"a","policy":"worker","confidence":0.49,"doubt":"lag is held","summary":""},
        {"namespace":"data","name":"b","policy":"worker","confidence":0.5,"doubt":"lag is held","summary":""},
        {"namespace":"data","name":"c","policy":"worker","confidence":0.1,"summary":""}]})");
  });
  const Ran ran = RunProgram({testing::kLoadline, "status", "--server", server.url()});
  CHECK(ran.output.find("low confidence: lag is held") == ran.output.rfind("low confidence: "));
  CHECK(ran.output.find("low confidence  ") != std::string::npos);
  CHECK(ran.output.starts_with("3 bindings, 2 with a problem"));
}

TEST_CASE("Status shows how well each binding was followed, where that is known, of all pages") {
  const FaultServer server([&](const std::string& request) {
    if (request.starts_with("GET /readyz")) return HttpText(200, R"({"ready":true})");
    if (request.starts_with("GET /api/v1/decisions"))
      return HttpText(200, R"({"total":2,"decisions":[
        {"namespace":"data","name":"a","policy":"worker","metadata":{},"summary":"lag wants 3"},
        {"namespace":"data","name":"b","policy":"worker","metadata":{},"summary":"lag wants 4"}]})");
    if (request.starts_with("GET /api/v1/effectiveness?limit=1000 "))
      return HttpText(
          200, R"({"bindings":[{"namespace":"data","name":"a","metadata":{},"effectiveness":0.93}],"next":"x"})");
    if (request.starts_with("GET /api/v1/effectiveness?limit=1000&after=x "))
      return HttpText(
          200, R"({"bindings":[{"namespace":"data","name":"b","metadata":{},"effectiveness":null}],"next":null})");
    return HttpText(200, R"({"problems":[],"watches":[]})");
  });
  const Ran ran = RunProgram({testing::kLoadline, "status", "--server", server.url()});
  CHECK(ran.exit_code == 0);
  CHECK(ran.output.find("BINDING  POLICY  HAVE  WANT  ACTIVE  FOLLOWED  AGE  PROBLEM  WHY\n"
                        "data/a   worker  -     -     -       0.93      -    -        lag wants 3\n"
                        "data/b   worker  -     -     -       -         -    -        lag wants 4\n") !=
        std::string::npos);
}

}  // namespace
}  // namespace loadline
