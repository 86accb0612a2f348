// Records of observations that were damaged, or hold what no source says. LOADLINE_SEED=N repeats a run.
#include <catch2/catch.hpp>
#include <limits>

#include "scaling/observation_json.h"
#include "support/random_language.h"

namespace loadline {
namespace {

using testing::Chance;
using testing::WholeText;
using testing::World;

// A text that is nearly an observation: pieces of it left out, doubled, exchanged, and bytes of any kind.
std::string Spoil(Chance& chance, std::string text) {
  static const std::vector<std::string> kPieces = {"{",
                                                   "}",
                                                   "[",
                                                   "]",
                                                   ",",
                                                   ":",
                                                   "\"",
                                                   "null",
                                                   "true",
                                                   "1e308",
                                                   "-1e308",
                                                   "-0",
                                                   "1e-320",
                                                   "\"inf\"",
                                                   "\"nan\"",
                                                   "9999-12-31T23:59:59Z",
                                                   "0000-01-01T00:00:00Z",
                                                   "1ms",
                                                   "24h",
                                                   "\\ud800",
                                                   "99999999999999999999"};
  for (int i = chance.Between(1, 4); i > 0 && !text.empty(); --i) {
    const auto at = static_cast<std::size_t>(chance.Between(0, static_cast<int>(text.size()) - 1));
    const auto length = static_cast<std::size_t>(chance.Between(0, 12));
    switch (chance.Between(0, 4)) {
      case 0: text.erase(at, length); break;
      case 1:
        text.insert(
            at, text.substr(static_cast<std::size_t>(chance.Between(0, static_cast<int>(text.size()) - 1)), length));
        break;
      case 2: text.replace(at, length, chance.Of(kPieces)); break;
      case 3: text[at] = static_cast<char>(chance.Between(0, 255)); break;
      default: text.resize(at);
    }
  }
  return text;
}

// Readings as no source says them, but as a text may.
void MakeExtreme(Chance& chance, World& world) {
  static const std::vector<double> kValues = {1e308,
                                              -1e308,
                                              1e-320,
                                              -1,
                                              0.5,
                                              1e19,
                                              std::numeric_limits<double>::infinity(),
                                              -std::numeric_limits<double>::infinity(),
                                              std::numeric_limits<double>::quiet_NaN()};
  for (std::vector<Reading>& readings : world.readings) {
    for (Reading& reading : readings) {
      if (chance.In(20)) reading.value = chance.Of(kValues);
    }
  }
}

TEST_CASE("Whatever the text, reading it ends in an observation or an error, and deciding on it in a decision") {
  const unsigned seed = testing::SeedOfRun();
  CAPTURE(seed);
  Chance chance(seed);
  int read_again = 0;
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    const std::string spec = MakeAnySpec(chance).Yaml();
    World world = testing::MakeAnyWorld(chance, spec);
    if (chance.In(50)) MakeExtreme(chance, world);
    const std::string text = ObservationAsJson(Record(world.policy, world.Seen()));
    for (int i = 0; i < 20; ++i) {
      const std::string spoiled = i == 0 ? text : Spoil(chance, text);
      CAPTURE(spec, spoiled);
      const Result<RecordedObservation> read = ParseObservation(spoiled);
      if (!read) {
        ++refused;
        REQUIRE(read.error().message.size() > 20);
        REQUIRE(read.error().message.size() < 500);
        continue;
      }
      REQUIRE(ParseObservation(ObservationAsJson(*read)));
      if (read->windows.size() != world.plan.queries.size()) continue;
      ++read_again;
      const CalendarLookup lookup = read->Lookup();
      const auto forecasts = read->Forecasts();
      const Decision decision = Decide(world.policy, world.plan, read->Seen(lookup, forecasts));
      CAPTURE(WholeText(world.policy, decision));
      if (decision.error) continue;
      REQUIRE(decision.wanted >= 0);
      REQUIRE(decision.wanted <= kMostReplicas);
    }
  }
  CHECK(read_again > 300);
  CHECK(refused > 300);
}

}  // namespace
}  // namespace loadline
