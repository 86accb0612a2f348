#include "api/history_pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/page_json.h"
#include "api/request_fields.h"
#include "base/text.h"
#include "controller/journal_feed.h"
#include "scaling/decision_change.h"
#include "scaling/explain.h"
#include "scaling/observation_json.h"
#include "scaling/redecide.h"
#include "scaling/what_if.h"

namespace loadline {
namespace {

using Object = PageJson;

constexpr std::size_t kUsualRecords = 100;
constexpr std::size_t kMostRecords = 1000;

struct ObjectName {
  std::string object_namespace;
  std::string object;
  std::string policy;  // empty: any

  bool Fits(std::string_view other) const { return policy.empty() || policy == other; }
};

Result<ObjectName> ObjectOf(const ServerRequest& request) {
  const Result<std::string> object_namespace = NeededField(request, "namespace");
  if (!object_namespace) return Fail(object_namespace.error());
  const Result<std::string> object = NeededField(request, "name");
  if (!object) return Fail(object.error());
  return ObjectName{*object_namespace, *object, FieldText(request, "policy")};
}

Object NameJson(const BindingRecord& binding) {
  return {{"namespace", binding.object_namespace},
          {"name", binding.object},
          {"policy", binding.policy},
          {"metadata", binding.metadata}};
}

Result<std::vector<BindingRecord>> RecordedBindings(const AdminSources& sources, const ObjectName& name) {
  auto found = sources.history->FindBindings(name.object_namespace, name.object);
  if (!found) return Fail(found.error());
  std::erase_if(*found, [&](const BindingRecord& each) { return !name.Fits(each.policy); });
  return found;
}

Object RecordJson(const BindingRecord& binding, const DecisionRecord& record) {
  Object json = NameJson(binding);
  json.update({{"time", FormatTimestamp(record.tick)},
               {"kind", RecordKindName(record.kind)},
               {"replicas", ValueOrNull(record.replicas)},
               {"wanted", ValueOrNull(record.wanted)},
               {"active", ValueOrNull(record.active)},
               {"observed", ValueOrNull(record.observed)},
               {"confidence", ValueOrNull(record.confidence)},
               {"winner", record.winner},
               {"summary", record.summary},
               {"error", ErrorJson(record.error)},
               {"policy_hash", HashText(record.policy_hash)},
               {"version", record.version}});
  return json;
}

// A decision with all that it was made from.
struct Explained {
  std::shared_ptr<const Policy> policy;
  QueryPlan plan;
  RecordedObservation seen;
  Decision decision;
  std::vector<std::string> notes = {};
  std::vector<std::string> changes = {};
};

Result<Explained> FromRecord(const AdminSources& sources, const DecisionRecord& record) {
  if (record.plan.empty())
    return Fail(Code::kFailedPrecondition, record.error ? record.error->message : "nothing was decided");
  const Result<PolicyRevision> revision = sources.history->FindPolicy(record.policy_hash);
  if (!revision) return Fail(revision.error());
  const auto policy = PolicyOf(*revision);
  if (!policy) return Fail(policy.error());
  Result<Decision> decision = Redecide(**policy, record);
  if (!decision) return Fail(decision.error());
  Explained explained{*policy, ParsePlan(record.plan)->plan, *ParseObservation(record.seen), *std::move(decision)};
  const std::string difference = DifferenceOf(**policy, record, explained.decision);
  if (!difference.empty()) explained.notes.push_back("decided again today it is different: " + difference);
  return explained;
}

// Decides anew with other readings.
Status AssumeAll(const std::string& text, Explained& explained) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    const Result<Assumption> assumption = ParseAssumption(word);
    if (!assumption) return Fail(assumption.error());
    if (const Status done = Assume(*assumption, *explained.policy, explained.plan, explained.seen); !done) return done;
  }
  const Decision before = std::move(explained.decision);
  const CalendarLookup lookup = explained.seen.Lookup();
  const auto forecasts = explained.seen.Forecasts();
  explained.decision = Decide(*explained.policy, explained.plan, explained.seen.Seen(lookup, forecasts));
  explained.changes = ChangesBetween({*explained.policy, before}, {*explained.policy, explained.decision});
  explained.notes.push_back("what if " + OneLine(text, 200) + ": forecasts, objectives and budgets as they were");
  return {};
}

