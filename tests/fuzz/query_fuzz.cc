// Templates of queries with a value, durations and times: whatever bytes come, reading them ends. The input is a
// template, a zero byte, and a value for ${p}.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/time.h"
#include "scaling/query_template.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::size_t zero = input.find('\0');
  const Result<QueryTemplate> query = QueryTemplate::Parse(input.substr(0, zero));
  if (query && zero != std::string::npos) (void)query->Fill({{"p", input.substr(zero + 1)}});
  (void)ParseDuration(input);
  (void)ParseTimestamp(input);
  return 0;
}
