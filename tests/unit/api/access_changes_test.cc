// What the gate remembers of changes.
#include <catch2/catch.hpp>

#include "support/raw_http.h"
#include "unit/api/guarded.h"

namespace loadline {
namespace {

using testing::Ask;
using testing::Bearer;
using testing::Guarded;
using testing::kOperator;
using testing::kReader;

TEST_CASE("Who changed what is remembered, the latest first, of those who were let in") {
  const Guarded guarded;
  CHECK(guarded.access->LastChanges().empty());
  guarded.Get("/api/v1/decisions", Bearer(kReader));
  Ask(guarded.port, "DELETE /api/v1/overrides/drill", Bearer(kOperator));
  Ask(guarded.port, "DELETE /api/v1/overrides/drill", Bearer(kReader));  // not let in
  Ask(guarded.port, "DELETE /api/v1/overrides/drill");                   // neither
  Ask(guarded.port, "POST /api/v1/overrides", Bearer(kOperator) + "Content-Length: 0\r\n");
  const auto changes = guarded.access->LastChanges();
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].path == "/api/v1/overrides");
  CHECK(changes[0].change.empty());
  CHECK(changes[1].path == "/api/v1/overrides/drill");
  CHECK(changes[1].caller == "anna");
  CHECK(changes[1].outcome == "done");
  CHECK(changes[1].change == R"({"action":"remove"})");
  for (std::size_t i = 0; i < 2 * Access::kRemembered; ++i)
    Ask(guarded.port, "DELETE /api/v1/overrides/" + std::to_string(i), Bearer(kOperator));
  CHECK(guarded.access->LastChanges().size() == Access::kRemembered);
  CHECK(guarded.access->LastChanges()[0].path == "/api/v1/overrides/" + std::to_string(2 * Access::kRemembered - 1));
}

}  // namespace
}  // namespace loadline
