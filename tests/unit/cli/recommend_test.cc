// `loadline recommend`, end to end.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"
#include "unit/cli/replayed.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::AnHour;
using testing::Json;
using testing::kHead;
using testing::kService;
using testing::Policy;
using testing::Ran;
using testing::Run;
using testing::TempDir;

TEST_CASE("Recommendations are said with their effect, confidence and priority, or that there is none") {
  const TempDir dir;
  std::string rows = kHead;
  rows.insert(rows.find("# query"), "# interval 1m\n");
  for (int i = 0; i < 6 * 24 * 60; ++i)
    rows +=
        fmt::format("{},{:.3f},3\n", 1'800'000'000 / 86'400 * 86'400 + 60 * i, 50 + 30 * std::sin(i / 1440.0 * 6.2832));
  const std::string recording = dir.Write("days.csv", rows);
  std::string spec = kService;
  spec.replace(spec.find("max: 5"), 6, "max: 50").replace(spec.find("perReplica: 10"), 14, "perReplica: 4");
  const std::string policy = dir.Write("web.yaml", Policy("web", spec));
  const json said = Json(Run({"recommend", "--recording", recording, "--policy", policy, "--capacity", "10",
                              "--searched", "40", "-o", "json"}));
  REQUIRE_FALSE(said["recommendations"].empty());
  const json& first = said["recommendations"][0];
  CHECK(first["changes"][0]["field"] == "signals.requests.perReplica");
  CHECK(first["priority"] == "medium");
  CHECK(first["confidence"] == 1.0);
  CHECK(first["judged"]["after"]["cost"] < first["judged"]["before"]["cost"]);
  const Ran text =
      Run({"recommend", "--recording", recording, "--policy", policy, "--capacity", "10", "--searched", "40"});
  CHECK(text.output.find("1. Recommended: ") != std::string::npos);
  CHECK(text.output.find("Priority medium, confidence 1.00.") != std::string::npos);
  const Ran none = Run({"recommend", "--recording", recording, "--policy", policy, "--capacity", "10", "--max", "1",
                        "--violations", "100"});
  INFO(none.output);
  CHECK(none.exit_code == 0);
  CHECK(none.output.find("Nothing better was found: no candidate was better") != std::string::npos);
  CHECK(Run({"recommend", "--recording", dir.Write("hour.csv", AnHour()), "--policy", policy}).exit_code == 1);
}

}  // namespace
}  // namespace loadline
