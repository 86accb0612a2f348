#include "scaling/documents.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scaling/calendar_yaml.h"
#include "scaling/override_yaml.h"
#include "scaling/policy_yaml.h"
#include "scaling/schedule_fields.h"
#include "schedule/icalendar.h"

namespace loadline {
namespace {

constexpr std::size_t kHead = 16384;  // bytes of a text in which its apiVersion and kind are looked for

template <class T>
LoadlineDocument Share(std::string_view kind, DocumentOf<T> read) {
  LoadlineDocument document{std::string(kind), std::move(read.document_namespace), std::move(read.name), std::nullopt,
                            std::move(read.problems)};
  if (read.content) document.content = std::make_shared<const T>(*std::move(read.content));
  return document;
}

// A document of an unknown kind is read as a policy.
LoadlineDocument ReadAs(std::string_view kind, ParsedDocument parsed, const DocumentText& document, Regexes& regexes) {
  if (kind == Budget::kKind) return Share(kind, ReadBudget(std::move(parsed), document));
  if (kind == OverrideSpec::kKind) return Share(kind, ReadOverride(std::move(parsed)));
  if (kind == CalendarSpec::kKind) return Share(kind, ReadCalendar(std::move(parsed)));
  return Share(Policy::kKind, ReadPolicy(std::move(parsed), document, regexes));
}

std::vector<std::string> Kinds() {
  return {std::string(Policy::kKind), std::string(Budget::kKind), std::string(CalendarSpec::kKind),
          std::string(OverrideSpec::kKind)};
}

// The text of a top-level key. What could not be read as YAML, such as a template or a definition of a megabyte, still
// has lines: the first that begins with the key counts.
std::string TopLevel(const Node& root, const std::string& text, std::string_view key) {
  if (root.kind == Node::Kind::kMap) {
    const Node* found = root.Find(key);
    return found == nullptr ? "" : found->text;
  }
  const std::string begin = "\n" + std::string(key) + ": ";
  const std::string lines = "\n" + text.substr(0, kHead);
  const std::size_t at = lines.find(begin);
  if (at == std::string::npos) return "";
  const std::size_t value = at + begin.size();
  return lines.substr(value, lines.find_first_of(" \t\r\n#", value) - value);
}

LoadlineDocument::Whose WhoseIs(const Node& root, const std::string& text) {
  using Whose = LoadlineDocument::Whose;
  const std::string version = TopLevel(root, text, "apiVersion");
  const std::string kind = TopLevel(root, text, "kind");
  const bool is_bare = root.kind == Node::Kind::kMap && !root.entries.empty() && root.Find("spec") == nullptr;
  if (version.empty()) return kind.empty() && is_bare ? Whose::kNobodys : Whose::kLoadlines;
  const std::string group = version.substr(0, version.find('/'));
  const std::vector<std::string> kinds = Kinds();
  const bool is_ours =
      DidYouMean(group, {"loadline.dev"}) || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  return is_ours ? Whose::kLoadlines : Whose::kOthers;
}

Problem UnknownKind(const Node& kind) {
  const std::vector<std::string> kinds = Kinds();
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
  return ReadLoadlineDocument(ParseDocument(document), document, regexes);
}

LoadlineDocument ReadLoadlineDocument(ParsedDocument parsed, const DocumentText& document, Regexes& regexes) {
  const Node* found = parsed.root.Find("kind");
  const Node kind = found == nullptr ? Node() : *found;
  const LoadlineDocument::Whose whose = WhoseIs(parsed.root, document.text);
  LoadlineDocument result = ReadAs(kind.text, std::move(parsed), document, regexes);
  // What else would be said goes by a kind that may not be the one that is meant.
  if (found != nullptr && kind.text != result.kind) {
    result.content.reset();
    result.problems = {UnknownKind(kind)};
  }
  result.whose = whose;
  return result;
}

}  // namespace loadline
