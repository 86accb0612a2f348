#include "api/span_summary.h"

#include <algorithm>

namespace loadline {

SpanSummary Summarize(std::span<const SummedRecord> records, TimeSpan span, Duration stands) {
  SpanSummary summary;
  double replica_seconds = 0;
  Timestamp next = span.until;
  for (const SummedRecord& record : records) {
    const bool within = record.tick >= span.from && record.tick < span.until;
    if (within && record.kind == RecordKind::kChange) ++summary.changes;
    Timestamp end = std::min(next, span.until);
    if (stands > Duration::zero()) end = std::min(end, record.tick + stands);
    const Duration stood = std::max(Duration::zero(), end - std::max(record.tick, span.from));
    next = std::min(next, record.tick);
    if (stood == Duration::zero()) continue;
    if (record.failed) summary.error += stood;
    if (!record.replicas) continue;
    summary.known += stood;
    if (record.held) summary.held += stood;
    replica_seconds += *record.replicas * ToSeconds(stood);
    summary.highest = std::max(summary.highest.value_or(*record.replicas), *record.replicas);
  }
  if (summary.known > Duration::zero()) summary.mean = replica_seconds / ToSeconds(summary.known);
  return summary;
}

}  // namespace loadline
