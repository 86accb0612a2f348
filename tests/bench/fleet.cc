#include "bench/fleet.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

namespace loadline::bench {

void Fleet::WritePolicies(const testing::TempDir& dir) const {
  std::string text;
  auto out = std::back_inserter(text);
  for (int policy = 0; policy < policies; ++policy) {
    fmt::format_to(
        out,
        "---\napiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: {{ name: p-{}, namespace: data }}\n"
        "spec:\n  parameters: {{ group: {{ pattern: \"[a-z0-9-]{{1,63}}\" }} }}\n"
        "  replicas: {{ min: 1, max: {} }}\n  signals:\n",
        policy, limit);
    for (int signal = 0; signal < signals; ++signal) {
      fmt::format_to(out,
                     "    - {{ name: load-{0}, perReplica: 1, query: 'max(load{{policy=\"p-{1}\",group=\"${{group}}\","
                     "signal=\"{0}\"}})' }}\n",
                     signal, policy);
    }
  }
  dir.Write("policies/all.yaml", text);
}

std::string Fleet::Series(Timestamp begin, Timestamp end) const {
  // Prometheus looks back five minutes for a sample.
  constexpr int kStepSeconds = 240;
  std::string text = "# TYPE load gauge\n";
  auto out = std::back_inserter(text);
  const auto first = std::chrono::floor<std::chrono::seconds>(begin).time_since_epoch().count();
  const auto last = std::chrono::floor<std::chrono::seconds>(end).time_since_epoch().count();
  int series = 0;
  for (int policy = 0; policy < policies; ++policy) {
    for (int group = 0; group < groups; ++group) {
      for (int signal = 0; signal < signals; ++signal, ++series) {
        for (auto time = first + series * 7 % kStepSeconds; time < last; time += kStepSeconds)
          fmt::format_to(out, "load{{policy=\"p-{}\",group=\"g-{}\",signal=\"{}\"}} {} {}\n", policy, group, signal,
                         1 + (series + time / kStepSeconds) * 7 % 31, time);
      }
    }
  }
  return text + "# EOF\n";
}

}  // namespace loadline::bench
