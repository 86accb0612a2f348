// Values with a syntax of their own: shares, step limits, percentages, tolerances, days and times of day.
#include <fmt/format.h>

#include "base/text.h"
#include "scaling/hpa_fields.h"
#include "scaling/law_fields.h"
#include "scaling/rule_fields.h"
#include "scaling/shaping_fields.h"
#include "scaling/week_fields.h"

namespace loadline {
namespace {

// A number, which may have "%" behind it.
struct Amount {
  double number = 0;
  bool percent = false;
};
Result<Amount> ParseAmount(std::string_view text) {
  const bool percent = text.ends_with('%');
  const Result<double> number = ParseNumber(text.substr(0, text.size() - (percent ? 1 : 0)));
  if (!number) return Fail(number.error());
  return Amount{*number, percent};
}
Result<Amount> ParseAmount(const Node& node) {
  return node.kind == Node::Kind::kScalar ? ParseAmount(node.text) : Fail(Code::kInvalidArgument, "");
}

}  // namespace

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, ReplicaShare& value) {
  const Result<Amount> amount = ParseAmount(node);
  if (!amount || amount->number < 0 || amount->number > (amount->percent ? 100 : kMostReplicas))
    return AddProblem(problems, node, path, "want a number of replicas, or a share of replicas.max from 0% to 100%");
  value = {amount->number, amount->percent};
}

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, StepLimit& value) {
  const std::string_view text = node.kind == Node::Kind::kScalar ? std::string_view(node.text) : std::string_view();
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const Result<Amount> amount = ParseAmount(text.substr(0, slash));
    const Result<Duration> period = ParseDuration(text.substr(slash + 1));
    if (amount && amount->number > 0 && period && *period > Duration::zero() && *period <= std::chrono::hours(1)) {
      value = {amount->number, amount->percent, *period};
      return;
    }
  }
  AddProblem(problems, node, path, "want replicas or percent, and the time within which, up to 1h",
             "such as 4/1m or 100%/15s");
}

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Percent& value) {
  const Result<Amount> amount = ParseAmount(node);
  if (!amount || !amount->percent) return AddProblem(problems, node, path, "want a share in percent", "such as 10%");
  value.value = amount->number;
}

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Tolerance& value) {
  const Field bounds{.name = "tolerance", .help = "", .at_least = 0, .at_most = 1};
  if (node.kind != Node::Kind::kMap) {
    ReadScalar(node, bounds, path, problems, value.up);
    value.down = value.up;
    return;
  }
  for (const Entry& entry : node.entries) {
    if (entry.key == "up" || entry.key == "down") {
      ReadScalar(entry.value, bounds, path + "." + entry.key, problems, entry.key == "up" ? value.up : value.down);
    } else {
      AddProblem(problems, entry.value, path + "." + OneLine(entry.key, 60), "no such field", "here stand up and down");
    }
  }
}

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Weekdays& value) {
  Result<Weekdays> days =
      node.kind == Node::Kind::kScalar ? ParseWeekdays(node.text) : Fail(Code::kInvalidArgument, "want days");
  if (!days) return AddProblem(problems, node, path, days.error().message);
  value = *days;
}

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, TimeOfDay& value) {
  Result<TimeOfDay> time =
      node.kind == Node::Kind::kScalar ? ParseTimeOfDay(node.text) : Fail(Code::kInvalidArgument, "want a time of day");
  if (!time) return AddProblem(problems, node, path, time.error().message);
  value = *time;
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Conditions& value) {
  ReadAny(node, field, path, problems, value.list);
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Negation& value) {
  ReadAny(node, field, path, problems, value.of.emplace_back());
}

}  // namespace loadline
