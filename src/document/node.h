// A YAML document as a tree with positions, read with limits: what people write may be anything.
#ifndef LOADLINE_DOCUMENT_NODE_H_
#define LOADLINE_DOCUMENT_NODE_H_

#include <string>
#include <string_view>
#include <vector>

#include "document/problem.h"

namespace loadline {

struct Entry;

struct Node {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  Position at;
  std::string text;            // of a scalar
  bool quoted = false;         // "1" is text, 1 may be a number
  std::vector<Node> items;     // of a list
  std::vector<Entry> entries;  // of a map, in the order written; no key comes twice

  const Node* Find(std::string_view key) const;  // in a map; null where it is not
};

struct Entry {
  std::string key;
  Position at;
  Node value;
};

// What it is, for "found ...": "a list", "\"fast\"".
std::string DescribeNode(const Node& node);

// One of the documents of a file. They are told apart before they are parsed, so that one that is broken does not
// hide the others.
struct DocumentText {
  std::string text;
  int first_line = 1;  // in the file
};

// Splits at lines that begin with "---" and after those that begin with "...", as YAML does. Documents of nothing but
// comments and blanks are left out.
std::vector<DocumentText> SplitDocuments(std::string_view text);

struct DocumentLimits {
  std::size_t bytes = 256 * 1024;
  std::size_t nodes = 20'000;  // after aliases have been expanded
  int depth = 32;
};

struct ParsedDocument {
  Node root;          // as far as it could be read
  Problems problems;  // not UTF-8, not YAML, a key twice, too large, too deep, aliases that explode
};

ParsedDocument ParseDocument(const DocumentText& document, const DocumentLimits& limits = {});

}  // namespace loadline

#endif  // LOADLINE_DOCUMENT_NODE_H_
