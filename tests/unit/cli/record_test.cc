// `loadline record`, and a replay of what it wrote, end to end, of a real Prometheus.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "support/prometheus_server.h"
#include "support/temp_dir.h"
#include "system/clock.h"
#include "unit/cli/replayed.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::GaugeText;
using testing::Json;
using testing::kService;
using testing::Policy;
using testing::PrometheusServer;
using testing::Ran;
using testing::Run;
using testing::TempDir;

TEST_CASE("What is recorded of a Prometheus is replayed as what it says") {
  const Timestamp begin = AlignDown(SystemClock().Now() - std::chrono::hours(6), std::chrono::seconds(15));
  std::vector<double> load, seen;
  for (int i = 0; i < 4 * 240; ++i) {
    load.push_back(25 + 15 * std::sin(i / 50.0));
    seen.push_back(3);
  }
  const PrometheusServer prometheus(GaugeText("load", "service=\"web\"", begin, std::chrono::seconds(15), load) +
                                    GaugeText("seen", "app=\"web\"", begin, std::chrono::seconds(15), seen) +
                                    "# EOF\n");
  const TempDir dir;
  const std::string policy = dir.Write("web.yaml", Policy("web", kService));
  const std::string from = FormatTimestamp(begin + std::chrono::hours(1));
  const std::string to = FormatTimestamp(begin + std::chrono::hours(3));
  std::vector<std::string> common = {
      "--prometheus", prometheus.url(), "--from",   from,       "--to",        to,
      "--policy",     policy,           "--object", "shop/web", "--parameter", "service=web"};
  const auto with = [&](std::vector<std::string> command) {
    command.insert(command.end(), common.begin(), common.end());
    return Run(command);
  };
  const std::string file = dir / "web.csv";
  const Ran recorded = with({"record", "--out", file});
  INFO(recorded.output);
  REQUIRE(recorded.exit_code == 0);
  CHECK(recorded.output.find("500                  500  load{service=\"web\"}") != std::string::npos);
  const json direct = Json(with({"replay", "-o", "json"}));
  CHECK(direct["replayed"].size() == 2);
  CHECK(direct["replayed"][0]["name"] == "really was");
  CHECK(direct["replayed"][1]["total"]["judged"] == 1.0);
  CHECK(direct["begin"] == from);
  CHECK(direct["end"] == to);
  CHECK(direct == Json(Run({"replay", "--recording", file, "--policy", policy, "-o", "json"})));

  // More than a server answers at once is asked for in parts.
  const Ran in_parts =
      Run({"record", "--out", dir / "seconds.csv", "--tick", "1", "--prometheus", prometheus.url(), "--from",
           FormatTimestamp(begin), "--to", FormatTimestamp(begin + std::chrono::hours(3)), "--history", "0s",
           "--policy", policy, "--object", "shop/web", "--parameter", "service=web"});
  INFO(in_parts.output);
  CHECK(in_parts.output.find("10800                10800  load{service=\"web\"}") != std::string::npos);

  // A mistake is told with how to mend it.
  const auto fails = [&](std::vector<std::string> command, int code, const std::string& message) {
    const Ran ran = Run(command);
    INFO(ran.output);
    CHECK(ran.exit_code == code);
    CHECK(ran.output.find(message) != std::string::npos);
  };
  const std::string url = prometheus.url();
  fails({"replay", "--prometheus", url, "--from", "-1h", "--policy", policy}, 2,
        "parameter service is required: set it with --parameter service=VALUE");
  fails({"replay", "--prometheus", url, "--from", "-1h", "--policy", policy, "--parameter", "servise=web"}, 2,
        "--parameter servise: no policy declares it (did you mean service?)");
  fails({"replay", "--prometheus", url, "--policy", policy, "--parameter", "service=web"}, 2,
        "want --from, such as --from -14d");
  fails({"replay", "--prometheus", url, "--from", "-400d", "--to", "-399d", "--policy", policy, "--parameter",
         "service=web", "--object", "shop/web"},
        1, "no data in the range");
  fails({"replay", "--prometheus", url, "--from", from, "--to", to, "--policy", policy, "--parameter", "service=web",
         "--object", "shop/web", "--load", "sum(load"},
        2, "The query was: sum(load");
  const Ran warned = Run({"replay", "--prometheus", url, "--from", from, "--to", to, "--policy", policy, "--parameter",
                          "service=web", "--object", "shop/other"});
  CHECK(warned.exit_code == 0);
  CHECK(warned.output.find("Note: no data for seen{app=\"other\"}: check the query, --object and --parameter") !=
        std::string::npos);
  CHECK(warned.output.find("really was") == std::string::npos);
}

}  // namespace
}  // namespace loadline
