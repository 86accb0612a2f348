#include "controller/instruments.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>

#include "system/mutex.h"

namespace loadline {
namespace {

// The counters of a family with two labels. Family::Add allocates and hashes at each call; this does so for the first
// of each pair of values only.
class CountersByTwo {
 public:
  CountersByTwo(prometheus::Family<prometheus::Counter>& family, std::string outer, std::string inner)
      : family_(family), outer_(std::move(outer)), inner_(std::move(inner)) {}

  prometheus::Counter& Of(std::string_view outer, std::string_view inner) {
    const MutexLock lock(mutex_);
    auto by_outer = known_.find(outer);
    if (by_outer == known_.end()) by_outer = known_.emplace(outer, ByInner()).first;
    auto found = by_outer->second.find(inner);
    if (found == by_outer->second.end()) {
      auto& counter = family_.Add({{outer_, std::string(outer)}, {inner_, std::string(inner)}});
      found = by_outer->second.emplace(inner, &counter).first;
    }
    return *found->second;
  }

 private:
  using ByInner = std::map<std::string, prometheus::Counter*, std::less<>>;

  prometheus::Family<prometheus::Counter>& family_;
  const std::string outer_;
  const std::string inner_;
  Mutex mutex_;
  std::map<std::string, ByInner, std::less<>> known_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace

struct Instruments::Impl {
  prometheus::Registry registry;
  CountersByTwo rpcs{prometheus::BuildCounter()
                         .Name("loadline_grpc_requests_total")
                         .Help("RPCs that ended, by method and gRPC status code.")
                         .Register(registry),
                     "method", "code"};
  prometheus::Counter& get_metrics_ok = rpcs.Of("GetMetrics", "OK");
  prometheus::Family<prometheus::Counter>& stream_messages = prometheus::BuildCounter()
                                                                 .Name("loadline_grpc_stream_messages_total")
                                                                 .Help("Messages that streams have sent, by method.")
                                                                 .Register(registry);
  prometheus::Counter& is_active_messages = stream_messages.Add({{"method", "StreamIsActive"}});
  prometheus::Counter& metric_spec_messages = stream_messages.Add({{"method", "StreamMetricSpec"}});
  CountersByTwo queries{prometheus::BuildCounter()
                            .Name("loadline_source_queries_total")
                            .Help("Queries that ended, by source and outcome.")
                            .Register(registry),
                        "source", "outcome"};
  prometheus::Family<prometheus::Histogram>& query_seconds = prometheus::BuildHistogram()
                                                                 .Name("loadline_source_query_duration_seconds")
                                                                 .Help("How long queries took, by source.")
                                                                 .Register(registry);
  Mutex query_seconds_mutex;
  std::map<std::string, prometheus::Histogram*, std::less<>> query_seconds_of LOADLINE_GUARDED_BY(query_seconds_mutex);
  prometheus::Histogram& tick_seconds =
      prometheus::BuildHistogram()
          .Name("loadline_tick_duration_seconds")
          .Help("How long ticks took, from asking to the last decision published.")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30});
  prometheus::Counter& missed_ticks =
      prometheus::BuildCounter()
          .Name("loadline_missed_ticks_total")
          .Help("Ticks left out because the one before took too long, or the clock was set forward.")
          .Register(registry)
          .Add({});
  prometheus::Counter& reloads = prometheus::BuildCounter()
                                     .Name("loadline_policy_reloads_total")
                                     .Help("How often changed policies were taken up.")
                                     .Register(registry)
                                     .Add({});
  prometheus::Family<prometheus::Counter>& decisions = prometheus::BuildCounter()
                                                           .Name("loadline_decisions_total")
                                                           .Help("Decisions made, by outcome: a value, or an error.")
                                                           .Register(registry);
  prometheus::Counter& decided_value = decisions.Add({{"outcome", "value"}});
  prometheus::Counter& decided_error = decisions.Add({{"outcome", "error"}});
  prometheus::Family<prometheus::Counter>& refits = prometheus::BuildCounter()
                                                        .Name("loadline_forecast_refits_total")
                                                        .Help("Refits of forecasts that ended, by outcome.")
                                                        .Register(registry);
  prometheus::Counter& refit_fitted = refits.Add({{"outcome", "fitted"}});
  prometheus::Counter& refit_failed = refits.Add({{"outcome", "failed"}});
  prometheus::Histogram& refit_seconds =
      prometheus::BuildHistogram()
          .Name("loadline_forecast_refit_cpu_seconds")
          .Help("Processor time of refits; those that judge trust anew take longest.")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10});

  prometheus::Histogram& QuerySecondsOf(std::string_view source) {
    const MutexLock lock(query_seconds_mutex);
    auto found = query_seconds_of.find(source);
    if (found == query_seconds_of.end()) {
      auto& histogram =
          query_seconds.Add({{"source", std::string(source)}},
                            prometheus::Histogram::BucketBoundaries{0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10});
      found = query_seconds_of.emplace(source, &histogram).first;
    }
    return *found->second;
  }
};

Instruments::Instruments() : impl_(std::make_unique<Impl>()) {}
Instruments::~Instruments() = default;

void Instruments::CountRpc(std::string_view method, std::string_view code) { impl_->rpcs.Of(method, code).Increment(); }

void Instruments::CountGetMetricsOk() { impl_->get_metrics_ok.Increment(); }

void Instruments::CountStreamMessage(std::string_view method) {
  (method == "StreamIsActive" ? impl_->is_active_messages : impl_->metric_spec_messages).Increment();
}

void Instruments::CountQuery(std::string_view source, std::string_view outcome, Duration took) {
  impl_->queries.Of(source, outcome).Increment();
  impl_->QuerySecondsOf(source).Observe(ToSeconds(took));
}

void Instruments::CountTick(Duration took, std::int64_t missed) {
  // A clock that was set back meanwhile makes it negative, and would make the sum fall.
  impl_->tick_seconds.Observe(std::max(0.0, ToSeconds(took)));
  impl_->missed_ticks.Increment(static_cast<double>(missed));
}

void Instruments::CountPolicyReload() { impl_->reloads.Increment(); }

void Instruments::CountDecision(bool has_value) {
  (has_value ? impl_->decided_value : impl_->decided_error).Increment();
}

void Instruments::CountRefit(std::string_view outcome, double cpu_seconds) {
  if (outcome != "fitted") return impl_->refit_failed.Increment();
  impl_->refit_fitted.Increment();
  impl_->refit_seconds.Observe(cpu_seconds);
}

std::string Instruments::Text() const {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, impl_->registry.Collect());
  return text.str();
}

}  // namespace loadline
