#include "scaling/keda_model.h"

#include <catch2/catch.hpp>

#include "unit/scaling/swift_hpa.h"

namespace loadline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::kStart;

KedaOptions SwiftKeda() {
  KedaOptions options;
  options.cooldown = seconds(60);
  options.behavior = testing::SwiftHpa().behavior;
  return options;
}

TEST_CASE("Rule 4: without an answer to IsActive the value is dropped, and it is a failure") {
  KedaOptions options = SwiftKeda();
  options.fallback = ModelledFallback{1, 4};
  KedaModel keda(options, 6);
  keda.Poll(kStart, {9.0, std::nullopt});
  CHECK(keda.replicas() == 6);
  keda.Sync(kStart + seconds(1), std::nullopt);
  CHECK(keda.replicas() == 4);
}

TEST_CASE("Rule 26: from zero KEDA wakes to one, and the HPA's next sync goes to the metric") {
  KedaModel keda(SwiftKeda(), 0);
  keda.Sync(kStart, 5.0);
  CHECK(keda.replicas() == 0);
  keda.Poll(kStart, {5.0, true});
  CHECK(keda.replicas() == 1);
  keda.Sync(kStart + seconds(15), 5.0);
  CHECK(keda.replicas() == 5);
}

TEST_CASE("Rule 27: inactive for the cooldown goes straight to zero from any count") {
  KedaModel keda(SwiftKeda(), 0);
  keda.Poll(kStart, {8.0, true});
  keda.Sync(kStart, 8.0);
  REQUIRE(keda.replicas() == 8);
  keda.Poll(kStart + seconds(30), {8.0, false});
  CHECK(keda.replicas() == 8);
  keda.Poll(kStart + seconds(61), {8.0, false});
  CHECK(keda.replicas() == 0);
}

TEST_CASE("Rule 27: with a minimum above zero an inactive answer raises to it and never goes to zero") {
  KedaOptions options = SwiftKeda();
  options.min = 3;
  KedaModel keda(options, 2);
  keda.Poll(kStart, {0.0, false});
  CHECK(keda.replicas() == 3);
  keda.Poll(kStart + minutes(60), {0.0, false});
  CHECK(keda.replicas() == 3);
}

TEST_CASE("Rule 28: never active, the first inactive answer goes to zero at once") {
  KedaModel keda(SwiftKeda(), 6);
  keda.Poll(kStart, {0.0, false});
  CHECK(keda.replicas() == 0);
}

TEST_CASE("Rule 28: not ready is an error, and an error holds") {
  KedaModel keda(SwiftKeda(), 6);
  keda.Poll(kStart, {std::nullopt, std::nullopt});
  keda.Sync(kStart, std::nullopt);
  CHECK(keda.replicas() == 6);
}

TEST_CASE("Rule 29: an active answer with a failed one beside it does not renew the cooldown") {
  KedaModel keda(SwiftKeda(), 0);
  keda.Poll(kStart, {2.0, true});
  keda.Poll(kStart + seconds(50), {std::nullopt, true});
  keda.Poll(kStart + seconds(70), {0.0, false});
  CHECK(keda.replicas() == 0);
}

TEST_CASE("Rule 30: an idle count of zero rests below the minimum and wakes to it") {
  KedaOptions options = SwiftKeda();
  options.min = 3;
  options.idle = 0;
  KedaModel keda(options, 5);
  keda.Poll(kStart, {5.0, true});
  keda.Poll(kStart + seconds(61), {5.0, false});
  CHECK(keda.replicas() == 0);
  keda.Poll(kStart + seconds(90), {0.0, false});
  CHECK(keda.replicas() == 0);
  keda.Poll(kStart + seconds(120), {1.0, true});
  CHECK(keda.replicas() == 3);
}

TEST_CASE("Rule 33: with a fallback of zero an error falls through to zero, with another it holds") {
  KedaOptions options = SwiftKeda();
  options.fallback = ModelledFallback{100, GENERATE(0, 4)};
  KedaModel keda(options, 6);
  keda.Poll(kStart, {std::nullopt, std::nullopt});
  CHECK(keda.replicas() == (options.fallback->replicas == 0 ? 0 : 6));
}

TEST_CASE("Rule 34: failures of polls and syncs count together, and the fallback comes after more than the threshold") {
  KedaOptions options = SwiftKeda();
  options.fallback = ModelledFallback{3, 4};
  KedaModel keda(options, 6);
  for (int i = 0; i < 3; ++i) keda.Sync(kStart + seconds(15 * i), std::nullopt);
  CHECK(keda.replicas() == 6);
  keda.Poll(kStart + seconds(46), {std::nullopt, std::nullopt});
  keda.Sync(kStart + seconds(60), std::nullopt);
  CHECK(keda.replicas() == 4);
}

TEST_CASE("Rule 34: falling back is being active, so it renews the cooldown and wakes from zero") {
  KedaOptions options = SwiftKeda();
  options.fallback = ModelledFallback{1, 4};
  KedaModel keda(options, 0);
  keda.Poll(kStart, {std::nullopt, std::nullopt});
  CHECK(keda.replicas() == 0);
  keda.Poll(kStart + seconds(30), {std::nullopt, std::nullopt});
  CHECK(keda.replicas() == 1);
  keda.Poll(kStart + seconds(80), {std::nullopt, std::nullopt});
  keda.Poll(kStart + seconds(120), {0.0, false});
  CHECK(keda.replicas() == 1);  // 40 s since it last fell back
  keda.Poll(kStart + seconds(141), {0.0, false});
  CHECK(keda.replicas() == 0);
}

TEST_CASE("Rule 40: a push wakes at once") {
  KedaModel keda(SwiftKeda(), 0);
  keda.Push(kStart);
  CHECK(keda.replicas() == 1);
}

}  // namespace
}  // namespace loadline
