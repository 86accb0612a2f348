// Documents of every kind: whatever bytes come, reading them ends, with a result or with problems that can be printed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scaling/documents.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  for (const DocumentText& text : SplitDocuments({reinterpret_cast<const char*>(data), size})) {
    const LoadlineDocument document = ParseLoadlineDocument(text);
    if (!document.content && document.problems.empty()) std::abort();  // refused without a word
    for (const Problem& problem : document.problems) FormatProblem("fuzz.yaml", problem);
  }
  return 0;
}
