// A recording, whatever it says: it is refused with a line and a word, or what is written of it reads back as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "scaling/recording.h"

namespace {

using namespace loadline;

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Result<Recording> read = ParseRecording({reinterpret_cast<const char*>(data), size});
  if (!read) {
    const std::string& message = read.error().message;
    Require(message.starts_with("line ") && message.find('\n') == std::string::npos);
    return 0;
  }
  Require(read->ticks > 0 && read->begin == AlignDown(read->begin, read->interval));
  for (const RecordedQuery& query : read->queries) Require(query.readings.size() == read->ticks);
  // A few bytes can say a long gap: to write it all takes longer than a fuzzer has.
  if (read->ticks > 10'000) return 0;
  const std::string text = FormatRecording(*read);
  const Result<Recording> again = ParseRecording(text);
  Require(again && FormatRecording(*again) == text);
  return 0;
}
