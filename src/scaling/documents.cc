#include "scaling/documents.h"

#include <array>

#include "base/text.h"
#include "scaling/override_yaml.h"
#include "scaling/policy_yaml.h"
#include "scaling/schedule_check.h"

namespace loadline {
namespace {

template <class T>
std::optional<DocumentContent> Share(std::optional<T>&& content) {
  if (!content) return std::nullopt;
  return DocumentContent(std::make_shared<const T>(std::move(*content)));
}

LoadlineDocument ReadCalendarDocument(ParsedDocument parsed) {
  LoadlineDocument result;
  result.problems = std::move(parsed.problems);
  Envelope<CalendarSpec> envelope;
  ReadFields(parsed.root, "", result.problems, envelope);
  result.name = envelope.metadata.name;
  const Node* spec = parsed.root.Find("spec");
  if (spec == nullptr) return result;
  Calendar calendar = MakeCalendar(envelope.metadata.name, envelope.spec, *spec, "spec", result.problems);
  if (!HasErrors(result.problems)) result.content = std::make_shared<const Calendar>(std::move(calendar));
  return result;
}

LoadlineDocument ReadAs(const std::string& kind, ParsedDocument parsed, const DocumentText& document) {
  if (kind == Budget::kKind) {
    BudgetDocument read = ReadBudget(std::move(parsed), document);
    return {kind, read.budget_namespace, read.name, Share(std::move(read.budget)), std::move(read.problems)};
  }
  if (kind == OverrideSpec::kKind) {
    OverrideDocument read = ReadOverride(std::move(parsed), document);
    return {kind, read.document_namespace, read.name, Share(std::move(read.override_)), std::move(read.problems)};
  }
  if (kind == CalendarSpec::kKind) {
    LoadlineDocument read = ReadCalendarDocument(std::move(parsed));
    read.kind = kind;
    return read;
  }
  PolicyDocument read = ReadPolicy(std::move(parsed), document);
  return {std::string(Policy::kKind), read.policy_namespace, read.name, Share(std::move(read.policy)),
          std::move(read.problems)};
}

}  // namespace

std::string LoadlineDocument::Id() const {
  if (name.empty()) return "";
  return (kind == Policy::kKind ? "" : kind + " ") + PolicyId(document_namespace, name);
}

LoadlineDocument ParseLoadlineDocument(const DocumentText& document) {
  ParsedDocument parsed = ParseDocument(document);
  const Node* kind = parsed.root.Find("kind");
  return ReadAs(kind == nullptr ? "" : kind->text, std::move(parsed), document);
}

}  // namespace loadline
