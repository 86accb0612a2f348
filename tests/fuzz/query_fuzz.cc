// Templates of queries with a value: whatever bytes come, they are refused with a word, or filled. The input is a
// template, a zero byte, and a value for ${p}.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scaling/query_template.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::size_t zero = input.find('\0');
  const Result<QueryTemplate> query = QueryTemplate::Parse(input.substr(0, zero));
  if (!query) {
    if (query.error().message.empty()) std::abort();
    return 0;
  }
  const Result<std::string> filled = query->Fill({{"p", zero == std::string::npos ? "value" : input.substr(zero + 1)}});
  if (!filled && filled.error().message.empty()) std::abort();
  return 0;
}
