#include "scaling/policy_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "scaling/envelope.h"
#include "scaling/policy_check.h"
#include "scaling/policy_fields.h"

namespace loadline {
void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, QueryTemplate& value) {
  if (node.kind != Node::Kind::kScalar) return AddProblem(problems, node, path, "want a PromQL query");
  if (node.text.size() > 8192) {
    problems.push_back(
        {node.at, path, "a query has at most 8192 bytes", std::to_string(node.text.size()), "", Severity::kError});
    return;
  }
  Result<QueryTemplate> query = QueryTemplate::Parse(node.text);
  if (query) {
    value = std::move(*query);
  } else {
    problems.push_back({node.at, path, query.error().message, "", "", Severity::kError});
  }
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, WhenIdle& value) {
  if (node.kind == Node::Kind::kScalar) {
    for (const auto& [answer, word] : EnumWords(IdleAnswer{})) {
      if (node.text == word) {
        value = answer;
        return;
      }
    }
    // One word that is nearly one of ours is a slip, not a metric.
    if (const auto meant = DidYouMean(node.text, {"inactive", "wake"})) {
      return AddProblem(problems, node, path, "want inactive, wake or a query",
                        fmt::format("did you mean {}?", *meant));
    }
  }
  QueryTemplate query;
  ReadValue(node, field, path, problems, query);
  value = std::move(query);
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               std::variant<MissingAnswer, FallbackReplicas>& value) {
  if (node.kind == Node::Kind::kMap) {
    FallbackReplicas fallback;
    ReadFields(node, path, problems, fallback);
    value = fallback;
    return;
  }
  MissingAnswer answer = MissingAnswer::kError;
  const std::size_t before = problems.size();
  ReadAny(node, field, path, problems, answer);
  if (problems.size() > before) problems.back().rule = "want error, ignore, assumeHigh or { replicas: N }";
  value = answer;
}

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               std::variant<double, QueryTemplate>& value) {
  // Anything that begins like a number is meant to be one; a query begins with a letter, a bracket or a brace.
  const bool number = node.kind == Node::Kind::kScalar && !node.text.empty() &&
                      std::string_view("0123456789.-+").find(node.text.front()) != std::string_view::npos;
  if (number) {
    double parsed = 0;
    ReadScalar(node, field, path, problems, parsed);
    value = parsed;
    return;
  }
  QueryTemplate query;
  ReadValue(node, field, path, problems, query);
  value = std::move(query);
}

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

struct PriorityOrder {
  std::optional<std::vector<std::string>> priority;
  struct Score {
    double target = 70;
  };
  std::optional<Score> score;
};

template <class Visitor>
void DescribeFields(Visitor& visit, PriorityOrder::Score& score) {
  visit({.name = "target",
         .help = "Where the score should be.",
         .unit = "percent",
         .example = "70",
         .required = true,
         .above = 0,
         .at_most = kFullScore},
        score.target);
}

template <class Visitor>
void DescribeFields(Visitor& visit, PriorityOrder& order) {
  visit({.name = "priority", .help = "Signals, the first first.", .example = "[orders, fallback]"}, order.priority);
  visit({.name = "score", .help = "observed replicas * score / target.", .example = "{ target: 70 }"}, order.score);
}

constexpr std::array kCombineWords = {
    std::pair{Combine::Kind::kMax, "max"},           std::pair{Combine::Kind::kMin, "min"},
    std::pair{Combine::Kind::kSum, "sum"},           std::pair{Combine::Kind::kMean, "mean"},
    std::pair{Combine::Kind::kMedian, "median"},     std::pair{Combine::Kind::kWeighted, "weighted"},
    std::pair{Combine::Kind::kPriority, "priority"}, std::pair{Combine::Kind::kScore, "score"},
};

