// Reads what a real HPA did, a JSON object a line ({"value":7.001,"before":1,"after":8}), and exits with 1 where the
// model (src/scaling/hpa.h) does something else. The HPA's behavior is that of tests/cluster/manifests/workload.yaml.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "scaling/hpa.h"

int main() {
  using namespace loadline;
  HpaOptions options;
  options.max = 20;
  const ScalingRules swift{
      Duration(0), ScalingRules::Select::kMax, {{RatePolicy::Type::kPods, 100, std::chrono::seconds(1)}}};
  options.behavior = HpaBehavior{swift, swift};
  Hpa hpa(options);
  Timestamp now{};
  int rows = 0;
  int differ = 0;
  for (std::string line; std::getline(std::cin, line);) {
    const nlohmann::json row = nlohmann::json::parse(line);
    now += std::chrono::seconds(15);
    const int model = hpa.Sync(now, row.at("value").get<double>(), row.at("before").get<int>());
    const int real = row.at("after").get<int>();
    std::cout << "value " << row.at("value") << " at " << row.at("before") << ": HPA " << real << ", model " << model
              << (model == real ? "\n" : "  DIFFERS\n");
    ++rows;
    if (model != real) ++differ;
  }
  std::cout << rows << " steps, " << differ << " differ\n";
  return rows > 0 && differ == 0 ? 0 : 1;
}