Object ExplainedJson(const BindingRecord& binding, std::string_view source, const Explained& explained) {
  Object json = NameJson(binding);
  json["time"] = FormatTimestamp(explained.decision.time);
  json["source"] = source;
  json["policy_hash"] = HashText(explained.policy->hash);
  json.update(Object::parse(ExplainAsJson(*explained.policy, explained.decision)));
  json["notes"] = explained.notes;
  json["changes"] = explained.changes;
  return json;
}

class Explainer {
 public:
  Explainer(const AdminSources& sources, ObjectName name, Timestamp at, std::string what_if)
      : sources_(sources), name_(std::move(name)), at_(at), what_if_(std::move(what_if)) {}

  ServerResponse Run() {
    if (sources_.history != nullptr) {
      const auto bindings = RecordedBindings(sources_, name_);
      if (!bindings) CannotRead(bindings.error());
      for (std::size_t i = 0; bindings && i < bindings->size(); ++i) ExplainRecorded((*bindings)[i]);
    }
    for (const auto& binding : sources_.controller.Bindings()) ExplainAnew(*binding);
    if (problem_) return RefusalOf(WithWhatIsUnread(*problem_));
    if (decisions_.empty()) {
      if (unread_) return RefusalOf(*unread_);  // what is recorded is not known, rather than nothing
      return RefusalOf({Code::kNotFound, fmt::format("nothing is known of {}/{} at {}", name_.object_namespace,
                                                     name_.object, FormatTimestamp(at_))});
    }
    return JsonResponse({{"at", FormatTimestamp(at_)}, {"notes", notes_}, {"decisions", decisions_}});
  }

 private:
  void CannotRead(const Error& error) {
    unread_ = Error{Code::kUnavailable, "the journal cannot be read: " + error.message};
    notes_.push_back(unread_->message);
  }

  // What is asked for wrongly is that whatever the journal has; all else might be there.
  Error WithWhatIsUnread(const Error& error) const {
    if (!unread_ || error.code == Code::kInvalidArgument) return error;
    return {unread_->code, unread_->message + "; " + error.message};
  }

  // A record stands until the next one: but not for longer than a heartbeat would have let it.
  void ExplainRecorded(const BindingRecord& binding) {
    const auto records = sources_.history->ReadBinding(binding.id, at_, 2);
    if (!records) {
      CannotRead(records.error());
      return;
    }
    if (records->empty() || at_ - records->front().tick > 2 * sources_.heartbeat) return;
    Result<Explained> explained = FromRecord(sources_, records->front());
    explained_.push_back(binding.id);
    if (!explained) {
      Object json = RecordJson(binding, records->front());
      json["source"] = "journal";
      json["notes"] = {"the record cannot be decided again: " + explained.error().message};
      decisions_.push_back(std::move(json));
      return;
    }
    if (records->size() > 1 && what_if_.empty()) CompareWith(records->back(), *explained);
    Finish(binding, "journal", *std::move(explained));
  }

  void CompareWith(const DecisionRecord& record, Explained& explained) {
    const Result<Explained> before = FromRecord(sources_, record);
    if (!before) {
      explained.notes.push_back(fmt::format("the record before, of {}, cannot be compared: {}",
                                            FormatTimestamp(record.tick), before.error().message));
      return;
    }
    explained.changes = ChangesBetween({*before->policy, before->decision}, {*explained.policy, explained.decision});
    explained.notes.push_back("the record before is of " + FormatTimestamp(record.tick));
  }

