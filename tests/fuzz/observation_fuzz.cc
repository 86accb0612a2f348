// Records of observations: whatever bytes come, reading them ends, and what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "scaling/observation_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  const auto observation = ParseObservation({reinterpret_cast<const char*>(data), size});
  if (observation && !ParseObservation(ObservationAsJson(*observation))) std::abort();
  return 0;
}
