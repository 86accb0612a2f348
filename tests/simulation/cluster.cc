#include "simulation/cluster.h"

namespace loadline::simulation {

KedaOptions ScaledTarget::Draw(Chance& chance) {
  KedaOptions options;
  options.min = chance.In(50) ? 0 : chance.Between(1, 3);
  options.max = options.min + chance.Between(5, 60);
  options.cooldown = std::chrono::minutes(chance.Between(1, 10));
  if (chance.In(40)) options.fallback = ModelledFallback{chance.Between(1, 5), chance.Between(1, 6)};
  if (chance.In(40)) options.behavior = DefaultHpaBehavior();
  return options;
}

ScaledTarget::ScaledTarget(Chance& chance) : options_(Draw(chance)), keda_(options_, options_.min) {}

bool ScaledTarget::Poll(Timestamp now, const Call& value, const Call& activity) {
  const int before = keda_.replicas();
  keda_.Poll(now, {activity.value, activity.active});
  keda_.Sync(now, value.value);
  // What was said earlier may still be followed, as the HPA's window ends: only where it is at once is it a fall.
  const bool silent = !value.value && !activity.active;
  return !silent || options_.fallback || keda_.replicas() >= before;
}

}  // namespace loadline::simulation
