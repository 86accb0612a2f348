#include "api/span_summary.h"

#include <algorithm>

namespace loadline {
namespace {

bool Held(const DecisionRecord& record) { return record.steps.find(R"("reason":"Held")") != std::string::npos; }

}  // namespace

SpanSummary Summarize(std::span<const DecisionRecord> records, TimeSpan span, Duration stands) {
  SpanSummary summary;
  double replica_seconds = 0;
  Timestamp next = span.until;
  for (const DecisionRecord& record : records) {
    const bool within = record.tick >= span.from && record.tick < span.until;
    if (within && record.kind == RecordKind::kChange) ++summary.changes;
    Timestamp end = std::min(next, span.until);
    if (stands > Duration::zero()) end = std::min(end, record.tick + stands);
    const Duration stood = std::max(Duration::zero(), end - std::max(record.tick, span.from));
    next = std::min(next, record.tick);
    if (stood == Duration::zero()) continue;
    if (record.error) summary.error += stood;
    if (!record.replicas) continue;
    summary.known += stood;
    if (Held(record)) summary.held += stood;
    replica_seconds += *record.replicas * ToSeconds(stood);
    summary.highest = std::max(summary.highest.value_or(*record.replicas), *record.replicas);
  }
  if (summary.known > Duration::zero()) summary.mean = replica_seconds / ToSeconds(summary.known);
  return summary;
}

}  // namespace loadline
