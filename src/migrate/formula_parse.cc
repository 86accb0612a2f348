// The language of formulas, as far as a policy can say it.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/text.h"
#include "migrate/formula_tree.h"

namespace loadline {
namespace {

using Part = std::shared_ptr<const FormulaNode>;
using Parts = std::vector<Part>;
using Kind = FormulaNode::Kind;

constexpr std::string_view kElement = "#";
constexpr std::size_t kLongest = 4000;  // bytes; bounds how deep a chain of operators is
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

}  // namespace

Result<std::shared_ptr<const FormulaNode>> ParseFormula(std::string_view text) {
  if (text.size() > kLongest)
    return Fail(Code::kInvalidArgument, fmt::format("it has {} characters, and may have {}", text.size(), kLongest));
  try {
    return Parser(text).Whole();
  } catch (const Trouble& trouble) {
    return Fail(Code::kInvalidArgument, trouble.message);
  }
}

}  // namespace loadline
