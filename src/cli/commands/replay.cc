#include "cli/commands/replay.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <istream>
#include <ostream>
#include <vector>

#include "base/text.h"
#include "scaling/fit_objective.h"
#include "scaling/hpa.h"
#include "scaling/policy_yaml.h"
#include "sources/policy_files.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr double kMostTicks = 10'000'000;  // a gap of years is a typing error

struct Replay {
  Objective objective;
  ObjectiveTerms terms;
};

Result<Policy> ReadPolicyFile(const std::string& path) {
  const Result<std::string> text = ReadFile(path, kLargestPolicyFile);
  if (!text) return Fail(text.error());
  const std::vector<DocumentText> documents = SplitDocuments(*text);
  if (documents.size() != 1)
    return Fail(Code::kInvalidArgument, fmt::format("{}: want one policy; found {} documents", path, documents.size()));
  PolicyDocument parsed = ParsePolicy(documents.front());
  std::string problems;
  for (const Problem& each : parsed.problems) {
    if (each.severity == Severity::kError) problems += (problems.empty() ? "" : "\n") + FormatProblem(path, each);
  }
  if (!parsed.content) return Fail(Code::kInvalidArgument, problems);
  if (!parsed.content->objective)
    return Fail(Code::kInvalidArgument, fmt::format("{}: want spec.objective: it is what is replayed", path));
  return *std::move(parsed.content);
}

Result<Replay> Prepare(const ReplayCommand& command) {
  const auto fail = [](std::string message) { return Fail(Code::kInvalidArgument, std::move(message)); };
  if (command.tick_seconds < 1 || 60 % command.tick_seconds != 0)
    return fail(fmt::format("--tick: want seconds that a minute is a multiple of; found {}", command.tick_seconds));
  const Result<Policy> policy = ReadPolicyFile(command.policy);
  if (!policy) return Fail(policy.error());
  Replay replay{*policy->objective, {}};
  ObjectiveTerms& terms = replay.terms = TermsOf(*policy, std::chrono::seconds(command.tick_seconds));
  if (command.capacity) terms.capacity = *command.capacity;
  if (command.start_delay_seconds) terms.start_delay = Duration(std::llround(*command.start_delay_seconds * 1000));
  if (command.min) terms.min = *command.min;
  if (command.max) terms.max = *command.max;
  if (terms.min > terms.max) return fail(fmt::format("want min, {}, not above max, {}", terms.min, terms.max));
  return replay;
}

std::vector<std::string_view> SplitAtCommas(std::string_view line) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t comma = line.find(',');
    parts.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    line.remove_prefix(comma + 1);
  }
}

// The rows of standard input, one at a time.
class Rows {
 public:
  Rows(std::istream& in, const ObjectiveTerms& terms, bool lockstep) : in_(in), terms_(terms), lockstep_(lockstep) {}

  // The next row; none at the end. Fails with kInvalidArgument: the line, the rule and what was found.
  Result<std::optional<LoadRow>> Next() {
    std::string line;
    while (std::getline(in_, line)) {
      ++number_;
      if (line.ends_with('\r')) line.pop_back();
      if (line.empty() || (number_ == 1 && !ParseNumber(SplitAtCommas(line).front()))) continue;  // the header
      return Read(line);
    }
    return std::optional<LoadRow>();
  }

