#include "cli/commands/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <thread>

#include "base/text.h"
#include "cli/followed.h"
#include "cli/print_error.h"
#include "replay/table.h"
#include "system/clock.h"

namespace loadline {
namespace {

constexpr int kMostAtOnce = 1000;
constexpr std::chrono::seconds kWatchEvery{2};

int Failed(const std::string& message) {
  PrintError("explain", message);
  return 2;
}

std::string NameOf(const ApiJson& decision) {
  return decision.at("namespace").get<std::string>() + "/" + decision.at("name").get<std::string>();
}

std::string ActivityOf(const ApiJson& decision) {
  const ApiJson active = decision.value("active", ApiJson());
  if (active.is_null()) return "activity unknown";
  return active.get<bool>() ? "active" : "inactive";
}

std::string Percents(const ApiJson& share) { return FormatNumber(100 * share.get<double>()) + " %"; }

// What a step more and less had come to.
std::string ObjectiveLines(const ApiJson& objective) {
  std::string text = fmt::format("\n  asked for {}; its law was fitted to history until {}\n",
                                 Percents(objective.at("asked")), CellOf(objective, "fitted"));
  if (const std::string problem = CellOf(objective, "problem"); problem != "-") text += "  " + problem + "\n";
  std::vector<std::vector<std::string>> rows = {{"RISK TAKEN", "LAST WEEK", "MEAN REPLICAS"}};
  for (const ApiJson& each : objective.at("near"))
    rows.push_back({Percents(each.at("risk")), Percents(each.at("missed")), CellOf(each, "replicas")});
  if (objective.contains("chosen")) {
    const ApiJson& chosen = objective["chosen"];
    rows.push_back(
        {Percents(chosen.at("risk")) + " (chosen)", Percents(chosen.at("missed")), CellOf(chosen, "replicas")});
  }
  return rows.size() > 1 ? text + FormatTable(rows, "  ") : text;
}

std::string AllAsTable(const ApiJson& decisions) {
  std::vector<std::vector<std::string>> rows = {{"BINDING", "POLICY", "WANTS", "ACTIVE", "OBSERVED", "WHY"}};
  for (const ApiJson& each : decisions) {
    rows.push_back({NameOf(each), CellOf(each, "policy"), CellOf(each, "replicas"), CellOf(each, "active"),
                    CellOf(each, "observed"), OneLine(CellOf(each, "summary"), 160)});
  }
  return FormatTable(rows);
}

struct Asked {
  ApiJson body;
  std::size_t shown = 0;
  std::size_t total = 0;
};

Result<Asked> Ask(const ExplainCommand& command) {
  const bool looks_back = !command.at.empty() || !command.what_if.empty();
  std::vector<std::pair<std::string, std::string>> query;
  if (!looks_back) query.emplace_back("limit", std::to_string(kMostAtOnce));
  if (!command.binding.empty()) {
    const auto binding = command.server.FindBinding(command.binding, command.object_namespace);
    if (!binding) return Fail(binding.error());
    query.emplace_back("namespace", binding->first);
    query.emplace_back("name", binding->second);
  } else if (looks_back) {
    return Fail(Code::kInvalidArgument, "--at and --what-if want a BINDING");
  } else {
    query.emplace_back("namespace", command.object_namespace);
  }
  query.emplace_back("policy", command.policy);
  if (!command.at.empty()) {
    const auto at = ParseTimeBefore(command.at, SystemClock().Now());
    if (!at) return Fail(Code::kInvalidArgument, "--at: " + at.error().message);
    query.emplace_back("at", FormatTimestamp(*at));
  }
  query.emplace_back("what_if", fmt::format("{}", fmt::join(command.what_if, ",")));
  Result<ApiJson> body =
      AskServer(command.server, looks_back ? "/api/v1/explain" : "/api/v1/decisions", query, "decisions");
  if (!body) return Fail(body.error());
  Asked asked{*std::move(body), 0, 0};
  asked.shown = asked.body["decisions"].size();
  asked.total = asked.body.value("total", asked.shown);
  return asked;
}

bool IsOfNow(const ExplainCommand& command, const ApiJson& decisions) {
  return command.at.empty() && command.what_if.empty() && !decisions.empty();
}

// Of what is decided now, and of one object: nothing else was followed, or fits.
std::vector<ApiJson> Followed(const ExplainCommand& command, const ApiJson& decisions) {
  if (!IsOfNow(command, decisions) || command.binding.empty()) return {};
  const auto binding = command.server.FindBinding(command.binding, command.object_namespace);
  if (!binding) return {};
  return AskFollowed(command.server,
                     {{"namespace", binding->first}, {"name", binding->second}, {"policy", command.policy}});
}

// What keeps KEDA from following the object's decisions now (rule 32), or is set up wrongly; nothing where Kubernetes
// is not watched, or by a server that does not know it.
std::string FindingLines(const ExplainCommand& command, const ApiJson& decisions) {
  const auto binding = command.server.FindBinding(command.binding, command.object_namespace);
  if (!IsOfNow(command, decisions) || !binding) return "";
  const auto page = AskServer(command.server, "/api/v1/problems",
                              {{"namespace", binding->first}, {"name", binding->second}}, "problems");
  std::string text;
  for (const ApiJson& each : page ? page->at("problems") : ApiJson::array()) {
    const std::string mend = each.value("mend", "");
    text += fmt::format("finding: {}: {}{}\n", CellOf(each, "finding"), CellOf(each, "sentence"),
                        mend.empty() ? "" : "; " + mend);
  }
  return text;
}

std::string TextOf(const ExplainCommand& command, const ApiJson& body) {
  if (command.output == "json") return body.dump(2, ' ', false, ApiJson::error_handler_t::replace) + "\n";
  if (command.binding.empty()) return AllAsTable(body.at("decisions"));
  std::string text;
  const std::vector<ApiJson> followed = Followed(command, body.at("decisions"));
  for (const ApiJson& each : body.at("decisions")) text += DescribeDecision(each, FollowedOf(followed, each));
  text += FindingLines(command, body.at("decisions"));
  if (body.contains("notes")) {
    for (const ApiJson& each : body["notes"]) text += "note: " + each.get<std::string>() + "\n";
  }
  return text;
}

// A line whenever the answer or its reason changes.
int Watch(const ExplainCommand& command) {
  std::map<std::string, std::string> told;
  for (;;) {
    const Result<Asked> asked = Ask(command);
    if (!asked) {
      const Code code = asked.error().code;
      if (code == Code::kInvalidArgument || code == Code::kFailedPrecondition) return Failed(asked.error().message);
      PrintError("explain", asked.error().message);
    } else {
      for (const ApiJson& each : asked->body["decisions"]) {
        const std::string answer =
            fmt::format("{:>8} {:9} {}", CellOf(each, "replicas"), ActivityOf(each), CellOf(each, "summary"));
        std::string& last =
            told[NameOf(each) + " " + CellOf(each, "policy") + each.value("metadata", ApiJson()).dump()];
        if (last == answer) continue;
        last = answer;
        if (command.output == "json") {
          fmt::print("{}\n", each.dump(-1, ' ', false, ApiJson::error_handler_t::replace));
        } else {
          fmt::print("{} {} {}\n", CellOf(each, "time"), NameOf(each), answer);
        }
      }
      std::fflush(stdout);
    }
    std::this_thread::sleep_for(kWatchEvery);
  }
}

int Once(const ExplainCommand& command) {
  const Result<Asked> asked = Ask(command);
  if (!asked && asked.error().code == Code::kNotFound) {
    PrintError("explain", asked.error().message);
    return 1;
  }
  if (!asked) return Failed(asked.error().message);
  fmt::print("{}", TextOf(command, asked->body));
  if (asked->shown < asked->total) {
    PrintError("explain", fmt::format("these are {} of {}: ask for one by its name, or for a policy's (--policy)",
                                      asked->shown, asked->total));
  }
  if (asked->shown > 0 || command.binding.empty()) return 0;
  const auto binding = command.server.FindBinding(command.binding, command.object_namespace);
  PrintError("explain",
             fmt::format("{}/{} has not called{}; it is known from KEDA's first call on, so look at the ScaledObject's "
                         "events, and at its scalerAddress",
                         binding->first, binding->second,
                         command.policy.empty() ? "" : fmt::format(" with policy {}", command.policy)));
  return 1;
}

}  // namespace

std::string DescribeDecision(const ApiJson& decision, const ApiJson* followed) {
  std::string text =
      fmt::format("{} wants {} replicas, {}\n", NameOf(decision), CellOf(decision, "replicas"), ActivityOf(decision));
  text += fmt::format("  because   {}\n", CellOf(decision, "summary"));
  text += fmt::format("  policy    {}   tick {}   observed {} replicas   confidence {}\n", CellOf(decision, "policy"),
                      CellOf(decision, "time"), CellOf(decision, "observed"), CellOf(decision, "confidence"));
  if (const std::string doubt = decision.value("doubt", ""); IsUnsure(decision) && !doubt.empty())
    text += fmt::format("  doubt     {}\n", doubt);
  if (followed != nullptr) text += FollowedLines(*followed);
  if (decision.contains("source")) text += fmt::format("  from      {}\n", CellOf(decision, "source"));
  const ApiJson error = decision.value("error", ApiJson());
  if (!error.is_null()) text += fmt::format("  KEDA gets an error: {}\n", error.at("code").get<std::string>());
  for (const ApiJson& each : decision.value("notes", ApiJson::array()))
    text += "  note      " + each.get<std::string>() + "\n";
  for (const ApiJson& each : decision.value("changes", ApiJson::array()))
    text += "  changed   " + each.get<std::string>() + "\n";
  if (!decision.contains("signals") && !decision.contains("steps")) return text + "\n";
  std::vector<std::vector<std::string>> signals = {{"SIGNAL", "VALUE", "DEMAND", "ACTIVE", "AGE", "WHY"}};
  for (const ApiJson& each : decision.at("signals")) {
    const double age = std::clamp(each.value("age_seconds", 0.0), 0.0, 1e9);
    signals.push_back({CellOf(each, "name"), CellOf(each, "value"), CellOf(each, "demand"), CellOf(each, "active"),
                       FormatDuration(Duration(static_cast<Duration::rep>(age * 1000))), CellOf(each, "sentence")});
    if (each.contains("next")) text += fmt::format("  next      {}: {}\n", CellOf(each, "name"), CellOf(each, "next"));
  }
  std::vector<std::vector<std::string>> steps = {{"STAGE", "BEFORE", "AFTER", "REASON", "WHY"}};
  for (const ApiJson& each : decision.at("steps")) {
    steps.push_back({CellOf(each, "stage"), CellOf(each, "before"), CellOf(each, "after"), CellOf(each, "reason"),
                     CellOf(each, "sentence")});
  }
  text += "\n" + FormatTable(signals, "  ") + "\n";
  if (steps.size() > 1) text += FormatTable(steps, "  ") + "\n";
  if (decision.contains("objective")) text += ObjectiveLines(decision["objective"]) + "\n";
  return text;
}

int RunExplain(const ExplainCommand& command) {
  if (command.watch && !command.at.empty()) return Failed("--watch follows what is decided now: leave out --at");
  try {
    return command.watch ? Watch(command) : Once(command);
  } catch (const ApiJson::exception& error) {
    return Failed(OddAnswer(command.server, error));
  }
}

}  // namespace loadline
