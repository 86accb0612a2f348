#include "kubernetes/homed_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace loadline {
namespace {

constexpr std::string_view kCalendar = "Calendar";
constexpr std::string_view kOverride = "Override";

Node* MapAt(Node& map, std::string_view key) {
  for (Entry& entry : map.entries) {
    if (entry.key == key) return entry.value.kind == Node::Kind::kMap ? &entry.value : nullptr;
  }
  return nullptr;
}

std::string KindOf(const Node& root) {
  const Node* kind = root.Find("kind");
  return kind == nullptr ? "" : kind->text;
}

// Its id becomes one of `home`, so that it takes nothing from the document that it would have been.
LoadlineDocument Refused(LoadlineDocument document, const std::string& home, Problem problem) {
  document.document_namespace = home;
  document.content.reset();
  document.problems = {std::move(problem)};
  return document;
}

Problem MayNotShare(const Position& at, std::string field, const std::string& found, const std::string& home) {
  return {at,
          std::move(field),
          fmt::format("a ConfigMap of namespace {} holds documents of that namespace alone", home),
          found,
          "what is for others is kept in a namespace of kubernetes.sharedFrom",
          Severity::kError};
}

}  // namespace

LoadlineDocument ReadHomedDocument(const DocumentText& document, const std::string& home, Sharing sharing,
                                   Regexes& regexes) {
  ParsedDocument parsed = ParseDocument(document);
  const bool is_map = parsed.root.kind == Node::Kind::kMap;
  Node* metadata = is_map ? MapAt(parsed.root, "metadata") : nullptr;
  const Node* spec = is_map ? parsed.root.Find("spec") : nullptr;
  const Node* shared = spec == nullptr || spec->kind != Node::Kind::kMap ? nullptr : spec->Find("allowedNamespaces");
  const Node* stated = metadata == nullptr ? nullptr : metadata->Find("namespace");
  const std::string kind = is_map ? KindOf(parsed.root) : "";
  const bool is_policy = kind == Policy::kKind;
  const bool may_share = sharing == Sharing::kAll || (sharing == Sharing::kOverrides && kind == kOverride);

  std::optional<Problem> refusal;
  if (!may_share) {
    if (kind == kCalendar) {
      refusal = MayNotShare(parsed.root.at, "kind", "a Calendar, which is for all", home);
    } else if (stated != nullptr && stated->text != home) {
      refusal = MayNotShare(stated->at, "metadata.namespace", DescribeNode(*stated), home);
    } else if (is_policy && shared != nullptr) {
      refusal = MayNotShare(shared->at, "spec.allowedNamespaces", DescribeNode(*shared), home);
    }
  }
  // A policy is always somebody's; what else names no namespace is for all, where that is allowed.
  const bool gets_home = stated == nullptr && kind != kCalendar && (!may_share || (is_policy && shared == nullptr));
  if (gets_home && metadata != nullptr) {
    Node value;
    value.at = metadata->at;
    value.kind = Node::Kind::kScalar;
    value.text = home;
    metadata->entries.push_back({"namespace", metadata->at, std::move(value)});
  }
  LoadlineDocument read = ReadLoadlineDocument(std::move(parsed), document, regexes);
  if (refusal) return Refused(std::move(read), home, *std::move(refusal));
  // Too broken to say whose it is: then it is of its home.
  if (!may_share && kind != kCalendar) read.document_namespace = home;
  return read;
}

LoadlineDocument ReadHomedCalendar(const std::string& name, const std::string& text, const std::string& home,
                                   Sharing sharing) {
  LoadlineDocument read = ParseICalendarFile(name, text);
  if (sharing == Sharing::kAll) return read;
  return Refused(std::move(read), home, MayNotShare({1, 1}, "", "a Calendar, which is for all", home));
}

}  // namespace loadline
