#include "migrate/watermark_read.h"

#include <fmt/format.h>

#include "base/text.h"
#include "migrate/fields.h"
#include "migrate/watermark_metrics.h"

namespace loadline {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
constexpr Duration kHour = std::chrono::hours(1);

class Reader {
 public:
  Reader(const Node& spec, const std::string& workload, Migration& migration)
      : workload_(workload), migration_(migration), fields_(spec, "spec", migration) {}

  std::optional<WatermarkScaler> Read() {
    fields_.Take({"scale_target_ref"});
    fields_.Tell(Fate::kCarried, "stands in the ScaledObject");
    if (!ReadBounds()) return std::nullopt;
    ReadHow();
    ReadLimits();
    ReadTimes();
    law().metrics = ReadWatermarkMetrics(fields_, workload_, migration_);
    fields_.Leave({"recommender"},
                  "a service that says how many: a signal with replicas: QUERY can, if it has a metric");
    fields_.Leave({"min_available_replica_percentage", "readiness_delay_seconds"},
                  "pods that are not ready are not told apart: a signal with role: gate and whenClosed: hold can, by "
                  "kube_deployment_status_replicas_ready");
    fields_.TellRest();
    if (law().metrics.empty()) {
      migration_.Tell(Fate::kNotCarried, "spec.metrics", "none of them has a watermark: the object stays as it is");
      return std::nullopt;
    }
    if (!MakeExpressionFit(law(), migration_)) return std::nullopt;
    return read_;
  }

 private:
  WatermarkLaw& law() { return read_.law; }

  bool ReadBounds() {
    const double min = fields_.Number({"min_replicas"}).value_or(1);
    fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
    const double max = fields_.Number({"max_replicas"}).value_or(0);
    if (min >= 1 && min <= max && max <= 100000) {
      fields_.Tell(Fate::kCarried, "stands in the policy and in the ScaledObject");
      law().bounds = {static_cast<int>(min), static_cast<int>(max)};
      return true;
    }
    fields_.Tell(Fate::kNotCarried, fmt::format("want 1 <= minReplicas <= maxReplicas; found {} and {}: the object "
                                                "stays as it is",
                                                FormatNumber(min), FormatNumber(max)));
    return false;
  }

  void ReadHow() {
    const std::string algorithm = fields_.Text({"algorithm"});
    law().average = algorithm == "average";
    fields_.Tell(
        algorithm.empty() || algorithm == "absolute" || algorithm == "average" ? Fate::kCarried : Fate::kNotCarried,
        law().average ? "combine compares the metric divided by the replicas"
                      : "combine compares the metric itself, as with absolute");
    law().tolerates_zero = fields_.Truth({"tolerate_zero"}).value_or(false);
    fields_.Tell(Fate::kCarried, law().tolerates_zero ? "0 is a value like others" : "a metric of 0 changes nothing");
    const std::string converge = fields_.Text({"converge_towards_watermark"});
    if (converge == "highwatermark") law().converge = WatermarkLaw::Converge::kHigh;
    if (converge == "lowwatermark") law().converge = WatermarkLaw::Converge::kLow;
    if (!converge.empty())
      fields_.Tell(law().converge == WatermarkLaw::Converge::kNot ? Fate::kNotCarried : Fate::kCarried,
                   "between the watermarks, in combine: " + converge);
    read_.dry_run = fields_.Truth({"dry_run"}).value_or(false);
    fields_.Tell(Fate::kCarried,
                 read_.dry_run ? "mode: hold: it decides, records, and answers what there is" : "the policy is active");
  }

  // One within its bounds, else what it is by default.
  double Bounded(const char* field, double otherwise, double least, double most, const std::string& what) {
    const auto number = fields_.Number({field});
    const bool good = !number || (*number >= least && *number <= most);
    if (!good)
      fields_.Tell(Fate::kNotCarried, fmt::format("is from {} to {}; found {}: {} is taken", FormatNumber(least),
                                                  FormatNumber(most), FormatNumber(*number), FormatNumber(otherwise)));
    const double taken = number && good ? *number : otherwise;
    fields_.Tell(Fate::kCarried, fmt::format("{}: {}", what, FormatNumber(taken)));
    return taken;
  }

  void ReadLimits() {
    law().tolerance = Bounded("tolerance", 0.1, 0, 1, "widens both watermarks in combine");
    if (law().tolerance == 0) law().tolerance = 0.1;  // 0 is taken for nothing said
    law().up_limit = Bounded("scale_up_limit_factor", 50, 0, 1e6, "percent of the replicas at once, in combine");
    law().down_limit = Bounded("scale_down_limit_factor", 20, 0, 99.999, "percent of the replicas at once, in combine");
    law().modulo = static_cast<int>(
        Bounded("replica_scaling_absolute_modulo", 1, 1, 1000, "counts in combine are multiples of it"));
  }

  Duration Window(const char* field, Duration otherwise, Duration most, const std::string& what) {
    Duration taken = fields_.Time({field}).value_or(otherwise);
    if (taken == Duration::zero()) taken = otherwise;
    if (taken > most) {
      fields_.Tell(Fate::kChanged, fmt::format("{} is the longest here", FormatDuration(most)));
      taken = most;
    }
    if (taken > Duration::zero()) fields_.Tell(Fate::kCarried, fmt::format("{}: {}", what, FormatDuration(taken)));
    return taken;
  }

  void ReadTimes() {
    auto& up = read_.up;
    auto& down = read_.down;
    up.window = Window("upscale_forbidden_window_seconds", kMinute, 24 * kHour, "scaleUp.cooldown");
    down.window = Window("downscale_forbidden_window_seconds", 5 * kMinute, 24 * kHour, "scaleDown.cooldown");
    fields_.Tell(Fate::kChanged, "a change in either direction began both windows; here one of its own direction does");
    up.delay = Window("upscale_delay_above_watermark_seconds", Duration::zero(), kHour, "scaleUp.stabilize");
    down.delay = Window("downscale_delay_below_watermark_seconds", Duration::zero(), kHour, "scaleDown.stabilize");
    if (up.delay > Duration::zero() || down.delay > Duration::zero())
      migration_.Tell(Fate::kChanged, "spec.upscaleDelayAboveWatermarkSeconds",
                      "and its like waited until the metric had been beyond the watermark for so long, and went to the "
                      "count of then; here to the nearest one that was asked for in that time");
  }

  const std::string& workload_;
  Migration& migration_;
  Fields fields_;
  WatermarkScaler read_;
};

}  // namespace

std::optional<WatermarkScaler> ReadWatermark(const Node& spec, const std::string& workload, Migration& migration) {
  return Reader(spec, workload, migration).Read();
}

}  // namespace loadline
