#include "cli/commands/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/text.h"
#include "cli/table.h"
#include "system/http_client.h"

namespace loadline {
namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kPatience = std::chrono::seconds(5);
constexpr int kMostAtOnce = 1000;

int Fail2(const std::string& message) {
  fmt::print(stderr, "loadline explain: {}\n", message);
  return 2;
}

std::string Text(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>().empty() ? "-" : value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number()) return FormatNumber(value.get<double>());
  return value.dump();
}

std::string Cell(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? "-" : Text(*found);
}

std::string NameOf(const Json& decision) {
  return decision.at("namespace").get<std::string>() + "/" + decision.at("name").get<std::string>();
}

std::string ActivityOf(const Json& decision) {
  const Json active = decision.value("active", Json());
  if (active.is_null()) return "activity unknown";
  return active.get<bool>() ? "active" : "inactive";
}

std::string One(const Json& decision) {
  std::string text =
      fmt::format("{} wants {} replicas, {}\n", NameOf(decision), Cell(decision, "replicas"), ActivityOf(decision));
  text += fmt::format("  because   {}\n", Cell(decision, "summary"));
  text += fmt::format("  policy    {}   tick {}   observed {} replicas   confidence {}\n", Cell(decision, "policy"),
                      Cell(decision, "time"), Cell(decision, "observed"), Cell(decision, "confidence"));
  const Json error = decision.value("error", Json());
  if (!error.is_null()) text += fmt::format("  KEDA gets an error: {}\n", error.at("code").get<std::string>());
  if (!decision.contains("steps")) return text + "\n";
  std::vector<std::vector<std::string>> signals = {{"SIGNAL", "VALUE", "DEMAND", "ACTIVE", "AGE", "WHY"}};
  for (const Json& each : decision.at("signals")) {
    const double age = std::clamp(each.value("age_seconds", 0.0), 0.0, 1e9);
    signals.push_back({Cell(each, "name"), Cell(each, "value"), Cell(each, "demand"), Cell(each, "active"),
                       FormatDuration(Duration(static_cast<Duration::rep>(age * 1000))), Cell(each, "sentence")});
  }
  for (const Json& each : decision.at("signals")) {
    if (each.contains("next")) text += fmt::format("  next      {}: {}\n", Cell(each, "name"), Cell(each, "next"));
  }
  std::vector<std::vector<std::string>> steps = {{"STAGE", "BEFORE", "AFTER", "REASON", "WHY"}};
  for (const Json& each : decision.at("steps")) {
    steps.push_back(
        {Cell(each, "stage"), Cell(each, "before"), Cell(each, "after"), Cell(each, "reason"), Cell(each, "sentence")});
  }
  text += "\n" + FormatTable(signals, "  ") + "\n";
  if (steps.size() > 1) text += FormatTable(steps, "  ") + "\n";
  return text;
}

std::string All(const Json& decisions) {
  std::vector<std::vector<std::string>> rows = {{"BINDING", "POLICY", "WANTS", "ACTIVE", "OBSERVED", "WHY"}};
  for (const Json& each : decisions) {
    rows.push_back({NameOf(each), Cell(each, "policy"), Cell(each, "replicas"), Cell(each, "active"),
                    Cell(each, "observed"), OneLine(Cell(each, "summary"), 160)});
  }
  return FormatTable(rows);
}

struct Explanation {
  std::string text;
  std::size_t shown = 0;
  std::size_t total = 0;
};

// Throws Json::exception where `body` is not what a Loadline answers.
Explanation ExplanationOf(const ExplainCommand& command, const Json& body) {
  const Json& decisions = body.at("decisions");
  Explanation explanation{"", decisions.get_ref<const Json::array_t&>().size(), 0};
  explanation.total = body.value("total", explanation.shown);
  if (command.output == "json") {
    explanation.text = body.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  } else if (command.binding.empty()) {
    explanation.text = All(decisions);
  } else {
    for (const Json& each : decisions) explanation.text += One(each);
  }
  return explanation;
}

}  // namespace

int RunExplain(const ExplainCommand& command) {
  std::string url = fmt::format("{}/api/v1/decisions?limit={}", command.server, kMostAtOnce);
  if (!command.binding.empty()) {
    const std::size_t slash = command.binding.find('/');
    if (slash == std::string::npos) {
      return Fail2(fmt::format("want NAMESPACE/NAME of a ScaledObject; found \"{}\"", command.binding));
    }
    url += "&namespace=" + UrlEncode(command.binding.substr(0, slash)) +
           "&name=" + UrlEncode(command.binding.substr(slash + 1));
  }
  if (!command.policy.empty()) url += "&policy=" + UrlEncode(command.policy);
  const Result<HttpResponse> response = MakeHttpClient({})->SendAll({{url, "", kPatience}}, kPatience)[0];
  if (!response) {
    return Fail2(
        fmt::format("{}; is that the HTTP port of a running `loadline serve`? (--server)", response.error().message));
  }
  const Json body = Json::parse(response->body, nullptr, false);
  if (response->status != 200 || !body.is_object() || !body.contains("decisions")) {
    return Fail2(fmt::format("{} answered {}: {}", command.server, response->status, OneLine(response->body, 200)));
  }
  Explanation explanation;
  try {
    explanation = ExplanationOf(command, body);
  } catch (const Json::exception& error) {
    return Fail2(fmt::format("{} answered what no Loadline of this version does: {}", command.server, error.what()));
  }
  fmt::print("{}", explanation.text);
  if (explanation.shown < explanation.total) {
    fmt::print(stderr, "loadline explain: these are {} of {}: ask for one by its name, or for a policy's (--policy)\n",
               explanation.shown, explanation.total);
  }
  if (explanation.shown > 0 || command.binding.empty()) return 0;
  fmt::print(
      stderr,
      "loadline explain: {} has not called{}; it is known from KEDA's first call on, so look at the ScaledObject's "
      "events, and at its scalerAddress\n",
      command.binding, command.policy.empty() ? "" : fmt::format(" with policy {}", command.policy));
  return 1;
}

}  // namespace loadline
