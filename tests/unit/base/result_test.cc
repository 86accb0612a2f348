#include "base/result.h"

#include <catch2/catch.hpp>
#include <vector>

namespace loadline {
namespace {

TEST_CASE("Each of gRPC's codes has the name that gRPC gives it; a number that is none is unknown") {
  const std::vector<std::string_view> names = {
      "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",   "NOT_FOUND",
      "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
      "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",         "DATA_LOSS",
      "UNAUTHENTICATED"};
  for (std::size_t i = 0; i < names.size(); ++i) CHECK(CodeName(static_cast<Code>(i + 1)) == names[i]);
  CHECK(CodeName(static_cast<Code>(99)) == "UNKNOWN");
}

}  // namespace
}  // namespace loadline
