// Every call that writes to a journal fails, one after the other, in each way that a journal can fail.
#include <set>

#include "faults/nth_journal.h"
#include "journal/backends.h"
#include "journal/journal_reader.h"
#include "journal/journal_writer.h"
#include "support/eventually.h"
#include "support/journal_records.h"
#include "support/simulated_clock.h"

namespace loadline {
namespace {

using testing::ForEveryCall;
using testing::JournalFault;
using testing::NthCall;
using testing::SomeMade;
using testing::TickTime;

constexpr int kTicks = 10;
constexpr int kBindings = 2;

// kAfterwards: as JournalFault has it.
enum class Way { kUnavailable, kFull, kDamaged, kRefused, kAfterwards };

Error ErrorOf(Way way) {
  switch (way) {
    case Way::kFull: return {Code::kResourceExhausted, "the disk is full"};
    case Way::kDamaged: return {Code::kDataLoss, "the file is damaged"};
    case Way::kRefused: return {Code::kInvalidArgument, "not of this store"};
    default: return {Code::kUnavailable, "away"};
  }
}

std::size_t DroppedOf(const JournalState& state) {
  std::size_t dropped = 0;
  for (const auto& [_, count] : state.dropped) dropped += count;
  return dropped;
}

TEST_CASE("Whichever call of a journal fails, every decision is stored once as soon as it works again") {
  const auto ways = {Way::kUnavailable, Way::kFull, Way::kDamaged, Way::kRefused, Way::kAfterwards};
  const int runs = ForEveryCall(ways, [](NthCall& call, Way way) {
    const auto store = *OpenMemoryJournal();
    testing::SimulatedClock clock(TickTime(0));
    JournalWriterOptions options;
    options.batch_wait = options.retry_first = Duration(1);
    options.retry_most = Duration(2);
    options.keep = std::chrono::hours(10'000);
    options.retention_every = std::chrono::seconds(15);
    const auto open = [&]() -> Result<std::unique_ptr<DecisionJournal>> {
      if (call.Fails()) return Fail(ErrorOf(way == Way::kRefused ? Way::kUnavailable : way));
      return std::make_unique<testing::NthJournal>(
          *store, call, JournalFault{JournalFault::Of::kWrites, ErrorOf(way), way == Way::kAfterwards});
    };
    const auto writer = MakeJournalWriter(options, "memory", open, clock, NoLog());
    for (int tick = 1; tick <= kTicks; ++tick) {
      clock.Set(TickTime(tick));
      for (int binding = 0; binding < kBindings; ++binding) writer->Take(SomeMade(binding, tick));
      writer->Flush();
    }
    call.End();
    for (int i = 0; i < 100 && writer->State().queued > 0; ++i) writer->Flush();
    REQUIRE(testing::Eventually([&] { return writer->State().ok; }));
    const JournalState state = writer->State();
    REQUIRE(state.queued == 0);
    writer->Stop();

    const auto all = store->ReadAll(0, 1000);
    REQUIRE(all.has_value());
    std::set<std::pair<Uuid, Timestamp>> different;
    for (const DecisionRecord& each : *all) different.emplace(each.binding, each.tick);
    REQUIRE(different.size() == all->size());
    // What a store refuses for good is counted, and the rest is written.
    if (way != Way::kRefused) REQUIRE(DroppedOf(state) == 0);
    REQUIRE(all->size() + DroppedOf(state) == kTicks * kBindings);
  });
  CHECK(runs > kTicks);
}

}  // namespace
}  // namespace loadline
