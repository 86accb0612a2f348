#include "api/summary_page.h"

#include <algorithm>

#include "api/decided_again.h"
#include "api/page_json.h"
#include "api/request_fields.h"
#include "api/span_summary.h"

namespace loadline {
namespace {

constexpr std::size_t kUsualBindings = 100;
constexpr std::size_t kMostBindings = 1000;
constexpr std::size_t kAtOnce = 500;          // records are large: these are in memory together
constexpr std::size_t kMostRecords = 20'000;  // of a binding
constexpr std::size_t kMostOfPage = 50'000;   // past these the page ends
constexpr Duration kUsualSpan = std::chrono::hours(24);

bool AnyHeld(const Decision& decision) {
  return std::ranges::any_of(decision.signals, [](const SignalOutcome& each) { return each.reason == Reason::kHeld; });
}

SummedRecord Summed(const DecisionRecord& record, Redecider& redecider) {
  SummedRecord summed{record.tick, record.kind, record.replicas, record.error.has_value()};
  if (!record.error) {
    const auto again = redecider.DecideWhatMayLackReadings(record);
    summed.held = again && AnyHeld(again->decision);
  }
  return summed;
}

struct Recorded {
  std::vector<SummedRecord> records;  // the latest first, with the one that stood when the span began
  bool all = true;
};

Result<Recorded> RecordsOf(DecisionJournal& journal, Redecider& redecider, const Uuid& binding, TimeSpan span) {
  Recorded recorded;
  Timestamp until = span.until - Duration(1);
  for (;;) {
    auto read = journal.ReadBinding(binding, until, kAtOnce);
    if (!read) return Fail(read.error());
    for (const DecisionRecord& each : *read) {
      recorded.records.push_back(Summed(each, redecider));
      if (recorded.records.back().tick <= span.from) return recorded;
    }
    if (read->size() < kAtOnce) return recorded;
    if (recorded.records.size() >= kMostRecords) {
      recorded.all = false;
      return recorded;
    }
    until = recorded.records.back().tick - Duration(1);
  }
}

PageJson SummaryJson(const SpanSummary& summary) {
  return {{"changes", summary.changes},
          {"mean_replicas", ValueOrNull(summary.mean)},
          {"highest_replicas", ValueOrNull(summary.highest)},
          {"known_seconds", ToSeconds(summary.known)},
          {"held_seconds", ToSeconds(summary.held)},
          {"error_seconds", ToSeconds(summary.error)}};
}

PageJson TrendJson(const SpanSummary& now, const SpanSummary& before) {
  const bool both = now.mean && before.mean;
  return {{"changes", now.changes - before.changes},
          {"mean_replicas", both ? PageJson(*now.mean - *before.mean) : PageJson()},
          {"mean_percent", both && *before.mean > 0 ? PageJson((*now.mean / *before.mean - 1) * 100) : PageJson()}};
}

PageJson RowJson(const BindingRecord& binding, const Recorded& recorded, TimeSpan span, Duration stands) {
  const TimeSpan before{span.from - (span.until - span.from), span.from};
  const SpanSummary summary = Summarize(recorded.records, span, stands);
  const SpanSummary earlier = Summarize(recorded.records, before, stands);
  PageJson json = {{"namespace", binding.object_namespace},
                   {"name", binding.object},
                   {"policy", binding.policy},
                   {"metadata", binding.metadata},
                   {"complete", recorded.all}};
  json.update(SummaryJson(summary));
  json["before"] = SummaryJson(earlier);
  json["trend"] = TrendJson(summary, earlier);
  return json;
}

Result<TimeSpan> SpanOf(const ServerRequest& request, Timestamp now) {
  const Result<Timestamp> until = TimeField(request, "until", now);
  if (!until) return Fail(until.error());
  const Result<Timestamp> from = TimeField(request, "from", *until - kUsualSpan);
  if (!from) return Fail(from.error());
  if (*from >= *until)
    return Fail(Code::kInvalidArgument, "from: want a time before until, which is " + FormatTimestamp(*until));
  return TimeSpan{*from, *until};
}

}  // namespace

ServerResponse SummaryPage(const AdminSources& sources, const ServerRequest& request) {
  const Result<TimeSpan> span = SpanOf(request, sources.controller.clock().Now());
  if (!span) return RefusalOf(span.error());
  const Result<std::size_t> limit = LimitField(request, kUsualBindings, kMostBindings);
  if (!limit) return RefusalOf(limit.error());
  const std::string after = FieldText(request, "after");
  const Result<Uuid> first = after.empty() ? Result<Uuid>(Uuid{}) : ParseUuid(after);
  if (!first) return RefusalOf({Code::kInvalidArgument, "after: want the `next` of the page before"});
  if (sources.history == nullptr) return RefusalOf({Code::kUnavailable, "there is no journal (journal.url)"});
  auto bindings = sources.history->FindBindings("", "");
  if (!bindings) return RefusalOf(bindings.error());
  const auto wants = [&](const char* name, const std::string& value) {
    return !request.query.contains(name) || FieldText(request, name) == value;
  };
  std::erase_if(*bindings, [&](const BindingRecord& each) {
    return !wants("namespace", each.object_namespace) || !wants("name", each.object) || !wants("policy", each.policy);
  });
  auto at = std::partition_point(bindings->begin(), bindings->end(),
                                 [&](const BindingRecord& each) { return !after.empty() && each.id <= *first; });
  PageJson body = {{"from", FormatTimestamp(span->from)},
                   {"until", FormatTimestamp(span->until)},
                   {"total", bindings->size()},
                   {"bindings", PageJson::array()}};
  const TimeSpan both{span->from - (span->until - span->from), span->until};
  Redecider redecider(*sources.history);
  std::size_t read = 0;
  for (; at != bindings->end() && body["bindings"].size() < *limit && read < kMostOfPage; ++at) {
    const Result<Recorded> recorded = RecordsOf(*sources.history, redecider, at->id, both);
    if (!recorded) return RefusalOf(recorded.error());
    if (redecider.problem()) return RefusalOf(*redecider.problem());
    read += recorded->records.size();
    body["bindings"].push_back(RowJson(*at, *recorded, *span, 2 * sources.heartbeat));
  }
  body["next"] = at == bindings->end() ? PageJson() : PageJson(FormatUuid(std::prev(at)->id));
  return JsonResponse(body);
}

}  // namespace loadline
