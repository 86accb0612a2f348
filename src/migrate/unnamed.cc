#include "migrate/unnamed.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/text.h"
#include "migrate/fields.h"
#include "migrate/limits.h"
#include "migrate/load_patterns.h"
#include "migrate/load_score.h"
#include "migrate/rule_engine.h"
#include "migrate/weighted_metrics.h"

namespace loadline {
namespace {

Migration RuleEngine(const Node& policy, const Node&, const std::string& path, const MigrateOptions& options) {
  return MigrateRuleEngine(policy, path, options);
}

Migration LoadScore(const Node& policy, const Node&, const std::string& path, const MigrateOptions& options) {
  return MigrateLoadScore(policy, path, options);
}

// By the fields of one policy. `document` is what it stands in.
struct Form {
  std::string_view name;
  bool (*is)(const Node& policy);
  Migration (*migrate)(const Node& policy, const Node& document, const std::string& path,
                       const MigrateOptions& options);
};
constexpr std::array kForms = {
    Form{"policy with thresholds", IsWeightedMetrics, MigrateWeightedMetrics},
    Form{"policy with a load score", IsLoadScore, LoadScore},
    Form{"policy with rules", IsRuleEngine, RuleEngine},
};

class Migrating {
 public:
  Migrating(const Node& document, const MigrateOptions& options) : document_(document), options_(options) {}

  void One(const Node& policy, const std::string& path) {
    for (const Form& form : kForms) {
      if (!form.is(policy)) continue;
      migrations_.push_back(form.migrate(policy, document_, path, options_));
      return;
    }
    if (!path.empty()) unknown_.push_back(path);
  }

  void All(const Node& list, const std::string& path) {
    for (std::size_t i = 0; i < list.items.size(); ++i) One(list.items[i], fmt::format("{}[{}]", path, i));
  }

  std::vector<Migration> Take() {
    std::vector<std::string> names;
    for (const Migration& each : migrations_) {
      if (!each.documents.empty()) names.push_back(each.name);
    }
    if (document_.Find("limits") != nullptr && !names.empty()) migrations_.push_back(MigrateLimits(document_, names));
    if (!migrations_.empty()) TellRest(migrations_.front());
    return std::move(migrations_);
  }

 private:
  // What is of no policy is told with the first.
  void TellRest(Migration& first) {
    for (const std::string& path : unknown_)
      first.Tell(Fate::kNotCarried, path, fmt::format("is none of {}", JoinWords(UnnamedKinds(), "and")));
    if (!HasField(document_, {"policies", "policy"})) return;
    Fields fields(document_, "", first);
    for (const char* field : {"policies", "policy", "limits", "enabled"}) fields.Take({field});
    fields.TellRest();
  }

  const Node& document_;
  const MigrateOptions& options_;
  std::vector<std::string> unknown_;
  std::vector<Migration> migrations_;
};

}  // namespace

std::vector<Migration> MigrateUnnamed(const Node& document, const MigrateOptions& options) {
  if (IsLoadPatterns(document)) return MigrateLoadPatterns(document, options);
  Migrating migrating(document, options);
  migrating.One(document, "");
  migrating.All(document, "");
  if (const Node* policies = document.Find("policies")) migrating.All(*policies, "policies");
  if (const Node* policy = document.Find("policy")) migrating.One(*policy, "policy");
  return migrating.Take();
}

std::vector<std::string> UnnamedKinds() {
  std::vector<std::string> names;
  for (const Form& form : kForms) names.emplace_back(form.name);
  names.emplace_back("load pattern");
  return names;
}

}  // namespace loadline
