#include "simulation/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "scaling/policy_yaml.h"
#include "support/random_language.h"

namespace loadline::simulation {
namespace {

constexpr Duration kDrawnFor = std::chrono::seconds(15);  // the tick that random_language.h has in mind

// "75s" for a tick of 15 s is "5m" for one of 60: all that is counted in seconds goes with the tick.
std::string Stretched(const std::string& spec, std::int64_t factor) {
  std::string text;
  for (std::size_t i = 0; i < spec.size();) {
    const auto is_digit = [&](std::size_t at) { return at < spec.size() && std::isdigit(spec[at]) != 0; };
    const bool in_word = i > 0 && (std::isalnum(spec[i - 1]) != 0 || spec[i - 1] == '.' || spec[i - 1] == '_');
    if (in_word || !is_digit(i)) {
      text += spec[i++];
      continue;
    }
    std::size_t end = i;
    while (is_digit(end)) ++end;
    const std::string digits = spec.substr(i, end - i);
    const bool is_span =
        end < spec.size() && spec[end] == 's' && (end + 1 == spec.size() || std::isalnum(spec[end + 1]) == 0);
    text += is_span ? std::to_string(std::stoll(digits) * factor) : digits;
    i = end;
  }
  return text;
}

std::shared_ptr<const Policy> Parse(const std::string& name, const std::string& spec) {
  std::string text = fmt::format(
      "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: {{ name: {}, namespace: data }}\nspec:\n  ", name);
  for (const char each : spec) text += each == '\n' ? std::string("\n  ") : std::string(1, each);
  PolicyDocument document = ParsePolicy({text, 1});
  if (document.content) return std::make_shared<const Policy>(std::move(*document.content));
  std::string problems;
  for (const Problem& problem : document.problems) problems += FormatProblem(name, problem) + "\n";
  throw std::runtime_error(problems + text);
}

bool IsPlainSignal(const Signal& signal) {
  return signal.per_replica && signal.role == Role::kDemand && !signal.window && !signal.smooth && !signal.max_age &&
         !signal.distrust_zero && !signal.freshness;
}

}  // namespace

std::string ObjectName(std::size_t index) { return fmt::format("o{}", index); }
std::string PolicyName(std::size_t index) { return fmt::format("p{}", index); }

bool IsPlain(const Policy& policy) {
  return std::ranges::all_of(policy.signals, IsPlainSignal) && policy.combine.kind == Combine::Kind::kMax &&
         policy.rules.empty() && !policy.when_idle && !policy.objective && !policy.cost && !policy.every &&
         policy.mode == Mode::kActive && !policy.scale_up.shapes() && !policy.scale_down.shapes() && !policy.hpa;
}

Documents::Documents(Chance& chance, FaultCounts& counts, std::size_t policies, Duration interval, Timestamp now)
    : chance_(chance), counts_(counts), interval_(interval), slots_(policies) {
  for (std::size_t i = 0; i < policies; ++i) slots_[i].policy = DrawPolicy(i);
  for (auto& [_, calendar] : testing::MakeCalendars(chance, now))
    calendars_.push_back(std::make_shared<Calendar>(std::move(calendar)));
  DrawBudgets();
  Assemble();
}

std::string Documents::DrawPlainSpec(std::size_t index) {
  const char prefix = static_cast<char>('a' + index);
  const int min = chance_.In(50) ? 0 : chance_.Between(1, 6);
  std::string spec = fmt::format("replicas: {{ min: {}, max: {}, observed: {}observed }}\nsignals:\n", min,
                                 min + chance_.Between(1, 40), prefix);
  for (int i = chance_.Between(1, 3); i > 0; --i) {
    spec += fmt::format("  - {{ name: s{0}, query: {1}{0}, perReplica: {2}{3} }}\n", i, prefix,
                        1 << chance_.Between(0, 6), chance_.In(30) ? ", onEmpty: zero" : "");
  }
  const std::string then = chance_.Of<std::string>(
      {"error", "error", "ignore", "assumeHigh", "{ replicas: 4, behavior: static }",
       "{ replicas: 4, behavior: currentReplicasIfHigher }", "{ replicas: 3, behavior: currentReplicas }"});
  return spec + fmt::format("onMissing: {{ hold: {}s, then: {} }}\n", 15 * chance_.Between(0, 12), then);
}

std::string Documents::DrawAnySpec(std::size_t index) {
  testing::LanguageOptions options;
  options.queries = std::string(1, static_cast<char>('a' + index));
  options.listed_order = true;
  options.targets.clear();
  for (std::size_t other = 0; other < slots_.size(); ++other) {
    // Cycles are rare, so that something is decided.
    if (other < index || chance_.In(5))
      options.targets.push_back(fmt::format("object: {}, policy: {}", ObjectName(other), PolicyName(other)));
  }
  if (options.targets.empty()) options.targets = {"object: nobody, policy: nothing"};
  return testing::MakeAnySpec(chance_, options).Yaml();
}

// Of a long tick some spans are longer than a policy may say: then another is drawn.
std::shared_ptr<const Policy> Documents::DrawPolicy(std::size_t index) {
  for (int i = 0;; ++i) {
    const std::string spec = chance_.In(45) ? DrawPlainSpec(index) : DrawAnySpec(index);
    try {
      return Parse(PolicyName(index), Stretched(spec, interval_ / kDrawnFor));
    } catch (const std::runtime_error&) {
      if (i == 100) throw;
    }
  }
}

void Documents::DrawOverrides(Timestamp now) {
  overrides_.clear();
  for (Override& each : testing::MakeOverrides(chance_, now)) {
    each.until += interval_ * chance_.Between(0, 40);
    overrides_.push_back(std::make_shared<Override>(std::move(each)));
  }
  counts_.Note(Fault::kOverrides);
}

void Documents::DrawBudgets() {
  budgets_.clear();
  for (int i = chance_.Between(0, 2); i > 0; --i) {
    auto budget = std::make_shared<Budget>();
    budget->name = fmt::format("b{}", i);
    budget->replicas = chance_.Between(3, 60);
    for (std::size_t policy = 0; policy < slots_.size(); ++policy) {
      if (chance_.In(40))
        budget->members.push_back(
            {"data/" + PolicyName(policy),
             {chance_.Between(0, 1), static_cast<double>(chance_.Between(1, 4)), chance_.Between(0, 2)}});
    }
    budgets_.push_back(std::move(budget));
  }
}

void Documents::Change(Timestamp now) {
  Slot& slot = slots_[static_cast<std::size_t>(chance_.Between(0, static_cast<int>(slots_.size()) - 1))];
  const auto index = static_cast<std::size_t>(&slot - slots_.data());
  switch (chance_.Between(0, 9)) {
    case 0:
    case 1:
    case 2:
      slot = {DrawPolicy(index)};
      counts_.Note(Fault::kPolicyChanged);
      break;
    case 3:
      slot.state = chance_.In(50) ? Slot::State::kBroken : Slot::State::kBrokenWithLastGood;
      counts_.Note(Fault::kPolicyBroken);
      break;
    case 4:
      slot.state = Slot::State::kRemoved;
      counts_.Note(Fault::kPolicyRemoved);
      break;
    case 5:
    case 6: DrawOverrides(now); break;
    case 7:
      DrawBudgets();
      counts_.Note(Fault::kBudgets);
      break;
    case 8:
      unread_ = !unread_;
      counts_.Note(Fault::kUnread);
      break;
    default: slot.state = Slot::State::kGood;
  }
  Assemble();
}

void Documents::Mend() {
  for (Slot& slot : slots_) slot.state = Slot::State::kGood;
  unread_ = false;
  Assemble();
}

void Documents::Assemble() {
  auto set = std::make_shared<PolicySet>();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (slot.state == Slot::State::kGood || slot.state == Slot::State::kBrokenWithLastGood)
      set->policies.push_back(slot.policy);
    if (slot.state == Slot::State::kBroken || slot.state == Slot::State::kBrokenWithLastGood) {
      PolicyProblem problem;
      problem.file = "policies.yaml";
      problem.problem.rule = "want a number above 0";
      problem.policy_namespace = "data";
      problem.policy_name = PolicyName(i);
      problem.last_good_in_force = slot.state == Slot::State::kBrokenWithLastGood;
      set->problems.push_back(std::move(problem));
    }
  }
  set->overrides = overrides_;
  set->budgets = budgets_;
  set->calendars = calendars_;
  if (unread_) set->unread.push_back({"other-*", "the API server does not answer"});
  current_ = std::move(set);
}

}  // namespace loadline::simulation
