// Replays what a real HPA did (tests/cluster/traces) through the model, src/scaling/hpa.h. Says each step where the
// model does something else, and exits with 1 if there is one, or if nothing was replayed. usage: hpa_check FOLDER A
// trace's first line is the HPA's setting, `behavior` as it stands in its spec. Each further line is a sync: the time
// in seconds, the target's replicas before it, the metrics' values (null: missing; none where the HPA did not ask), and
// the replicas after it.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "scaling/hpa.h"

namespace {

using namespace loadline;
using nlohmann::json;

// A Quantity of a tolerance: "300m", "0.3" or "0".
double Quantity(const std::string& text) {
  std::size_t end = 0;
  const double number = std::stod(text, &end);
  if (end == text.size()) return number;
  if (text.substr(end) != "m") throw std::runtime_error("no quantity: " + text);
  return number / 1000;
}

RatePolicy PolicyOf(const json& stated) {
  const bool pods = stated.at("type") == "Pods";
  return {pods ? RatePolicy::Type::kPods : RatePolicy::Type::kPercent, stated.at("value").get<int>(),
          std::chrono::seconds(stated.at("periodSeconds").get<int>())};
}

// What is left out keeps its default, as in the API server.
void ReadRules(const json& stated, ScalingRules& rules, double& tolerance) {
  if (stated.contains("stabilizationWindowSeconds"))
    rules.stabilization = std::chrono::seconds(stated["stabilizationWindowSeconds"].get<int>());
  if (stated.contains("selectPolicy")) {
    rules.select = stated["selectPolicy"] == "Disabled" ? ScalingRules::Select::kDisabled
                   : stated["selectPolicy"] == "Min"    ? ScalingRules::Select::kMin
                                                        : ScalingRules::Select::kMax;
  }
  if (stated.contains("policies")) {
    rules.policies.clear();
    for (const json& each : stated["policies"]) rules.policies.push_back(PolicyOf(each));
  }
  if (stated.contains("tolerance")) tolerance = Quantity(stated["tolerance"].get<std::string>());
}

HpaOptions OptionsOf(const json& setting) {
  HpaOptions options;
  options.min = setting.at("min").get<int>();
  options.max = setting.at("max").get<int>();
  if (setting.contains("behavior")) {
    const json& stated = setting["behavior"];
    options.behavior = DefaultHpaBehavior();
    if (stated.contains("scaleUp")) ReadRules(stated["scaleUp"], options.behavior->up, options.tolerance.up);
    if (stated.contains("scaleDown")) ReadRules(stated["scaleDown"], options.behavior->down, options.tolerance.down);
  }
  return options;
}

Hpa::Metrics MetricsOf(const json& step) {
  Hpa::Metrics metrics;
  for (const json& each : step.value("values", json::array()))
    metrics.push_back(each.is_null() ? std::nullopt : std::optional(each.get<double>()));
  return metrics;
}

struct Count {
  int steps = 0;
  int differ = 0;
};

Count Replay(const std::filesystem::path& trace) {
  std::ifstream file(trace);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("empty: " + trace.string());
  Hpa hpa(OptionsOf(json::parse(line)));
  Count count;
  while (std::getline(file, line)) {
    const json step = json::parse(line);
    ++count.steps;
    const Timestamp now{std::chrono::milliseconds(std::llround(step.at("at").get<double>() * 1000))};
    const int got = hpa.Sync(now, MetricsOf(step), {step.at("spec").get<int>(), step.at("status").get<int>()});
    const int wanted = step.at("after").get<int>();
    if (got == wanted) continue;
    ++count.differ;
    std::cout << trace.filename().string() << ": step " << count.steps << ": wanted " << wanted << ", got " << got
              << ": " << line << '\n';
  }
  if (count.steps == 0) throw std::runtime_error("no steps: " + trace.string());
  return count;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) throw std::runtime_error("usage: hpa_check FOLDER");
  std::vector<std::filesystem::path> traces;
  for (const auto& each : std::filesystem::directory_iterator(argv[1]))
    if (each.path().extension() == ".jsonl") traces.push_back(each.path());
  std::sort(traces.begin(), traces.end());
  Count all;
  for (const std::filesystem::path& each : traces) {
    const Count one = Replay(each);
    all = {all.steps + one.steps, all.differ + one.differ};
  }
  std::cout << traces.size() << " traces, " << all.steps << " steps, " << all.differ << " differ\n";
  return all.steps > 0 && all.differ == 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "hpa_check: " << error.what() << '\n';
  return 1;
}
