#include "scaling/envelope.h"

namespace loadline {

void ReadValue(const Node& node, const Field&, const std::string& path, Problems& problems, Unread&) {
  if (node.kind != Node::Kind::kNull) WantKind(node, Node::Kind::kMap, path, problems);
}

std::uint64_t HashText(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace loadline
