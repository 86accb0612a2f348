// What a WatermarkPodAutoscaler says: its law, and how long it waits.
#ifndef LOADLINE_MIGRATE_WATERMARK_READ_H_
#define LOADLINE_MIGRATE_WATERMARK_READ_H_

#include <optional>
#include <string>

#include "base/time.h"
#include "document/node.h"
#include "migrate/migration.h"
#include "migrate/watermark.h"

namespace loadline {

struct WatermarkScaler {
  // Of one direction.
  struct Waits {
    Duration window{0};  // after a change
    Duration delay{0};   // while a metric is beyond its watermark
  };

  WatermarkLaw law;
  bool dry_run = false;
  Waits up;
  Waits down;
};

// None where there is nothing to migrate; the migration says why.
std::optional<WatermarkScaler> ReadWatermark(const Node& spec, const std::string& workload, Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_WATERMARK_READ_H_
