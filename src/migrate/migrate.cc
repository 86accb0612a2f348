#include "migrate/migrate.h"

#include <array>
#include <string_view>

#include "base/text.h"
#include "migrate/hpa_object.h"
#include "migrate/keda_object.h"
#include "migrate/predictive_object.h"
#include "migrate/reading.h"
#include "migrate/unnamed.h"
#include "migrate/watermark_object.h"

namespace loadline {
namespace {

using Migrator = Migration (*)(const Node& object, const MigrateOptions& options);

// By the group of apiVersion, whatever its version, and the kind.
struct Kind {
  std::string_view group;
  std::string_view kind;
  Migrator migrate;
};
constexpr std::array kKinds = {
    Kind{"keda.sh", "ScaledObject", MigrateKedaObject},
    Kind{"keda.sh", "ScaledJob", MigrateKedaObject},
    Kind{"autoscaling", "HorizontalPodAutoscaler", MigrateHpa},
    Kind{"jamiethompson.me", "PredictiveHorizontalPodAutoscaler", MigratePredictive},
    Kind{"datadoghq.com", "WatermarkPodAutoscaler", MigrateWatermark},
};

std::string GroupOf(const Node& document) {
  const std::string version = TextAt(document, "apiVersion");
  return version.substr(0, version.find('/'));
}

}  // namespace

std::vector<Migration> Migrate(const Node& document, const MigrateOptions& options) {
  std::vector<Migration> migrations;
  const std::string kind = TextAt(document, "kind");
  if (kind == "List" || kind.ends_with("List")) {
    for (const Node& item : ListAt(document, "items")) {
      for (Migration& each : Migrate(item, options)) migrations.push_back(std::move(each));
    }
    return migrations;
  }
  if (kind.empty()) return MigrateUnnamed(document, options);
  for (const Kind& each : kKinds) {
    if (each.group == GroupOf(document) && each.kind == kind) migrations.push_back(each.migrate(document, options));
  }
  return migrations;
}

std::string MigratedKinds() {
  std::vector<std::string> kinds;
  for (const Kind& each : kKinds) kinds.emplace_back(each.kind);
  for (std::string& each : UnnamedKinds()) kinds.push_back(std::move(each));
  return JoinWords(kinds);
}

}  // namespace loadline
