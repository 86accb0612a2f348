// Trees that a program makes, and trees as YAML text.
#ifndef LOADLINE_DOCUMENT_YAML_TEXT_H_
#define LOADLINE_DOCUMENT_YAML_TEXT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/node.h"

namespace loadline {

// A value as it would be written without quotes: 300, true, 5m, a word of ours.
Node PlainNode(std::string text);
Node NumberNode(double value);
// What stays text, whatever it looks like: "300", "true", "".
Node TextNode(std::string text);
Node ListNode(std::vector<Node> items);
Node MapNode(std::vector<std::pair<std::string, Node>> entries);

// In a map, or in what is null so far: in the place of what stands under that key, else at the end.
void SetEntry(Node& map, std::string_view key, Node value);
void RemoveEntry(Node& map, std::string_view key);

// Block style, two blanks for each step; ends with a line break. Read again it is the same tree, but for positions and
// comments: quoted stays text, plain stays plain.
std::string WriteYaml(const Node& root);

}  // namespace loadline

#endif  // LOADLINE_DOCUMENT_YAML_TEXT_H_
