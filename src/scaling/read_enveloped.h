// Reads what documents of all kinds have in common: apiVersion, kind, metadata and spec.
#ifndef LOADLINE_SCALING_READ_ENVELOPED_H_
#define LOADLINE_SCALING_READ_ENVELOPED_H_

#include <algorithm>
#include <utility>

#include "scaling/document_of.h"
#include "scaling/envelope.h"

namespace loadline {

// Reads the fields. `make(metadata, spec, node, problems)` then checks what stands between them and yields the content,
// which is left out where there are errors; `node` is null where `spec` is no map, which has been reported.
template <class Spec, class Make>
auto ReadEnveloped(ParsedDocument parsed, Make make) {
  using Content = decltype(make(std::declval<const DocumentMetadata&>(), std::declval<Spec&>(), nullptr,
                                std::declval<Problems&>()));
  DocumentOf<Content> result;
  result.problems = std::move(parsed.problems);
  if (HasErrors(result.problems) && parsed.root.kind != Node::Kind::kMap) return result;

  Envelope<Spec> envelope;
  ReadFields(parsed.root, "", result.problems, envelope);
  result.name = envelope.metadata.name;
  result.document_namespace = envelope.metadata.document_namespace;
  const Node* spec = parsed.root.Find("spec");
  const bool is_map = spec != nullptr && spec->kind == Node::Kind::kMap;
  Content content = make(envelope.metadata, envelope.spec, is_map ? spec : nullptr, result.problems);
  std::ranges::stable_sort(result.problems, {}, &Problem::at);
  if (!HasErrors(result.problems)) result.content = std::move(content);
  return result;
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_READ_ENVELOPED_H_
