#include "migrate/formula.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

#include "base/text.h"

namespace loadline {

struct FormulaNode {
  enum class Kind { kNumber, kName, kUnary, kBinary, kChoice, kCall };

  Kind kind = Kind::kNumber;
  std::string text;  // a name, an operator of ours, a function of ours; of a number what was written
  double number = 0;
  std::vector<std::shared_ptr<const FormulaNode>> parts;
};

namespace {

using Part = std::shared_ptr<const FormulaNode>;
using Parts = std::vector<Part>;
using Kind = FormulaNode::Kind;

constexpr std::string_view kElement = "#";
constexpr int kDeepest = 32;
constexpr int kMostParts = 10'000;

Part Make(Kind kind, std::string text, Parts parts = {}) {
  return std::make_shared<FormulaNode>(FormulaNode{kind, std::move(text), 0, std::move(parts)});
}
Part MakeNumber(std::string text) {
  const double number = ParseNumber(text).value_or(0);
  return std::make_shared<FormulaNode>(FormulaNode{Kind::kNumber, std::move(text), number, {}});
}

struct Trouble {
  std::string message;
};

// With `element` in the place of #. Predicates within predicates multiply: `left` bounds what comes of it.
Part Substitute(const Part& part, const Part& element, int& left) {
  if (--left < 0) throw Trouble{"it has too many parts once its predicates are written out"};
  if (part->kind == Kind::kName && part->text == kElement) return element;
  FormulaNode copy = *part;
  for (Part& each : copy.parts) each = Substitute(each, element, left);
  return std::make_shared<FormulaNode>(std::move(copy));
}

// How tight an operator of expr binds. Source: expr parser/operator/operator.go
struct Operator {
  std::string_view text;
  std::string_view ours;
  int binds;
};
constexpr Operator kOperators[] = {{"||", "||", 10}, {"or", "||", 10}, {"&&", "&&", 15}, {"and", "&&", 15},
                                   {"==", "==", 20}, {"!=", "!=", 20}, {"<=", "<=", 20}, {">=", ">=", 20},
                                   {"<", "<", 20},   {">", ">", 20},   {"+", "+", 30},   {"-", "-", 30},
                                   {"*", "*", 60},   {"/", "/", 60},   {"**", "^", 100}, {"^", "^", 100}};
constexpr int kUnaryBinds = 90;
constexpr int kPowerBinds = 100;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) { Next(); }

  Part Whole() {
    Part whole = Choice();
    if (!token_.empty()) Fail(fmt::format("an operator was expected before {}", token_));
    return whole;
  }

 private:
  [[noreturn]] void Fail(const std::string& what) const {
    throw Trouble{fmt::format("character {}: {}", at_ + 1, what)};
  }

  static bool IsLetter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

