// What the journal costs: the deciding thread, to hand a decision over; the journal's own thread, for 1,000 decisions a
// second with the default durability; what a record takes on the disk; and how long a look at a time takes among many.
// Figures, no verdicts. usage: build-release/tests/journal_bench FOLDER [rows in millions, default 1]
// or, to look only: build-release/tests/journal_bench FOLDER FILE BINDINGS TICKS, named and timed as here.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "journal/journal.h"
#include "journal/journal_writer.h"
#include "scaling/policy_yaml.h"
#include "system/clock.h"
#include "system/log.h"

namespace loadline::bench {
namespace {

using Steady = std::chrono::steady_clock;

double ThreadUs() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}
double ProcessUs() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}
double Us(Steady::duration took) { return std::chrono::duration<double, std::micro>(took).count(); }

double At(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(static_cast<double>(values.size()) * share))];
}

// A policy of four signals, `window` back.
std::shared_ptr<const Policy> MakePolicy(const std::string& window) {
  return std::make_shared<const Policy>(
      *ParsePolicy({"apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: p, namespace: data }\nspec:\n"
                    "  replicas: { min: 1, max: 40 }\n  onMissing: { hold: " +
                        window +
                        ", then: error }\n  signals:\n"
                        "    - { name: lag, query: lag, perReplica: 300, activateAbove: 60 }\n"
                        "    - name: buffer\n      backlog: { depth: depth, arrivals: arrivals, drainWithin: 2m, "
                        "throughputPerReplica: 50 }\n"
                        "    - { name: cpu, query: cpu, target: 0.7 }\n"
                        "    - { name: jobs, query: jobs, tiers: [ { from: 10, replicas: 2 }, { from: 100, replicas: "
                        "50% } ] }\n",
                    1})
           .content);
}