 private:
  Result<std::optional<LoadRow>> Read(const std::string& line) {
    const auto fail = [&](std::string_view what) {
      return Fail(Code::kInvalidArgument, fmt::format("line {}: {}; found \"{}\"", number_, what, OneLine(line, 80)));
    };
    const auto parts = SplitAtCommas(line);
    if (parts.size() != (lockstep_ ? 5u : 2u))
      return fail(lockstep_ ? "want ts,load,backlog,ready,replicas" : "want ts,load");
    LoadRow row;
    const Result<double> time = ParseNumber(parts[0]);
    if (!time || std::abs(*time) > 1e11) return fail("want seconds since the epoch");
    row.time = FromSeconds(*time);
    if (row.time != AlignDown(row.time, terms_.tick)) return fail("want a multiple of the tick");
    if (last_ && row.time <= *last_) return fail("rows are in the order of time, each time once");
    if (last_ && (row.time - *last_) / terms_.tick > kMostTicks) return fail("the gap before it is too long");
    last_ = row.time;
    if (!parts[1].empty() && parts[1] != "NaN" && parts[1] != "nan") {
      const Result<double> load = ParseNumber(parts[1]);
      if (!load || *load < 0) return fail("want a load of at least 0, or nothing where it is missing");
      row.load = *load;
    }
    if (!lockstep_) return std::optional(row);
    const Result<double> backlog = ParseNumber(parts[2]);
    if (!backlog || *backlog < 0) return fail("want a backlog of at least 0");
    row.backlog = *backlog;
    const Result<double> replicas = ParseNumber(parts[4]);
    if (!replicas || *replicas < 0 || *replicas != std::floor(*replicas) || *replicas > 100'000)
      return fail("want the observed replicas, a whole number of at least 0");
    row.replicas = static_cast<int>(*replicas);
    return std::optional(row);
  }

  std::istream& in_;
  const ObjectiveTerms& terms_;
  const bool lockstep_;
  int number_ = 0;
  std::optional<Timestamp> last_;
};

// The replicas that would be there, had the answers been given.
class ModelledReplicas {
 public:
  ModelledReplicas(const ObjectiveTerms& terms, Duration window) : terms_(terms), hpa_(OptionsOf(terms, window)) {}

  int Before(const LoadRow& row) {
    if (!replicas_) {
      const double wanted = std::ceil(row.load.value_or(0) / (0.8 * terms_.capacity));
      replicas_ = static_cast<int>(std::clamp<double>(wanted, std::max(terms_.min, 1), std::max(terms_.max, 1)));
    }
    return *replicas_;
  }
  void After(Timestamp now, double answer) { replicas_ = hpa_.Sync(now, answer, *replicas_); }

 private:
  static HpaOptions OptionsOf(const ObjectiveTerms& terms, Duration window) {
    HpaOptions options{std::max(terms.min, 1), std::max(terms.max, 1), terms.tolerance, DefaultHpaBehavior()};
    options.behavior->down.stabilization = window;
    return options;
  }

  const ObjectiveTerms& terms_;
  Hpa hpa_;
  std::optional<int> replicas_;
};

int Bad(const Error& error) {
  fmt::print(stderr, "replay: {}\n", error.message);
  return 2;
}

}  // namespace

int RunReplay(const ReplayCommand& command, std::istream& in, std::ostream& out) {
  const Result<Replay> replay = Prepare(command);
  if (!replay) return Bad(replay.error());
  const ObjectiveTerms& terms = replay->terms;
  const auto law = MakeObjectiveLaw(replay->objective, terms);
  ModelledReplicas modelled(terms, replay->objective.scale_down_window);
  Rows rows(in, terms, command.lockstep);
  out << (command.lockstep ? "desired\n" : "ts,desired\n");
  if (command.lockstep) out.flush();
  bool any = false;
  for (;;) {
    Result<std::optional<LoadRow>> next = rows.Next();
    if (!next) {
      out.flush();
      return Bad(next.error());
    }
    if (!*next) break;
    LoadRow& row = **next;
    any = true;
    if (!command.lockstep) row.replicas = modelled.Before(row);
    const double answer = law->Decide(row);
    if (command.lockstep) {
      fmt::print(out, "{}\n", answer);
      out.flush();
    } else {
      modelled.After(row.time, answer);
      fmt::print(out, "{},{}\n", ToSeconds(row.time), answer);
    }
  }
  out.flush();
  if (command.explain && any) fmt::print(stderr, "{}", DescribeReport(*law->Model()->report()));
  return 0;
}

}  // namespace loadline
