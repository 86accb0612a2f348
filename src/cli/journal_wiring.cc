#include "cli/journal_wiring.h"

#include <filesystem>
#include <functional>
#include <utility>

#include "journal/journal.h"
#include "journal/journal_reader.h"
#include "system/clock.h"

namespace loadline {
namespace {

constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::int64_t kMostInMemory = 32 * kMegabyte;

JournalOptions JournalOptionsOf(const ServeOptions& options) {
  JournalOptions journal;
  journal.password_file = options.journal.password_file;
  if (!options.journal.url.empty()) {
    journal.url = options.journal.url;
  } else if (!options.data_dir.empty()) {
    journal.url = "sqlite:" + (std::filesystem::path(options.data_dir) / "journal.db").string();
  }
  return journal;
}

}  // namespace

Journals StartJournal(const ServeOptions& options, Log& log) {
  const JournalOptions journal = JournalOptionsOf(options);
  JournalWriterOptions writer;
  writer.keep = options.journal.keep;
  writer.most_bytes = options.journal.max_megabytes * kMegabyte;
  const bool in_memory = journal.url == "memory:";
  if (in_memory && (writer.most_bytes == 0 || writer.most_bytes > kMostInMemory)) writer.most_bytes = kMostInMemory;
  std::function<Result<std::unique_ptr<DecisionJournal>>()> open = [journal] { return OpenJournal(journal); };
  auto open_to_read = open;
  if (in_memory) {  // there is only the one
    open = [shared = std::shared_ptr<DecisionJournal>(*OpenJournal(journal))] {
      return Result<std::unique_ptr<DecisionJournal>>(ShareJournal(shared));
    };
    open_to_read = open;
  } else {
    open_to_read = [journal] {
      JournalOptions read_only = journal;
      read_only.read_only = true;
      return OpenJournal(read_only);
    };
  }
  return {MakeJournalWriter(writer, ShownJournalUrl(journal.url), std::move(open), SystemClock(), log),
          MakeJournalReader(std::move(open_to_read))};
}

}  // namespace loadline