// What the deciding thread sees of a binding, again and again.
struct Seen {
  explicit Seen(const std::string& window)
      : policy(MakePolicy(window)),
        plan(std::make_shared<const QueryPlan>(*PlanQueries(*policy, {{"namespace", "data"}, {"name", "app"}}))) {
    observation.now = Timestamp(std::chrono::hours(480'000));
    for (const PlannedQuery& query : plan->queries)
      readings.emplace_back(static_cast<std::size_t>(query.window / observation.interval) + 1);
    int i = 0;
    for (auto& each : readings) {
      for (Reading& reading : each) reading = {20 + (i++ * 7919 % 1000) / 8.0, ReadingState::kValue};
      observation.windows.push_back({each, ""});
    }
    decision = std::make_shared<const Decision>(Decide(*policy, *plan, observation));
    std::size_t ticks = 0;
    for (const auto& each : readings) ticks += each.size();
    fmt::print("window {}: {} queries, {} readings\n", window, readings.size(), ticks);
  }
  MadeDecision Make(int binding, Timestamp tick) const {
    MadeDecision made;
    made.tick = tick;
    made.binding = [binding] {
      return MakeBindingRecord("data", fmt::format("app-{}", binding), "p",
                               {{"policy", "p"}, {"pipeline", fmt::format("orders-{}", binding)}});
    };
    made.policy = policy;
    made.decision = decision;
    made.plan = plan;
    made.seen = Record(*policy, observation);
    made.seen.now = tick;
    return made;
  }

  std::shared_ptr<const Policy> policy;
  std::shared_ptr<const QueryPlan> plan;
  std::vector<std::vector<Reading>> readings;
  Observation observation;
  std::shared_ptr<const Decision> decision;
};

Timestamp TickTime(int tick) { return Timestamp(std::chrono::hours(480'000)) + std::chrono::seconds(15) * tick; }

// The latest decision of a binding up to a time, the file opened for each as by `loadline journal show`.
void Look(const std::string& path, int bindings, int ticks) {
  std::vector<double> looked;
  for (int i = 0; i < 200; ++i) {
    const auto start = Steady::now();
    const auto journal = std::move(*OpenJournal({"sqlite:" + path, "", true}));
    const auto found = journal->FindBindings("data", fmt::format("app-{}", i * 7919 % bindings));
    const Timestamp time = TickTime(static_cast<int>(std::int64_t{i} * 104'729 % ticks));
    const auto read = journal->ReadBinding(found->at(0).id, time, 1);
    if (read->size() != 1) fmt::print("  nothing there\n");
    looked.push_back(Us(Steady::now() - start));
  }
  fmt::print("  a record at a time, with opening the file: p50 {:.2f} ms, p99 {:.2f} ms, worst {:.2f} ms\n",
             At(looked, 0.5) / 1e3, At(looked, 0.99) / 1e3, At(looked, 1) / 1e3);
}

void Remove(const std::string& path) {
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(path + part);
}

// From the decision to the queue, in the deciding thread: the copy of what was seen, and the queue itself.
void HandOver(const Seen& seen, const std::string& folder) {
  const std::string path = folder + "/hand-over.db";
  auto writer = MakeJournalWriter(
      {}, "",
      [path] {
        return OpenJournal({"sqlite:" + path, "", false});
      },
      SystemClock(), NoLog());
  std::vector<double> each;
  for (int i = 0; i < 15'000; ++i) {
    const auto begin = Steady::now();
    writer->Take(seen.Make(i % 1000, TickTime(i / 1000)));
    each.push_back(Us(Steady::now() - begin));
    if (i % 500 == 499) writer->Flush();
  }
  fmt::print("  hand over, while the journal writes: p50 {:.2f} us, p90 {:.2f} us, p99 {:.2f} us\n", At(each, 0.5),
             At(each, 0.9), At(each, 0.99));
  writer.reset();
  Remove(path);
}

// 1,000 decisions a second for some seconds, as they come: 50 each 50 ms.
void Rate(const Seen& seen, const std::string& folder) {
  const std::string path = folder + "/rate.db";
  constexpr int kSeconds = 10;
  double made_us = 0;
  double process_us = 0;
  std::uintmax_t bytes = 0;
  {
    const auto writer = MakeJournalWriter(
        {}, "",
        [path] {
          return OpenJournal({"sqlite:" + path, "", false});
        },
        SystemClock(), NoLog());
    writer->Take(seen.Make(0, TickTime(0)));
    writer->Flush();
    process_us = ProcessUs();
    auto next = Steady::now();
    for (int i = 0; i < kSeconds * 20; ++i) {
      const double before = ThreadUs();
      for (int k = 0; k < 50; ++k) writer->Take(seen.Make(i % 40 * 50 + k, TickTime(1 + i / 40)));
      made_us += ThreadUs() - before;
      std::this_thread::sleep_until(next += std::chrono::milliseconds(50));
    }
    writer->Flush();
    process_us = ProcessUs() - process_us;
    const JournalState state = writer->State();
    fmt::print(
        "  1,000/s: stored {}, dropped {}, CPU of the journal {:.1f} % of a core ({:.1f} us a record), of the "
        "deciding thread {:.2f} us a record\n",
        state.stored, state.dropped.size(), (process_us - made_us) / 1e4 / kSeconds,
        (process_us - made_us) / kSeconds / 1000, made_us / kSeconds / 1000);
  }
  bytes = std::filesystem::file_size(path);
  fmt::print("  on disk: {:.0f} bytes a record\n", static_cast<double>(bytes) / (kSeconds * 1000));
  Remove(path);
}

// As fast as it goes, in batches of 1,000, and then the latest decision of a binding up to a time.
void Many(const Seen& seen, const std::string& folder, int millions) {
  constexpr int kBindings = 2000;
  const std::string path = folder + "/many.db";
  auto journal = std::move(*OpenJournal({"sqlite:" + path, "", false}));
  const DecisionRecord record = RecordOf(seen.Make(0, TickTime(0))).record;
  std::vector<BindingRecord> bindings;
  for (int i = 0; i < kBindings; ++i) bindings.push_back(seen.Make(i, TickTime(0)).binding());
  const auto begin = Steady::now();
  const int rows = millions * 1'000'000;
  for (int row = 0; row < rows; row += 1000) {
    JournalBatch batch;
    if (row == 0) batch.bindings = bindings;
    for (int i = row; i < row + 1000; ++i) {
      batch.decisions.push_back(record);
      batch.decisions.back().binding = bindings[static_cast<std::size_t>(i % kBindings)].id;
      batch.decisions.back().tick = TickTime(i / kBindings);
    }
    if (!journal->Append(batch)) return fmt::print("  cannot write\n");
  }
  const double took = Us(Steady::now() - begin) / 1e6;
  fmt::print("  {} million rows: {:.0f} s, {:.0f} rows/s, {:.2f} GB\n", millions, took, rows / took,
             static_cast<double>(std::filesystem::file_size(path)) / 1e9);
  journal.reset();
  Look(path, kBindings, rows / kBindings);
  Remove(path);
}

}  // namespace
}  // namespace loadline::bench

int main(int count, char** arguments) {
  using namespace loadline::bench;
  if (count < 2) return 2;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::string folder = arguments[1];
  if (count == 5) {
    Look(arguments[2], std::stoi(arguments[3]), std::stoi(arguments[4]));
    return 0;
  }
  for (const char* window : {"5m", "1h", "4h"}) {
    const Seen seen(window);
    HandOver(seen, folder);
    Rate(seen, folder);
  }
  Many(Seen("5m"), folder, count > 2 ? std::stoi(arguments[2]) : 1);
}