  void ExplainAnew(const Binding& binding) {
    const BindingKey& key = binding.key();
    if (key.object_namespace != name_.object_namespace || key.object_name != name_.object || !name_.Fits(key.policy()))
      return;
    const BindingRecord record = BindingRecordOf(key);
    if (std::find(explained_.begin(), explained_.end(), record.id) != explained_.end()) return;
    Result<Recomputed> made = sources_.controller.DecideAt(key, at_);
    if (!made) {
      problem_ = made.error();
      return;
    }
    Finish(record, "recomputed",
           {made->policy, std::move(made->plan), std::move(made->seen), std::move(made->decision),
            std::move(made->notes)});
  }

  void Finish(const BindingRecord& binding, std::string_view source, Explained explained) {
    if (!what_if_.empty()) {
      if (const Status assumed = AssumeAll(what_if_, explained); !assumed) {
        problem_ = assumed.error();
        return;
      }
    }
    decisions_.push_back(ExplainedJson(binding, source, explained));
  }

  const AdminSources& sources_;
  const ObjectName name_;
  const Timestamp at_;
  const std::string what_if_;
  std::vector<Uuid> explained_;
  std::vector<std::string> notes_;
  Object decisions_ = Object::array();
  std::optional<Error> problem_;
  std::optional<Error> unread_;  // why the journal, or a part of it, is not among what is told
};

}  // namespace

ServerResponse HistoryPage(const AdminSources& sources, const ServerRequest& request) {
  const Timestamp now = sources.controller.clock().Now();
  const Result<ObjectName> name = ObjectOf(request);
  if (!name) return RefusalOf(name.error());
  const Result<std::size_t> limit = LimitField(request, kUsualRecords, kMostRecords);
  if (!limit) return RefusalOf(limit.error());
  const Result<Timestamp> from = TimeField(request, "from", Timestamp());
  if (!from) return RefusalOf(from.error());
  const Result<Timestamp> until = TimeField(request, "until", now);
  if (!until) return RefusalOf(until.error());
  if (sources.history == nullptr) return RefusalOf({Code::kUnavailable, "there is no journal (journal.url)"});

  const auto bindings = RecordedBindings(sources, *name);
  if (!bindings) return RefusalOf(bindings.error());
  std::vector<std::pair<const BindingRecord*, DecisionRecord>> records;
  for (const BindingRecord& binding : *bindings) {
    auto read = sources.history->ReadBinding(binding.id, *until, *limit + 1);
    if (!read) return RefusalOf(read.error());
    for (DecisionRecord& each : *read) {
      if (each.tick >= *from) records.emplace_back(&binding, std::move(each));
    }
  }
  std::stable_sort(records.begin(), records.end(),
                   [](const auto& a, const auto& b) { return a.second.tick > b.second.tick; });
  // Of one tick all triggers stand on one page.
  std::size_t shown = std::min(records.size(), *limit);
  while (shown > 0 && shown < records.size() && records[shown].second.tick == records[shown - 1].second.tick) ++shown;
  Object body = {{"total", shown}, {"records", Object::array()}};
  for (std::size_t i = 0; i < shown; ++i) body["records"].push_back(RecordJson(*records[i].first, records[i].second));
  body["next"] = shown < records.size() ? Object(FormatTimestamp(records[shown].second.tick)) : Object();
  return JsonResponse(body);
}

ServerResponse ExplainPage(const AdminSources& sources, const ServerRequest& request) {
  const Timestamp now = sources.controller.clock().Now();
  const Result<ObjectName> name = ObjectOf(request);
  if (!name) return RefusalOf(name.error());
  const Result<Timestamp> at = TimeField(request, "at", now);
  if (!at) return RefusalOf(at.error());
  if (*at > now)
    return RefusalOf({Code::kInvalidArgument, "at: want a time that has been; found " + FormatTimestamp(*at)});
  return Explainer(sources, *name, *at, FieldText(request, "what_if")).Run();
}

}  // namespace loadline
