// Writes decisions into a journal as fast as it takes them, until it is killed. Each line of its output is how many are
// stored, once they are. usage: journal_load URL FIRST_TICK
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "journal/journal.h"
#include "journal/journal_writer.h"
#include "support/journal_records.h"

int main(int, char** arguments) {
  using namespace loadline;
  const JournalOptions options{arguments[1], "", false};
  JournalWriterOptions writer_options;
  writer_options.batch_wait = Duration(2);
  writer_options.batch_size = 50;
  const auto writer = MakeJournalWriter(
      writer_options, options.url, [options] { return OpenJournal(options); }, SystemClock(), NoLog());
  std::uint64_t told = 0;
  for (int tick = std::atoi(arguments[2]);; ++tick) {
    writer->Take(testing::SomeMade(tick % 7, tick));
    while (writer->State().queued > 400) std::this_thread::yield();
    if (const std::uint64_t stored = writer->State().stored; stored != told) {
      told = stored;
      std::printf("%llu\n", static_cast<unsigned long long>(stored));
      std::fflush(stdout);
    }
  }
}
