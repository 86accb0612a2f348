// A trigger's metadata, whatever it says: it is refused with a word, or its values stand in the queries and never
// become syntax. The input has a line for each key, "key=value"; values come without line breaks, which are refused
// like all control characters.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "document/regex.h"
#include "scaling/policy_yaml.h"
#include "scaling/query_plan.h"

namespace {

using namespace loadline;

void Require(bool holds) {
  if (!holds) std::abort();
}

// One place of each kind for a value, at the end of a query.
constexpr std::string_view kDouble = R"(m{a=")", kSingle = "m{a='", kPattern = R"(m{a=~")", kRaw = "m{a=`",
                           kReplacement = R"(label_replace(m, "x", ")", kBare = "sum(";

const Policy& ThePolicy() {
  static const Policy policy = *ParsePolicy({R"(apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: fuzz, namespace: data }
spec:
  replicas: { min: 0, max: 9 }
  parameters: { any: {}, raw: { default: r }, bare: { default: up }, topic: { pattern: "[A-Za-z0-9._-]{1,9}", default: t } }
  signals:
    - { name: double, perReplica: 1, query: 'm{a="${any}"}' }
    - { name: single, perReplica: 1, query: "m{a='${any}'}" }
    - { name: pattern, perReplica: 1, query: 'm{a=~"${any}"}' }
    - { name: replacement, perReplica: 1, query: 'label_replace(m, "x", "${any}", "y", "z")' }
    - { name: raw, perReplica: 1, query: 'm{a=`${raw}`}' }
    - { name: bare, perReplica: 1, query: 'sum(${bare})' }
    - { name: topic, perReplica: 1, query: 'm{a="${topic}"}' }
)",
                                             1})
                                    .content;
  return policy;
}

std::map<std::string, std::string> MetadataOf(std::string_view text) {
  std::map<std::string, std::string> metadata;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t sign = line.find('=');
    if (sign != std::string_view::npos) metadata.emplace(line.substr(0, sign), line.substr(sign + 1));
  }
  return metadata;
}

// What stands between the two, where the query is nothing besides.
std::string Between(std::string_view begin, std::string_view end, const QueryPlan& plan, std::size_t signal) {
  const std::string& query = plan.queries[static_cast<std::size_t>(plan.signals[signal].value)].text;
  Require(query.size() >= begin.size() + end.size() && query.starts_with(begin) && query.ends_with(end));
  return query.substr(begin.size(), query.size() - begin.size() - end.size());
}

// What Prometheus reads a literal as; nothing where it ends before its end.
std::optional<std::string> Unquoted(std::string_view literal, char quote) {
  std::string text;
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] == quote) return std::nullopt;
    if (literal[i] != '\\') {
      text += literal[i];
      continue;
    }
    if (++i == literal.size() || (literal[i] != '\\' && literal[i] != quote)) return std::nullopt;
    text += literal[i];
  }
  return text;
}

// What label_replace makes of its replacement; nothing where that refers to a group.
std::optional<std::string> Expanded(std::string_view replacement) {
  std::string text;
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    text += replacement[i];
    if (replacement[i] == '$' && (++i == replacement.size() || replacement[i] != '$')) return std::nullopt;
  }
  return text;
}

void RequireValuesOnly(const Parameters& values, const QueryPlan& plan) {
  const std::string& any = values.at("any");
  Require(Unquoted(Between(kDouble, "\"}", plan, 0), '"') == any);
  Require(Unquoted(Between(kSingle, "'}", plan, 1), '\'') == any);
  const std::optional<std::string> pattern = Unquoted(Between(kPattern, "\"}", plan, 2), '"');
  Require(pattern.has_value());
  if (IsUtf8(any)) {
    const Regex regex(*pattern);
    Require(regex.Problem().empty() && regex.Matches(any) && !regex.Matches(any + "x") && !regex.Matches("x" + any));
    Require(any.empty() || !regex.Matches(""));
  }
  const std::optional<std::string> replacement = Unquoted(Between(kReplacement, "\", \"y\", \"z\")", plan, 3), '"');
  Require(replacement && Expanded(*replacement) == any);
  Require(Between(kRaw, "`}", plan, 4).find('`') == std::string::npos);
  const std::string bare = Between(kBare, ")", plan, 5);
  Require(!bare.empty() && bare.find_first_of(" \t\"'`\\(){}[],#+-*/%^<>=!~@$;") == std::string::npos);
  const std::string topic = Between(kDouble, "\"}", plan, 6);
  Require(topic == values.at("topic") && topic.size() <= 9);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Policy& policy = ThePolicy();
  const auto metadata = MetadataOf({reinterpret_cast<const char*>(data), size});
  const Result<Parameters> values = BindParameters(policy, "data", "app", metadata);
  if (!values) {
    // It ends in an Event: one line.
    const std::string& message = values.error().message;
    Require(!message.empty() && message.find('\n') == std::string::npos);
    return 0;
  }
  Require(values->size() == policy.parameters.size() + 2);  // namespace and name
  const Result<QueryPlan> plan = PlanQueries(policy, *values);
  if (plan) {
    RequireValuesOnly(*values, *plan);
  } else {
    Require(!plan.error().message.empty());
  }
  return 0;
}