bool IsOneWord(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// An expression names signals, which are known only when all of the policy has been read.
void ParseExpression(Policy& policy, const Node& spec, Problems& problems) {
  Combine& combine = policy.combine;
  if (combine.kind != Combine::Kind::kExpression || combine.text.empty()) return;
  std::vector<std::string> names;
  for (const Signal& signal : policy.signals) {
    if (signal.name.empty()) return;  // which has been reported
    names.push_back(signal.name);
  }
  const std::vector<std::string> variables = ExpressionVariables(names);
  const Node& at = spec.Find("combine") == nullptr ? spec : *spec.Find("combine");
  auto report = [&](std::string rule, std::string hint) {
    problems.push_back({at.at, "spec.combine", std::move(rule), "", std::move(hint), Severity::kError});
  };
  if (std::set<std::string>(variables.begin(), variables.end()).size() < variables.size()) {
    return report("two signals, or a signal and what an expression names besides, would be called the same",
                  "such as lag and lag-value: rename one");
  }
  Result<Expression> expression = Expression::Parse(combine.text, variables);
  if (!expression) return report(expression.error().message, "");
  combine.uses.resize(variables.size());
  for (const std::string& used : expression->Used()) {
    const auto found = std::find(variables.begin(), variables.end(), used);
    combine.uses[static_cast<std::size_t>(found - variables.begin())] = true;
  }
  combine.expression = std::move(*expression);
}

}  // namespace

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Combine& value) {
  if (node.kind == Node::Kind::kMap) {
    PriorityOrder order;
    ReadFields(node, path, problems, order);
    if (order.priority.has_value() == order.score.has_value())
      return AddProblem(problems, node, path, "want one of priority: [...] and score: { target }");
    value.kind = order.priority ? Combine::Kind::kPriority : Combine::Kind::kScore;
    if (order.priority) value.order = *order.priority;
    if (order.score) value.score_target = order.score->target;
    return;
  }
  std::vector<std::string> words;
  for (const auto& [kind, word] : kCombineWords) {
    words.emplace_back(word);
    if (node.kind == Node::Kind::kScalar && node.text == word) {
      value.kind = kind;
      return;
    }
  }
  if (node.kind != Node::Kind::kScalar || node.text.empty())
    return AddProblem(problems, node, path, "want " + JoinWords(words, "or") + ", or an expression");
  // One word that is nearly one of ours is a slip, not an expression.
  if (const auto meant = DidYouMean(node.text, words); meant && IsOneWord(node.text)) {
    return AddProblem(problems, node, path, "want " + JoinWords(words, "or") + ", or an expression",
                      fmt::format("did you mean {}?", *meant));
  }
  value.kind = Combine::Kind::kExpression;
  value.text = node.text;
}

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

PolicyDocument ParsePolicy(const DocumentText& document) {
  Regexes regexes;
  return ReadPolicy(ParseDocument(document), document, regexes);
}

PolicyDocument ReadPolicy(ParsedDocument parsed, const DocumentText& document, Regexes& regexes) {
  PolicyDocument result;
  result.problems = std::move(parsed.problems);
  if (HasErrors(result.problems) && parsed.root.kind != Node::Kind::kMap) return result;

  Envelope<Policy> envelope;
  ReadFields(parsed.root, "", result.problems, envelope);
  Policy& policy = envelope.spec;
  result.name = policy.name = envelope.metadata.name;
  result.policy_namespace = policy.policy_namespace = envelope.metadata.document_namespace;
  policy.hash = HashText(document.text);
  for (auto& [_, parameter] : policy.parameters) {
    if (parameter.pattern) parameter.compiled = regexes.Compile(*parameter.pattern);
  }
  // A dependency's minimum is a floor, whatever the demands are combined by.
  for (Signal& signal : policy.signals) {
    const bool minimum = signal.depends_on && signal.depends_on->relation == DependsOn::Relation::kMinimum;
    if (minimum && signal.role == Role::kDemand) signal.role = Role::kFloor;
  }
  if (const Node* spec = parsed.root.Find("spec"); spec != nullptr && spec->kind == Node::Kind::kMap) {
    ParseExpression(policy, *spec, result.problems);
    const Problems more = CheckPolicy(policy, *spec);
    result.problems.insert(result.problems.end(), more.begin(), more.end());
  }
  std::stable_sort(result.problems.begin(), result.problems.end(),
                   [](const Problem& a, const Problem& b) { return a.at < b.at; });
  if (!HasErrors(result.problems)) result.policy = std::move(policy);
  return result;
}

}  // namespace loadline
