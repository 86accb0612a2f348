// Documents of other scalers: whatever bytes come, what is made of them is good and answers as before, or a note says
// why nothing is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "migrate/migrate.h"
#include "migrate/proof.h"
#include "migrate/report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  constexpr std::size_t kLargest = 4096;  // a story may be long where a document is
  if (size > kLargest) return 0;
  for (const DocumentText& text : SplitDocuments({reinterpret_cast<const char*>(data), size})) {
    const ParsedDocument document = ParseDocument(text);
    if (!document.problems.empty()) continue;
    for (const Migration& migration : Migrate(document.root, {})) {
      if (migration.documents.empty() && migration.notes.empty()) std::abort();  // dropped without a word
      ReportText(migration, Prove(migration));
    }
  }
  return 0;
}
