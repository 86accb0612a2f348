// Simulates worlds of Loadline for so many days, and says what it did; and of each thing that does not hold
// how to see it again. docs/simulation.md tells what is simulated.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "simulation/world.h"

namespace loadline::simulation {
namespace {

constexpr int kMostViolations = 10;  // who has more begins with these

struct Arguments {
  double days = 10;
  std::uint64_t seed = 1;  // of the first world; the next has the next
  bool one_world = false;
  std::string seeds;  // a file of seeds, one world for each
  std::string bug;
  std::string only;
};

[[noreturn]] void Usage() {
  fmt::print(stderr,
             "simulation [--days N] [--seed FIRST] [--world SEED] [--seeds FILE] [--break BUG] [--only INVARIANT]\n");
  std::exit(2);
}

Arguments Parse(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    if (i + 1 == words.size()) Usage();
    const std::string& value = words[i + 1];
    if (words[i] == "--days") {
      arguments.days = std::stod(value);
    } else if (words[i] == "--seed") {
      arguments.seed = std::stoull(value);
    } else if (words[i] == "--world") {
      arguments.seed = std::stoull(value);
      arguments.one_world = true;
    } else if (words[i] == "--seeds") {
      arguments.seeds = value;
    } else if (words[i] == "--break" && Bugs::Knows(value)) {
      arguments.bug = value;
    } else if (words[i] == "--only") {
      arguments.only = value;
    } else {
      Usage();
    }
  }
  return arguments;
}

std::vector<std::uint64_t> ReadSeeds(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::uint64_t> seeds;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') seeds.push_back(std::stoull(line));
  }
  if (seeds.empty()) Usage();
  return seeds;
}

// Of the world that runs: for who looks at a crash.
volatile std::uint64_t world_seed = 0;

void TellSeed(int signal) {
  fmt::print(stderr, "crashed in the world of seed {}: simulation --world {}\n", std::uint64_t{world_seed},
             std::uint64_t{world_seed});
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// False where something did not hold.
bool RunWorld(std::uint64_t seed, const Arguments& arguments, Figures& figures) {
  world_seed = seed;
  try {
    figures.Add(World(seed, arguments.bug, arguments.only).Run());
    return true;
  } catch (const Violation& violation) {
    fmt::print(
        "VIOLATION of {} in the world of seed {}, after {:.1f} days\nwhere   {}\nseen    {}\nwanted  {}\nreplay  "
        "simulation --world {}{}{}\n",
        violation.invariant, seed, figures.days, violation.where, violation.seen, violation.wanted, seed,
        arguments.bug.empty() ? "" : " --break " + arguments.bug,
        arguments.only.empty() ? "" : " --only " + arguments.only);
    return false;
  }
}

int Run(const Arguments& arguments) {
  Figures figures;
  int violations = 0;
  if (!arguments.seeds.empty()) {
    for (const std::uint64_t seed : ReadSeeds(arguments.seeds)) violations += !RunWorld(seed, arguments, figures);
  } else {
    std::uint64_t seed = arguments.seed;
    do {
      violations += !RunWorld(seed++, arguments, figures);
      if (figures.worlds % 500 == 0) fmt::print(stderr, "{:.0f} days\n", figures.days);
    } while (violations < kMostViolations && !arguments.one_world && figures.days < arguments.days);
  }
  fmt::print("seeds from {}\n{}{} violations\n", arguments.seed, figures.Text(), violations);
  return violations == 0 ? 0 : 1;
}

}  // namespace
}  // namespace loadline::simulation

int main(int count, char** words) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) std::signal(signal, loadline::simulation::TellSeed);
  return loadline::simulation::Run(loadline::simulation::Parse({words + 1, words + count}));
}
