// A policy and an hour to replay it on, and the program that does.
#ifndef LOADLINE_TESTS_UNIT_CLI_REPLAYED_H_
#define LOADLINE_TESTS_UNIT_CLI_REPLAYED_H_

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/places.h"

namespace loadline::testing {

inline std::string Policy(const std::string& name, const std::string& spec) {
  return "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: " + name +
         " }\nspec:\n  allowedNamespaces: [\"*\"]\n" + spec;
}
inline const std::string kService =
    "  parameters: { service: { pattern: \"[a-z]+\" } }\n"
    "  replicas: { min: 1, max: 5, observed: \"seen{app=\\\"${name}\\\"}\" }\n"
    "  signals: [ { name: requests, query: \"load{service=\\\"${service}\\\"}\", perReplica: 10 } ]\n"
    "  cost: { perReplicaHour: 0.5 }\n";
inline const std::string kHead =
    "# loadline recording 1\n# object shop/web\n# parameter service=web\n# query q1 default load{service=\"web\"}\n"
    "# query q2 default seen{app=\"web\"}\ntime,q1,q2\n";

// An hour, in which the load doubles for ten minutes.
inline std::string AnHour() {
  std::string rows = kHead;
  for (int i = 0; i < 240; ++i)
    rows += fmt::format("{},{},{}\n", 1'800'000'000 + 15 * i, i >= 100 && i < 140 ? 38 : 19, 3);
  return rows;
}

inline Ran Run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), testing::kLoadline);
  return RunProgram(arguments);
}

inline std::string Read(const std::string& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// What it said, without what it cost.
inline nlohmann::json Json(const Ran& ran) {
  INFO(ran.output);
  REQUIRE(ran.exit_code == 0);
  nlohmann::json said = nlohmann::json::parse(ran.output);
  said.erase("cpu_seconds");
  return said;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_CLI_REPLAYED_H_
