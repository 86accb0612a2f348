#include "migrate/limits.h"

#include <fmt/format.h>

#include <cmath>

#include "document/yaml_text.h"
#include "migrate/draft.h"
#include "migrate/fields.h"
#include "migrate/measured.h"

namespace loadline {

Migration MigrateLimits(const Node& document, const std::vector<std::string>& policies) {
  Migration migration = BeginMigration("all", "limits of");
  const Node* limits = document.Find("limits");
  Fields fields(*limits, "limits", migration);
  const auto most = fields.Number({"max_total_replicas", "max_replicas", "total_replicas"});
  if (!most || *most < 1 || std::floor(*most) != *most || *most > 1e6) {
    fields.Tell(Fate::kNotCarried, "there is no maximum of all replicas, a whole number from 1 on");
    return migration;
  }
  fields.Tell(Fate::kCarried, fmt::format("Budget {} of all policies", migration.name));
  fields.Tell(Fate::kChanged,
              "where it is too small, the policies share it by what they want; priority and weight say otherwise");
  std::vector<Node> members;
  for (const std::string& each : policies) members.push_back(MapNode({{"policy", TextNode(each)}}));
  fields.Take({"min_available_memory_mb", "min_available_memory"});
  fields.TellRest();
  Node budget = PolicyDocument(
      migration, MapNode({{"replicas", PlainNode(SeriesValue(*most))}, {"members", ListNode(std::move(members))}}));
  SetEntry(budget, "kind", TextNode("Budget"));
  migration.documents.push_back(std::move(budget));
  return migration;
}

}  // namespace loadline