  void Next() {
    while (next_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[next_])) != 0) ++next_;
    at_ = next_;
    std::size_t length = next_ < text_.size() ? 1 : 0;
    if (length > 0 &&
        (IsLetter(text_[at_]) || (text_[at_] == '.' && at_ + 1 < text_.size() && IsLetter(text_[at_ + 1])))) {
      while (at_ + length < text_.size() && (IsLetter(text_[at_ + length]) || text_[at_ + length] == '.')) ++length;
    } else if (length > 0) {
      for (const std::string_view two : {"||", "&&", "==", "!=", "<=", ">=", "**", "??", "|>", "?."}) {
        if (text_.substr(at_, 2) == two) length = 2;
      }
    }
    token_ = text_.substr(at_, length);
    next_ = at_ + length;
  }
  bool Take(std::string_view token) {
    if (token_ != token) return false;
    Next();
    return true;
  }
  void Want(std::string_view token) {
    if (!Take(token))
      Fail(fmt::format("{} was expected{}", token, token_.empty() ? "" : fmt::format(" before {}", token_)));
  }

  Part Choice() {
    if (++depth_ > kDeepest) Fail("it nests too deep");
    Part condition = Binary(0);
    if (token_ == "??" || token_ == "|" || token_ == "?.") Fail(fmt::format("{} is not known here", token_));
    if (Take("?")) {
      Part yes = Choice();
      Want(":");
      condition = Make(Kind::kChoice, "?", {condition, yes, Choice()});
    }
    --depth_;
    return condition;
  }

  static const Operator* Find(std::string_view token) {
    const auto* const found = std::ranges::find(kOperators, token, &Operator::text);
    return found == std::end(kOperators) ? nullptr : found;
  }

  Part Binary(int at_least) {
    Part left = Unary();
    while (const Operator* op = Find(token_)) {
      if (op->binds < at_least) break;
      Next();
      // To the power of goes from right to left.
      Part right = Binary(op->binds == kPowerBinds ? op->binds : op->binds + 1);
      left = Make(Kind::kBinary, std::string(op->ours), {left, right});
    }
    if (token_ == "%" || token_ == ".." || token_ == "in" || token_ == "matches")
      Fail(fmt::format("{} is not known here", token_));
    return left;
  }

  Part Unary() {
    if (token_ == "!" || token_ == "not") {
      Next();
      return Make(Kind::kUnary, "!", {Deeper()});
    }
    if (Take("-")) return Make(Kind::kUnary, "-", {Deeper()});
    if (Take("+")) return Deeper();
    return Primary();
  }
  // What stands behind a sign: it binds tighter than all but the power.
  Part Deeper() {
    if (++depth_ > kDeepest) Fail("it nests too deep");
    Part part = Binary(kUnaryBinds);
    --depth_;
    return part;
  }

  Part Primary() {
    if (Take("(")) {
      Part inner = Choice();
      Want(")");
      return inner;
    }
    if (token_ == "#") {
      if (!in_predicate_) Fail("# stands in a predicate only: count([a, b], {# > 1})");
      Next();
      return Make(Kind::kName, std::string(kElement));
    }
    if (token_.empty()) Fail("a value was expected at the end");
    if (!IsLetter(token_[0]) && token_[0] != '.') Fail(fmt::format("a value was expected before {}", token_));
    const std::string word(token_);
    if (std::isdigit(static_cast<unsigned char>(word[0])) != 0 || word[0] == '.') {
      if (!ParseNumber(word)) Fail(fmt::format("{} is no number", word));
      Next();
      return MakeNumber(word);
    }
    if (word == "true" || word == "false") {
      Next();
      return MakeNumber(word == "true" ? "1" : "0");
    }
    if (word.find('.') != std::string::npos || word == "let" || word == "if" || word == "nil")
      Fail(fmt::format("{} is not known here", word));
    const std::size_t name_at = at_;
    Next();
    return token_ == "(" ? Call(word, name_at) : Make(Kind::kName, word);
  }

  Part Call(const std::string& function, std::size_t name_at) {
    Want("(");
    Parts values;
    std::optional<Part> predicate;
    while (token_ != ")") {
      if (Take("[")) {
        while (token_ != "]") {
          values.push_back(Choice());
          if (!Take(",")) break;
        }
        Want("]");
      } else if (token_ == "{" || (IsPredicated(function) && !values.empty())) {
        predicate = Predicate();
      } else {
        values.push_back(Choice());
      }
      if (!Take(",")) break;
    }
    Want(")");
    return Apply(function, values, predicate, name_at);
  }

  static bool IsPredicated(std::string_view function) {
    return function == "count" || function == "any" || function == "all" || function == "none" || function == "one";
  }

  Part Predicate() {
    const bool was = in_predicate_;
    in_predicate_ = true;
    const bool braces = Take("{");
    Part predicate = Choice();
    if (braces) Want("}");
    in_predicate_ = was;
    return predicate;
  }

  Part Apply(const std::string& function, const Parts& values, const std::optional<Part>& predicate,
             std::size_t name_at) {
    const auto unknown = [&](const std::string& what) { at_ = name_at, Fail(what); };
    if (values.empty()) unknown(fmt::format("{} needs a value", function));
    Parts each = values;
    if (predicate) {
      for (Part& value : each) value = Substitute(*predicate, value, parts_left_);
    }
    if (IsPredicated(function)) {
      if (!predicate) unknown(fmt::format("{} needs a predicate: {}([a, b], {{# > 1}})", function, function));
      return Counted(function, each);
    }
    if (predicate && function != "sum") unknown(fmt::format("{} with a predicate is not known here", function));
    if (function == "float") return values[0];
    if (function == "mean") return Make(Kind::kCall, "avg", each);
    if (function == "min" || function == "max" || function == "sum") return Make(Kind::kCall, function, each);
    if (function == "abs" || function == "ceil" || function == "floor" || function == "round") {
      if (values.size() != 1) unknown(fmt::format("{} takes one value", function));
      return Make(Kind::kCall, function, each);
    }
    unknown(fmt::format("the function {} is not known here", function));
    return nullptr;
  }

  // How often the predicate holds, or whether it does: each is 1 or 0.
  static Part Counted(const std::string& function, const Parts& each) {
    const Part times = Make(Kind::kCall, "sum", each);
    if (function == "count") return times;
    if (function == "any") return Make(Kind::kBinary, ">", {times, MakeNumber("0")});
    if (function == "none") return Make(Kind::kBinary, "==", {times, MakeNumber("0")});
    if (function == "one") return Make(Kind::kBinary, "==", {times, MakeNumber("1")});
    return Make(Kind::kBinary, "==", {times, MakeNumber(std::to_string(each.size()))});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  std::string_view token_;
  int depth_ = 0;
  int parts_left_ = kMostParts;
  bool in_predicate_ = false;
};

