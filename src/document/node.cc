#include "document/node.h"

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <unordered_set>

#include "base/text.h"

namespace loadline {
namespace {

struct TooMuch {
  Problem problem;
};

// Builds the tree from yaml-cpp's events. yaml-cpp's own tree is not used: it keeps duplicate keys silently, shares
// aliased nodes without a limit and forgets where keys stand.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const DocumentText& document, const DocumentLimits& limits)
      : first_line_(document.first_line), limits_(limits) {
    parsed_.root.at = Begin();
  }

  ParsedDocument Take() { return std::move(parsed_); }
  Position Begin() const { return {first_line_, 1}; }
  Position PositionOf(const YAML::Mark& mark) const {
    return mark.is_null() ? Begin() : Position{mark.line + first_line_, mark.column + 1};
  }
  Problems& problems() { return parsed_.problems; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { Add(Make(Node::Kind::kNull, mark), anchor); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = Make(Node::Kind::kScalar, mark);
    node.text = value;
    // yaml-cpp gives "!" to quoted scalars and "?" to plain ones.
    node.quoted = tag != "?" && !tag.empty();
    if (!node.quoted && (value == "~" || value == "null" || value == "Null" || value == "NULL" || value.empty())) {
      node.kind = Node::Kind::kNull;
    }
    Add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) {
      throw TooMuch{{PositionOf(mark), "", "an alias may not stand inside what it names", "", "", Severity::kError}};
    }
    Node copy = known->second;
    Count(copy, mark);
    Add(std::move(copy), YAML::NullAnchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(Node::Kind::kList, mark, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(Node::Kind::kMap, mark, anchor);
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor;
    bool has_key = false;
    Entry pending;
    std::unordered_set<std::string> keys = {};  // of a map that has many

    bool Knows(const std::string& key) {
      constexpr std::size_t kMany = 32;
      if (node.entries.size() < kMany) return node.Find(key) != nullptr;
      if (keys.empty()) {
        for (const Entry& entry : node.entries) keys.insert(entry.key);
      }
      return !keys.insert(key).second;
    }
  };

  Node Make(Node::Kind kind, const YAML::Mark& mark) {
    CountOne(mark);
    Node node;
    node.kind = kind;
    node.at = PositionOf(mark);
    return node;
  }

  void CountOne(const YAML::Mark& mark) {
    if (++nodes_ <= limits_.nodes) return;
    throw TooMuch{{PositionOf(mark), "",
                   fmt::format("a document has at most {} values, aliases expanded", limits_.nodes), "more",
                   "write less in one document, or fewer aliases of aliases", Severity::kError}};
  }
  void Count(const Node& node, const YAML::Mark& mark) {
    CountOne(mark);
    for (const Node& item : node.items) Count(item, mark);
    for (const Entry& entry : node.entries) Count(entry.value, mark);
  }

  void Open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (static_cast<int>(open_.size()) >= limits_.depth) {
      throw TooMuch{{PositionOf(mark), "", fmt::format("values nest at most {} deep", limits_.depth), "more", "",
                     Severity::kError}};
    }
    open_.push_back({Make(kind, mark), anchor, false, {}});
  }

  void Close() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    Add(std::move(frame.node), frame.anchor);
  }

  void Add(Node node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    if (open_.empty()) {
      parsed_.root = std::move(node);
      return;
    }
    Frame& parent = open_.back();
    if (parent.node.kind == Node::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.has_key) {
      TakeKey(parent, std::move(node));
    } else {
      parent.has_key = false;
      parent.pending.value = std::move(node);
      if (!parent.pending.key.empty()) parent.node.entries.push_back(std::move(parent.pending));
      parent.pending = {};
    }
  }

  // A key that cannot stand is reported, and what belongs to it is left out: an empty pending key.
  void TakeKey(Frame& parent, Node node) {
    parent.has_key = true;
    if (node.kind != Node::Kind::kScalar || node.text.empty()) {
      problems().push_back({node.at, "", "a key is text", DescribeNode(node), "", Severity::kError});
      return;
    }
    if (parent.Knows(node.text)) {
      const auto first = std::find_if(parent.node.entries.begin(), parent.node.entries.end(),
                                      [&](const Entry& entry) { return entry.key == node.text; });
      problems().push_back({node.at, OneLine(node.text, 80), "a key may stand once in a map", "it again",
                            fmt::format("the first is in line {}", first->at.line), Severity::kError});
      return;
    }
    parent.pending.key = node.text;
    parent.pending.at = node.at;
  }

