// The way from decisions to the journal: a bounded queue, and a thread of its own that writes batches.
#ifndef LOADLINE_JOURNAL_JOURNAL_WRITER_H_
#define LOADLINE_JOURNAL_JOURNAL_WRITER_H_

#include <functional>
#include <memory>
#include <string>

#include "scaling/ports.h"
#include "system/clock.h"
#include "system/log.h"

namespace loadline {

struct JournalWriterOptions {
  Duration batch_wait{250};       // how long a decision waits for others to be written with; what a kill costs
  std::size_t batch_size = 1000;  // decisions; as many do not wait
  // What waits at most, while the journal is slow or away; further decisions are dropped, and counted.
  std::size_t most_queued = 20'000;
  std::size_t most_queued_bytes = 64u << 20;
  Duration retry_first{250};  // after a write that failed; doubled each time, up to
  Duration retry_most{10'000};
  Duration stop_within{1500};  // of a stop: what is not written then is dropped

  Duration keep{0};             // decisions are deleted when they are older; 0: never
  std::int64_t most_bytes = 0;  // and the oldest while there are more bytes than this; 0: never
  Duration retention_every{60'000};
  std::size_t slice = 2000;  // deleted at once: a write waits no longer
};

// Thread-safe. Take is the only call of the deciding threads: it moves what it is given into the queue and holds a lock
// for that alone. Whatever the journal does - slow, full, away, damaged - shows in State and in the log, and nowhere
// else; a journal that fails is opened anew, so it recovers without a restart.
class JournalWriter : public DecisionSink {
 public:
  // Writes what is queued, as far as that goes at once, and ends the thread. Whoever is destroyed stops first.
  virtual void Stop() = 0;
  // Returns when all that was taken before has been written or dropped, or a write has failed.
  virtual void Flush() = 0;
};

// `open` is called by the writer's thread, at the start and after each failure. `where` names the journal, without
// credentials. `clock` and `log` must outlive the writer.
std::unique_ptr<JournalWriter> MakeJournalWriter(JournalWriterOptions options, std::string where,
                                                 std::function<Result<std::unique_ptr<DecisionJournal>>()> open,
                                                 Clock& clock, Log& log);

}  // namespace loadline

#endif  // LOADLINE_JOURNAL_JOURNAL_WRITER_H_
