// The grammar is muparser's, what comes of it is ours.
//
// muparser's own evaluation writes into the parser, so that each thread would need one for each expression (12 kB), and
// it lets NaN pass. So muparser only compiles, and a tree is made of its reverse Polish notation: "a b +" puts a node
// for a on a stack, one for b, and one for their sum in place of both. What else of muparser 2.3.3 stays outside: its
// optimizer (it folds 0.5 && 1 to 0), its numbers (they follow a locale that others may set), its functions, its
// constants _pi and _e, texts, and bulk evaluation with OpenMP.
#include "scaling/expression_compile.h"

#include <fmt/format.h>
#include <muParserBase.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>

namespace loadline {
namespace {

using Step = ExpressionStep;

constexpr const char* kStrayComma = "a comma stands only between the values of a function";

struct Function {
  const char* name;
  std::size_t takes;  // values; 0: one or more
  Step step;
};

// avg is the sum by the count, clamp(x, lo, hi) is min(max(x, lo), hi).
constexpr Function kFunctions[] = {{"min", 0, Step::kMin},     {"max", 0, Step::kMax},     {"sum", 0, Step::kAdd},
                                   {"avg", 0, Step::kDivide},  {"abs", 1, Step::kAbs},     {"ceil", 1, Step::kCeil},
                                   {"floor", 1, Step::kFloor}, {"round", 1, Step::kRound}, {"sqrt", 1, Step::kSqrt},
                                   {"log", 1, Step::kLog},     {"exp", 1, Step::kExp},     {"pow", 2, Step::kPower},
                                   {"clamp", 3, Step::kMin},   {"if", 3, Step::kIf}};

// muparser calls none of these: it does not evaluate.
double Negate(double value) { return -value; }
double Not(double value) { return value == 0 ? 1 : 0; }
double Call(void*, const double*, int) { return 0; }

// from_chars, as it reads the same in every locale. Names have been told from numbers before, so that "inf" is none.
int ReadNumber(const char* text, int* position, double* value) {
  if ((*text < '0' || *text > '9') && *text != '.') return 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), *value);
  if (error != std::errc()) return 0;
  *position += static_cast<int>(end - text);
  return 1;
}

class Grammar : public mu::ParserBase {
 public:
  Grammar() {
    InitCharSets();
    AddValIdent(ReadNumber);
    DefineInfixOprt("-", Negate, mu::prINFIX, false);
    DefineInfixOprt("!", Not, mu::prINFIX, false);
    for (const Function& function : kFunctions)
      DefineFunUserData(function.name, Call, const_cast<Function*>(&function), false);
    EnableOptimizer(false);
  }

  // Throws mu::ParserError.
  std::span<const mu::SToken> Compile(const std::string& text) {
    SetExpr(text);
    GetUsedVar();  // the one way to compile that does not evaluate, too
    return {GetByteCode().GetBase(), GetByteCode().GetSize()};
  }

 private:
  void InitCharSets() override {
    DefineNameChars("0123456789_.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    DefineOprtChars("+-*^/?<>=!&|");
    DefineInfixOprtChars("-!");
  }
  void InitFun() override {}
  void InitConst() override {}
  void InitOprt() override {}
};

std::optional<Step> StepOf(mu::ECmdCode code) {
  switch (code) {
    case mu::cmLT: return Step::kLess;
    case mu::cmGT: return Step::kGreater;
    case mu::cmLE: return Step::kAtMost;
    case mu::cmGE: return Step::kAtLeast;
    case mu::cmEQ: return Step::kEqual;
    case mu::cmNEQ: return Step::kNotEqual;
    case mu::cmADD: return Step::kAdd;
    case mu::cmSUB: return Step::kSubtract;
    case mu::cmMUL: return Step::kMultiply;
    case mu::cmDIV: return Step::kDivide;
    case mu::cmPOW: return Step::kPower;
    case mu::cmLAND: return Step::kAnd;
    case mu::cmLOR: return Step::kOr;
    default: return std::nullopt;
  }
}

// Makes nodes of muparser's code, token by token. `variables` are what its variables point into.
class TreeBuilder {
 public:
  explicit TreeBuilder(const std::vector<double>& variables) : variables_(variables) {}

  std::vector<ExpressionNode> Run(std::span<const mu::SToken> code) {
    for (const mu::SToken& token : code) {
      if (!problem_.empty()) return {};
      Add(token);
    }
    if (stack_.size() != 1) Refuse(kStrayComma);
    return std::move(nodes_);
  }

  const std::string& problem() const { return problem_; }  // empty: none

