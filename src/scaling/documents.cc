#include "scaling/documents.h"

#include <array>

#include "base/text.h"
#include "scaling/calendar_yaml.h"
#include "scaling/override_yaml.h"
#include "scaling/policy_yaml.h"
#include "scaling/schedule_fields.h"
#include "schedule/icalendar.h"

namespace loadline {
namespace {

template <class T>
std::optional<DocumentContent> Share(std::optional<T>&& content) {
  if (!content) return std::nullopt;
  return DocumentContent(std::make_shared<const T>(std::move(*content)));
}

LoadlineDocument ReadAs(const std::string& kind, ParsedDocument parsed, const DocumentText& document,
                        Regexes& regexes) {
  if (kind == Budget::kKind) {
    BudgetDocument read = ReadBudget(std::move(parsed), document);
    return {kind, read.budget_namespace, read.name, Share(std::move(read.budget)), std::move(read.problems)};
  }
  if (kind == OverrideSpec::kKind) {
    OverrideDocument read = ReadOverride(std::move(parsed), document);
    return {kind, read.document_namespace, read.name, Share(std::move(read.override_)), std::move(read.problems)};
  }
  if (kind == CalendarSpec::kKind) {
    CalendarDocument read = ReadCalendar(std::move(parsed));
    return {kind, "", read.name, Share(std::move(read.calendar)), std::move(read.problems)};
  }
  PolicyDocument read = ReadPolicy(std::move(parsed), document, regexes);
  return {std::string(Policy::kKind), read.policy_namespace, read.name, Share(std::move(read.policy)),
          std::move(read.problems)};
}

Problem UnknownKind(const Node& kind) {
  const std::vector<std::string> kinds = {std::string(Policy::kKind), std::string(Budget::kKind),
                                          std::string(CalendarSpec::kKind), std::string(OverrideSpec::kKind)};
  const auto meant = DidYouMean(kind.text, kinds);
  return {kind.at,
          "kind",
          "want " + JoinWords(kinds, "or"),
          DescribeNode(kind),
          meant ? "did you mean " + *meant + "?" : "",
          Severity::kError};
}

}  // namespace

std::string LoadlineDocument::Id() const {
  if (name.empty()) return "";
  return (kind == Policy::kKind ? "" : kind + " ") + PolicyId(document_namespace, name);
}

LoadlineDocument ParseICalendarFile(const std::string& name, const std::string& text) {
  LoadlineDocument result;
  result.kind = CalendarSpec::kKind;
  result.name = name;
  Result<Calendar> calendar = ParseICalendar(name, text);
  if (calendar) {
    result.content = std::make_shared<const Calendar>(std::move(*calendar));
  } else {
    result.problems.push_back({{1, 1}, "", calendar.error().message, "", "", Severity::kError});
  }
  return result;
}

LoadlineDocument ParseLoadlineDocument(const DocumentText& document) {
  Regexes regexes;
  return ParseLoadlineDocument(document, regexes);
}

LoadlineDocument ParseLoadlineDocument(const DocumentText& document, Regexes& regexes) {
  ParsedDocument parsed = ParseDocument(document);
  const Node* found = parsed.root.Find("kind");
  const Node kind = found == nullptr ? Node() : *found;
  LoadlineDocument result = ReadAs(kind.text, std::move(parsed), document, regexes);
  // What else would be said goes by a kind that may not be the one that is meant.
  if (found != nullptr && kind.text != result.kind) {
    result.content.reset();
    result.problems = {UnknownKind(kind)};
  }
  return result;
}

}  // namespace loadline
