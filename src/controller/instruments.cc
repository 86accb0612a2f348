#include "controller/instruments.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>

namespace loadline {

struct Instruments::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& rpcs = prometheus::BuildCounter()
                                                      .Name("loadline_grpc_requests_total")
                                                      .Help("RPCs that ended, by method and gRPC status code.")
                                                      .Register(registry);
  prometheus::Counter& get_metrics_ok = rpcs.Add({{"method", "GetMetrics"}, {"code", "OK"}});
  prometheus::Family<prometheus::Counter>& queries = prometheus::BuildCounter()
                                                         .Name("loadline_source_queries_total")
                                                         .Help("Queries that ended, by source and outcome.")
                                                         .Register(registry);
  prometheus::Family<prometheus::Histogram>& query_seconds = prometheus::BuildHistogram()
                                                                 .Name("loadline_source_query_duration_seconds")
                                                                 .Help("How long queries took, by source.")
                                                                 .Register(registry);
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
};

Instruments::Instruments() : impl_(std::make_unique<Impl>()) {}
Instruments::~Instruments() = default;

void Instruments::CountRpc(std::string_view method, std::string_view code) {
  impl_->rpcs.Add({{"method", std::string(method)}, {"code", std::string(code)}}).Increment();
}

void Instruments::CountGetMetricsOk() { impl_->get_metrics_ok.Increment(); }

void Instruments::CountQuery(std::string_view source, std::string_view outcome, Duration took) {
  impl_->queries.Add({{"source", std::string(source)}, {"outcome", std::string(outcome)}}).Increment();
  impl_->query_seconds
      .Add({{"source", std::string(source)}},
           prometheus::Histogram::BucketBoundaries{0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10})
      .Observe(ToSeconds(took));
}

void Instruments::CountTick(Duration took, std::int64_t missed) {
  // A clock that was set back meanwhile makes it negative, and would make the sum fall.
  impl_->tick_seconds.Observe(std::max(0.0, ToSeconds(took)));
  impl_->missed_ticks.Increment(static_cast<double>(missed));
}

void Instruments::CountPolicyReload() { impl_->reloads.Increment(); }

void Instruments::CountDecision(std::string_view outcome) {
  impl_->decisions.Add({{"outcome", std::string(outcome)}}).Increment();
}

std::string Instruments::Text() const {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, impl_->registry.Collect());
  return text.str();
}

}  // namespace loadline