 private:
  void Add(const mu::SToken& token) {
    if (const std::optional<Step> step = StepOf(token.Cmd)) return Combine(*step, 2);
    switch (token.Cmd) {
      case mu::cmVAL: return Push({.step = Step::kNumber, .number = token.Val.data2});
      case mu::cmVAR: return Push({.step = Step::kVariable, .variable = IndexOf(token.Val.ptr)});
      case mu::cmIF: return heights_.push_back(stack_.size());
      case mu::cmELSE: return WantValues(1);
      case mu::cmENDIF:
        WantValues(2);
        if (!heights_.empty()) heights_.pop_back();
        return Combine(Step::kIf, 3);
      case mu::cmFUNC: return AddCall(token.Fun);
      case mu::cmEND: return;
      default: return Refuse("holds what cannot be read");
    }
  }

  // Between a "?" and its ":" or its end there is one value for each part; muparser has let commas through there.
  void WantValues(std::size_t count) {
    if (heights_.empty() || stack_.size() != heights_.back() + count) Refuse(kStrayComma);
  }

  template <class Fun>
  void AddCall(const Fun& call) {
    const auto* function = static_cast<const Function*>(call.cb._pUserData);
    if (function == nullptr) {
      const bool negates = call.cb._pRawFun == reinterpret_cast<mu::erased_fun_type>(Negate);
      return Combine(negates ? Step::kNegate : Step::kNot, 1);
    }
    const auto count = static_cast<std::size_t>(std::abs(call.argc));
    if (count == 0 || (function->takes != 0 && function->takes != count)) {
      return Refuse(fmt::format("{} takes {} value{}; found {}", function->name,
                                function->takes == 0 ? "at least 1" : std::to_string(function->takes),
                                function->takes < 2 ? "" : "s", count));
    }
    if (stack_.size() < count) return Refuse(kStrayComma);
    if (std::string_view(function->name) == "clamp") return AddClamp();
    if (function->takes != 0) return Combine(function->step, count);
    const bool average = std::string_view(function->name) == "avg";
    for (std::size_t i = 1; i < count; ++i) Combine(average ? Step::kAdd : function->step, 2);
    if (!average) return;
    Push({.step = Step::kNumber, .number = static_cast<double>(count)});
    Combine(Step::kDivide, 2);
  }

  void AddClamp() {
    const std::uint16_t highest = stack_.back();
    stack_.pop_back();
    Combine(Step::kMax, 2);
    stack_.push_back(highest);
    Combine(Step::kMin, 2);
  }

  // Puts one node of the `count` last ones in their place.
  void Combine(Step step, std::size_t count) {
    if (stack_.size() < count) return Refuse(kStrayComma);
    ExpressionNode node{.step = step};
    std::copy(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end(), node.of.begin());
    stack_.resize(stack_.size() - count);
    Push(node);
  }

  void Push(const ExpressionNode& node) {
    stack_.push_back(static_cast<std::uint16_t>(nodes_.size()));
    nodes_.push_back(node);
  }

  std::uint16_t IndexOf(const double* variable) const {
    return static_cast<std::uint16_t>(variable - variables_.data());
  }

  void Refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  const std::vector<double>& variables_;
  std::vector<ExpressionNode> nodes_;
  std::vector<std::uint16_t> stack_;
  std::vector<std::size_t> heights_;  // of the stack, at each "?" that is not complete
  std::string problem_;
};

std::string Describe(const mu::ParserError& error, std::string_view text) {
  switch (error.GetCode()) {
    case mu::ecUNEXPECTED_EOF: return "ends where a value is wanted";
    case mu::ecUNEXPECTED_ARG:
    case mu::ecUNEXPECTED_ARG_SEP: return kStrayComma;
    case mu::ecMISSING_ELSE_CLAUSE: return "? without its :";
    case mu::ecMISPLACED_COLON: return ": without its ?";
    case mu::ecTOO_FEW_PARAMS: return fmt::format("{} takes at least 1 value; found 0", error.GetToken());
    default: break;
  }
  // Sometimes the position is the token's, sometimes that of what follows it.
  const std::string& token = error.GetToken();
  std::size_t at = std::min<std::size_t>(error.GetPos(), text.size());
  if (text.substr(at, token.size()) != token && at >= token.size()) at -= token.size();
  return fmt::format("at character {}: unexpected \"{}\"", at + 1, token);
}

}  // namespace

std::vector<std::string> ExpressionFunctions() {
  std::vector<std::string> names;
  for (const Function& function : kFunctions) names.emplace_back(function.name);
  return names;
}

Result<ExpressionTree> CompileExpression(const ExpressionText& text, const std::vector<std::string>& variables) {
  std::vector<double> values(variables.size());
  try {
    Grammar grammar;
    for (std::size_t i = 0; i < variables.size(); ++i) {
      if (text.variables.contains(variables[i])) grammar.DefineVar(variables[i], &values[i]);
    }
    TreeBuilder builder(values);
    std::vector<ExpressionNode> nodes = builder.Run(grammar.Compile(text.text));
    if (!builder.problem().empty()) return Fail(Code::kInvalidArgument, builder.problem());
    return ExpressionTree{std::move(nodes), variables};
  } catch (const mu::ParserError& error) {
    return Fail(Code::kInvalidArgument, Describe(error, text.text));
  }
}

}  // namespace loadline
