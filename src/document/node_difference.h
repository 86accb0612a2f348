// Where two documents say different things.
#ifndef LOADLINE_DOCUMENT_NODE_DIFFERENCE_H_
#define LOADLINE_DOCUMENT_NODE_DIFFERENCE_H_

#include <string>
#include <vector>

#include "document/node.h"

namespace loadline {

struct NodeDifference {
  std::string path;   // "signals.lag.perReplica"; items of a list by their `name`, where all of them have one
  std::string first;  // on one line; empty: it does not say
  std::string second;

  friend bool operator==(const NodeDifference&, const NodeDifference&) = default;
};

// In the order of the first, then of the second. Blanks in texts count as one.
std::vector<NodeDifference> CompareNodes(const Node& first, const Node& second);

}  // namespace loadline

#endif  // LOADLINE_DOCUMENT_NODE_DIFFERENCE_H_
