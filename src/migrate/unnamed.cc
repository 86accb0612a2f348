#include "migrate/unnamed.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "migrate/rule_engine.h"

namespace loadline {
namespace {

// By the fields of one policy.
struct Form {
  std::string_view name;
  bool (*is)(const Node& policy);
  Migration (*migrate)(const Node& policy, const std::string& path, const MigrateOptions& options);
};
constexpr std::array kForms = {
    Form{"policy with rules", IsRuleEngine, MigrateRuleEngine},
};

void MigrateOne(const Node& policy, const std::string& path, const MigrateOptions& options,
                std::vector<Migration>& migrations) {
  for (const Form& form : kForms) {
    if (!form.is(policy)) continue;
    migrations.push_back(form.migrate(policy, path, options));
    return;
  }
}

void MigrateAll(const Node& list, const std::string& path, const MigrateOptions& options,
                std::vector<Migration>& migrations) {
  for (std::size_t i = 0; i < list.items.size(); ++i)
    MigrateOne(list.items[i], fmt::format("{}[{}]", path, i), options, migrations);
}

}  // namespace

std::vector<Migration> MigrateUnnamed(const Node& document, const MigrateOptions& options) {
  std::vector<Migration> migrations;
  MigrateOne(document, "", options, migrations);
  MigrateAll(document, "", options, migrations);
  if (const Node* policies = document.Find("policies")) MigrateAll(*policies, "policies", options, migrations);
  if (const Node* policy = document.Find("policy")) MigrateOne(*policy, "policy", options, migrations);
  return migrations;
}

std::vector<std::string> UnnamedKinds() {
  std::vector<std::string> names;
  for (const Form& form : kForms) names.emplace_back(form.name);
  return names;
}

}  // namespace loadline
