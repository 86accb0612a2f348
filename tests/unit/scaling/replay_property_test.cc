// Replays of every policy of the examples, on readings of every kind.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "document/node.h"
#include "scaling/documents.h"
#include "scaling/replay_run.h"
#include "support/places.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr Duration kTick{15'000};
const Timestamp kBegin = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 9));

std::vector<std::shared_ptr<const Policy>> PoliciesOfExamples() {
  std::vector<std::shared_ptr<const Policy>> policies;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(std::string(testing::kSourceDir) + "/examples")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    for (const DocumentText& each : SplitDocuments(text.str())) {
      const LoadlineDocument document = ParseLoadlineDocument(each);
      if (!document.content) continue;
      if (const auto* policy = std::get_if<std::shared_ptr<const Policy>>(&*document.content))
        policies.push_back(*policy);
    }
  }
  return policies;
}

// Mostly numbers, in runs; now and then each other thing that a source may say.
std::vector<Reading> Readings(std::mt19937& random, std::size_t ticks) {
  std::vector<Reading> readings;
  double level = std::uniform_real_distribution<double>(0, 200)(random);
  while (readings.size() < ticks) {
    const auto state = random() % 5 == 0 ? static_cast<ReadingState>(random() % 7) : ReadingState::kValue;
    for (std::size_t left = 1 + random() % 40; left > 0 && readings.size() < ticks; --left) {
      level = std::max(0.0, level + std::normal_distribution<double>(0, 10)(random));
      const bool number = state == ReadingState::kValue || state == ReadingState::kPartial;
      readings.push_back({number ? level : 0, state});
    }
  }
  return readings;
}

struct Example {
  std::shared_ptr<const Policy> policy;
  Parameters parameters;
  QueryPlan plan;
  Recording recording;

  // False where it cannot be replayed by itself.
  bool Prepare(std::mt19937& random) {
    parameters = {{"namespace", "data"}, {"name", "app"}};
    for (const auto& [name, spec] : policy->parameters) parameters[name] = spec.fallback.value_or("a");
    const auto planned = PlanQueries(*policy, parameters);
    if (!planned || planned->depends) return false;
    plan = *planned;
    recording.begin = recording.from = kBegin;
    recording.interval = kTick;
    recording.ticks = 500;
    for (const PlannedQuery& query : plan.queries)
      recording.queries.push_back({query.source, query.text, Readings(random, recording.ticks)});
    return true;
  }
  ReplayMember member() const { return {policy.get(), &plan, &parameters}; }
};

void CheckSums(const ReplayResult& result, const Policy& policy) {
  const ReplayTally total = result.Total();
  const double dt = 15;
  CHECK(total.seconds == 400 * dt);
  CHECK(result.series.wanted.size() == 400);
  double replicas = 0, counted = 0, errors = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    const float wanted = result.series.wanted[i];
    errors += std::isnan(wanted) ? dt : 0;
    if (policy.Most() && !std::isnan(wanted)) CHECK(wanted <= *policy.Most());
    if (std::isnan(result.series.replicas[i])) continue;
    CHECK(result.series.replicas[i] >= 0);
    CHECK(result.series.ready[i] <= result.series.replicas[i]);
    replicas += result.series.replicas[i] * dt;
    counted += dt;
  }
  CHECK(total.error_seconds == errors);
  CHECK(total.counted_seconds == counted);
  CHECK(total.replica_seconds == Approx(replicas));
  CHECK(total.judged_seconds <= counted);
  CHECK(total.short_seconds <= total.judged_seconds);
  CHECK(total.late <= total.items * (1 + 1e-9));
  for (const ReplayMoment& moment : result.worst) {
    CHECK(moment.begin <= moment.peak);
    CHECK(moment.peak < moment.end);
    CHECK_FALSE(moment.said.empty());
  }
}

TEST_CASE("Every policy of the examples can be replayed on whatever was read") {
  const auto seed = GENERATE(take(3, random(1, 1'000'000)));
  INFO("seed " << seed);
  std::mt19937 random(static_cast<unsigned>(seed));
  int replayed = 0;
  for (const auto& policy : PoliciesOfExamples()) {
    Example example{policy, {}, {}, {}};
    INFO(policy->name);
    if (!example.Prepare(random)) continue;
    const ReplayMember member = example.member();
    const auto workload = FindWorkload(example.recording, std::span(&member, 1), {});
    ReplayOptions options;
    options.begin = example.recording.TimeAt(100);
    options.end = example.recording.TimeAt(500);
    if (!workload || !CheckReplay(example.recording, member, options)) continue;
    ReplayForecasts forecasts(example.recording, std::chrono::minutes(10), std::chrono::minutes(1));
    CheckSums(Replay(example.recording, member, *workload, options, forecasts), *policy);
    options.open_loop = true;
    CheckSums(Replay(example.recording, member, *workload, options, forecasts), *policy);
    // The same recording through its text is the same replay.
    const Recording read = *ParseRecording(FormatRecording(example.recording));
    ReplayForecasts again(read, std::chrono::minutes(10), std::chrono::minutes(1));
    const ReplayResult first = Replay(example.recording, member, *workload, options, forecasts);
    const ReplayResult second = Replay(read, member, *workload, options, again);
    for (std::size_t i = 0; i < 400; ++i) {
      const float a = first.series.wanted[i], b = second.series.wanted[i];
      REQUIRE((a == b || (std::isnan(a) && std::isnan(b))));
    }
    ++replayed;
  }
  CHECK(replayed > 25);
}

}  // namespace
}  // namespace loadline