void CollectNames(const FormulaNode& node, std::vector<std::string>& names) {
  if (node.kind == Kind::kName && std::find(names.begin(), names.end(), node.text) == names.end())
    names.push_back(node.text);
  for (const Part& each : node.parts) CollectNames(*each, names);
}

// Parentheses about all that is made of parts: ours binds in another way here and there.
std::string WriteNode(const FormulaNode& node, const std::map<std::string, std::string>& names,
                      bool outermost = false) {
  const auto part = [&](std::size_t i, bool outer = false) { return WriteNode(*node.parts[i], names, outer); };
  std::string text;
  switch (node.kind) {
    case Kind::kNumber: return node.text;
    case Kind::kName: return names.at(node.text);
    case Kind::kUnary: text = node.text + part(0); break;
    case Kind::kBinary: text = fmt::format("{} {} {}", part(0), node.text, part(1)); break;
    case Kind::kChoice: text = fmt::format("{} ? {} : {}", part(0), part(1), part(2)); break;
    case Kind::kCall: {
      for (std::size_t i = 0; i < node.parts.size(); ++i) text += (i > 0 ? ", " : "") + part(i, true);
      return fmt::format("{}({})", node.text, text);
    }
  }
  return outermost ? text : fmt::format("({})", text);
}

double EvaluateBinary(std::string_view op, double a, double b) {
  if (op == "+") return a + b;
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  if (op == "/") return a / b;
  if (op == "^") return std::pow(a, b);
  if (op == "<") return a < b ? 1 : 0;
  if (op == ">") return a > b ? 1 : 0;
  if (op == "<=") return a <= b ? 1 : 0;
  if (op == ">=") return a >= b ? 1 : 0;
  if (op == "==") return a == b ? 1 : 0;
  if (op == "!=") return a != b ? 1 : 0;
  if (op == "&&") return a != 0 && b != 0 ? 1 : 0;
  return a != 0 || b != 0 ? 1 : 0;
}

double EvaluateCall(std::string_view function, const std::vector<double>& values) {
  double sum = 0;
  for (const double each : values) sum += each;
  if (function == "sum") return sum;
  if (function == "avg") return sum / static_cast<double>(values.size());
  if (function == "min") return *std::min_element(values.begin(), values.end());
  if (function == "max") return *std::max_element(values.begin(), values.end());
  if (function == "abs") return std::abs(values[0]);
  if (function == "ceil") return std::ceil(values[0]);
  if (function == "floor") return std::floor(values[0]);
  return std::round(values[0]);
}

double EvaluateNode(const FormulaNode& node, const std::map<std::string, double>& values) {
  const auto part = [&](std::size_t i) { return EvaluateNode(*node.parts[i], values); };
  switch (node.kind) {
    case Kind::kNumber: return node.number;
    case Kind::kName: return values.at(node.text);
    case Kind::kUnary: return node.text == "-" ? -part(0) : (part(0) == 0 ? 1 : 0);
    case Kind::kBinary: return EvaluateBinary(node.text, part(0), part(1));
    case Kind::kChoice: return part(0) != 0 ? part(1) : part(2);
    case Kind::kCall: break;
  }
  std::vector<double> each;
  for (std::size_t i = 0; i < node.parts.size(); ++i) each.push_back(part(i));
  return EvaluateCall(node.text, each);
}

}  // namespace

Result<Formula> Formula::Parse(std::string_view text) {
  try {
    Formula formula;
    formula.root_ = Parser(text).Whole();
    return formula;
  } catch (const Trouble& trouble) {
    return Fail(Code::kInvalidArgument, trouble.message);
  }
}

Result<std::string> Formula::Write(const std::map<std::string, std::string>& names) const {
  for (const std::string& each : Names()) {
    if (!names.contains(each)) return Fail(Code::kInvalidArgument, fmt::format("no trigger is called {}", each));
  }
  return WriteNode(*root_, names, true);
}

double Formula::Evaluate(const std::map<std::string, double>& values) const { return EvaluateNode(*root_, values); }

std::vector<std::string> Formula::Names() const {
  std::vector<std::string> names;
  CollectNames(*root_, names);
  return names;
}

}  // namespace loadline
