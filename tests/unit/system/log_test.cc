#include "system/log.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/certificates.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using nlohmann::json;

// What is written to standard error while `write` runs.
std::vector<json> Logged(const LogOptions& options, const std::function<void(Log&)>& write) {
  const testing::TempDir dir;
  const std::string file = dir / "err";
  const int saved = dup(2);
  FILE* to = std::freopen(file.c_str(), "w", stderr);
  REQUIRE(to != nullptr);
  {
    const auto log = MakeLog(options);
    write(*log);
  }
  std::fflush(stderr);
  dup2(saved, 2);
  close(saved);
  std::vector<json> lines;
  std::istringstream text(testing::FileText(file));
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
  return lines;
}

TEST_CASE("An event is one line of JSON, whatever is in it") {
  const auto lines = Logged({}, [](Log& log) {
    log.Write("api", LogLevel::kWarn, "odd",
              {{"text", "a\n\"b\" \xff {} %s"},
               {"nan", std::numeric_limits<double>::quiet_NaN()},
               {"number", 2.5},
               {"whole", 7},
               {"yes", true},
               {"list", Json{"[1,2]"}}});
  });
  REQUIRE(lines.size() == 1);
  const json& line = lines[0];
  CHECK(line["level"] == "warn");
  CHECK(line["module"] == "api");
  CHECK(line["event"] == "odd");
  CHECK(line["text"].get<std::string>().starts_with("a\n\"b\" "));
  CHECK(line["nan"].is_null());
  CHECK(line["number"] == 2.5);
  CHECK(line["whole"] == 7);
  CHECK(line["yes"] == true);
  CHECK(line["list"][1] == 2);
  CHECK(line["time"].get<std::string>().size() == std::string("2026-11-24T06:00:00.000Z").size());
}

TEST_CASE("Levels count, and a module's own before the common one") {
  LogOptions options;
  options.level = LogLevel::kWarn;
  options.modules = {{"sources", LogLevel::kDebug}, {"api", LogLevel::kOff}};
  const auto lines = Logged(options, [](Log& log) {
    CHECK(log.Enabled("sources", LogLevel::kDebug));
    CHECK_FALSE(log.Enabled("controller", LogLevel::kInfo));
    log.Write("controller", LogLevel::kInfo, "no", {});
    log.Write("controller", LogLevel::kWarn, "yes", {});
    log.Write("sources", LogLevel::kDebug, "yes", {});
    log.Write("api", LogLevel::kError, "no", {});
  });
  REQUIRE(lines.size() == 2);
  for (const json& line : lines) CHECK(line["event"] == "yes");
}

TEST_CASE("What repeats is one line a minute for each key") {
  const auto lines = Logged({}, [](Log& log) {
    for (int i = 0; i < 100; ++i) log.WriteLimited("a", "sources", LogLevel::kError, "failed", {});
    log.WriteLimited("b", "sources", LogLevel::kError, "failed", {});
  });
  CHECK(lines.size() == 2);
}

}  // namespace
}  // namespace loadline
