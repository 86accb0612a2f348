#include "scaling/keda_model.h"

#include <algorithm>

namespace loadline {
namespace {

// An HPA has at least one replica; zero is KEDA's.
HpaOptions HpaOptionsOf(const KedaOptions& options) {
  return {std::max(1, options.min), options.max, options.tolerance, options.behavior};
}

}  // namespace

KedaModel::KedaModel(const KedaOptions& options, int replicas)
    : options_(options), hpa_(HpaOptionsOf(options)), replicas_(replicas) {}

void KedaModel::Poll(Timestamp now, const ScalerAnswer& answer) {
  const bool failed = !answer.value || !answer.active;
  const bool falls_back = WithFallback(failed ? std::nullopt : answer.value) && failed;
  // A fallback counts as an active answer without an error.
  if (falls_back || (!failed && *answer.active)) {
    BeActive(now);
  } else {
    BeInactive(now, failed);
  }
}

void KedaModel::Push(Timestamp now) { BeActive(now); }

void KedaModel::Sync(Timestamp now, std::optional<double> value) {
  if (replicas_ == 0) return;
  replicas_ = hpa_.Sync(now, WithFallback(value), replicas_);
}

void KedaModel::BeActive(Timestamp now) {
  // To the minimum, not to what the metric says: that is the HPA's next sync.
  if (replicas_ == 0 || (options_.idle && replicas_ < options_.min)) replicas_ = std::max(1, options_.min);
  last_active_ = now;
}

void KedaModel::BeInactive(Timestamp now, bool failed) {
  if (failed && (!options_.fallback || options_.fallback->replicas != 0)) return;
  if (options_.idle ? replicas_ > *options_.idle : replicas_ > 0 && options_.min == 0) {
    // Never active counts as long ago.
    if (!last_active_ || *last_active_ + options_.cooldown < now) replicas_ = options_.idle.value_or(0);
  } else if (!options_.idle && replicas_ < options_.min) {
    replicas_ = options_.min;
  }
}

std::optional<double> KedaModel::WithFallback(std::optional<double> value) {
  if (value) {
    failures_ = 0;
    return value;
  }
  ++failures_;
  if (!options_.fallback || failures_ <= options_.fallback->failure_threshold) return std::nullopt;
  return options_.fallback->replicas;
}

}  // namespace loadline