  int first_line_;
  DocumentLimits limits_;
  ParsedDocument parsed_;
  std::vector<Frame> open_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::size_t nodes_ = 0;
};

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

// Whether a line begins with "---" or "..." as a word of its own.
bool IsMarker(std::string_view line, std::string_view marker) {
  return line.starts_with(marker) && (line.size() == marker.size() ||
                                      std::string_view(" \t\r").find(line[marker.size()]) != std::string_view::npos);
}

bool IsBlankOrComment(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos || line[first] == '#';
}

// The first place that is not UTF-8, as a problem.
std::optional<Problem> NotUtf8(const DocumentText& document) {
  if (IsUtf8(document.text)) return std::nullopt;
  Position at{document.first_line, 1};
  for (std::string_view line : Lines(document.text)) {
    while (!line.empty()) {
      std::size_t length = 1;  // of the next character
      while (length <= 4 && !IsUtf8(line.substr(0, length))) ++length;
      if (length > 4) {
        return Problem{at,
                       "",
                       "want UTF-8",
                       fmt::format("the byte 0x{:02X}", static_cast<unsigned char>(line.front())),
                       "save the file as UTF-8",
                       Severity::kError};
      }
      line.remove_prefix(std::min(length, line.size()));
      ++at.column;
    }
    at = {at.line + 1, 1};
  }
  return std::nullopt;
}

bool IndentedByTab(std::string_view line) {
  const std::size_t indent = line.find_first_not_of(' ');
  return indent != std::string_view::npos && line[indent] == '\t';
}

// yaml-cpp calls a tab in the indentation many things; the tab itself is what helps to know.
std::optional<int> TabNear(std::string_view text, int line) {
  const std::vector<std::string_view> lines = Lines(text);
  for (int at = std::min<int>(line, static_cast<int>(lines.size()) - 1); at >= 0 && at >= line - 2; --at) {
    if (IndentedByTab(lines[static_cast<std::size_t>(at)])) return at;
  }
  return std::nullopt;
}

}  // namespace

const Node* Node::Find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::string DescribeNode(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull: return "nothing";
    case Node::Kind::kScalar: return fmt::format("\"{}\"", OneLine(node.text, 60));
    case Node::Kind::kList: return "a list";
    case Node::Kind::kMap: return "a map";
  }
  return "";
}

std::vector<DocumentText> SplitDocuments(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  std::vector<DocumentText> documents(1);
  struct {
    bool directives = false;
    bool begun = false;  // its "---" has been seen
    bool content = false;
  } last;  // of the documents
  int number = 0;
  auto begin_next = [&](int line) {
    if (!last.directives && !last.content) documents.pop_back();
    documents.push_back({"", line});
    last = {};
  };
  for (const std::string_view line : Lines(text)) {
    ++number;
    const bool begins = IsMarker(line, "---");
    if (begins) {
      // Directives stand before the "---" of their own document.
      const bool own = last.directives && !last.begun && !last.content;
      if (!own) begin_next(number);
      last.begun = true;
    }
    documents.back().text.append(line).push_back('\n');
    if (IsMarker(line, "...")) {
      begin_next(number + 1);
    } else if (line.starts_with('%') && !last.begun && !last.content) {
      last.directives = true;
    } else if (!IsBlankOrComment(begins ? line.substr(3) : line)) {
      last.content = true;
    }
  }
  if (!last.directives && !last.content) documents.pop_back();
  return documents;
}

ParsedDocument ParseDocument(const DocumentText& document, const DocumentLimits& limits) {
  TreeBuilder builder(document, limits);
  auto fail = [&](Problem problem) {
    builder.problems().push_back(std::move(problem));
    return builder.Take();
  };
  if (document.text.size() > limits.bytes) {
    return fail({builder.Begin(), "", fmt::format("a document has at most {} bytes", limits.bytes),
                 std::to_string(document.text.size()), "", Severity::kError});
  }
  if (auto problem = NotUtf8(document)) return fail(std::move(*problem));
  if (document.text.find('\0') != std::string::npos) {
    return fail({builder.Begin(), "", "want text", "a zero byte", "is this a policy file?", Severity::kError});
  }
  try {
    std::istringstream stream(document.text);
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
  } catch (const TooMuch& too_much) {
    return fail(too_much.problem);
  } catch (const YAML::Exception& error) {
    if (const auto tab = TabNear(document.text, error.mark.line)) {
      return fail(
          {{*tab + document.first_line, 1}, "", "indent with spaces, never with tabs", "a tab", "", Severity::kError});
    }
    return fail({builder.PositionOf(error.mark), "", "not YAML: " + error.msg, "", "", Severity::kError});
  }
  return builder.Take();
}

}  // namespace loadline
