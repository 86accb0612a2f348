#include "cli/commands/journal.h"

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "journal/journal.h"
#include "scaling/redecide.h"
#include "system/clock.h"

namespace loadline {
namespace {

constexpr std::size_t kPage = 500;
constexpr std::uint64_t kMostDifferences = 1000;  // that are printed

Result<std::unique_ptr<DecisionJournal>> Open(const JournalCommand& command) {
  return OpenJournal({JournalUrlOf(command.url), command.password_file, true});
}

int CannotRead(const Error& error) {
  std::fprintf(stderr, "journal: %s\n", error.message.c_str());
  return 2;
}

class Verification {
 public:
  explicit Verification(DecisionJournal& journal) : journal_(journal) {}

  Status Run() {
    auto bindings = journal_.FindBindings("", "");
    if (!bindings) return Fail(bindings.error());
    for (BindingRecord& each : *bindings) bindings_.emplace(each.id, std::move(each));
    for (std::int64_t after = 0;;) {
      const auto page = journal_.ReadAll(after, kPage);
      if (!page) return Fail(page.error());
      if (page->empty()) return {};
      for (const DecisionRecord& record : *page) {
        if (const Status read = Verify(record); !read) return read;
      }
      after = page->back().sequence;
    }
  }

  int Report() const {
    fmt::print("{} decisions: {} came out the same, {} differ, {} cannot be decided again, {} decided nothing\n",
               same_ + differ_ + cannot_ + nothing_, same_, differ_, cannot_, nothing_);
    return differ_ + cannot_ == 0 ? 0 : 1;
  }

 private:
  // Fails only where the journal cannot be read.
  Status Verify(const DecisionRecord& record) {
    if (record.plan.empty()) {
      ++nothing_;  // an error of the policy or its parameters: no readings were looked at
      return {};
    }
    const auto policy = PolicyOfHash(record.policy_hash);
    if (!policy && policy.error().code != Code::kNotFound && policy.error().code != Code::kInvalidArgument)
      return Fail(policy.error());
    const Result<Decision> again = policy ? Redecide(**policy, record) : Result<Decision>(Fail(policy.error()));
    if (!again) {
      ++cannot_;
      Print(record, "cannot be decided again: " + again.error().message);
      return {};
    }
    const std::string difference = DifferenceOf(**policy, record, *again);
    difference.empty() ? ++same_ : ++differ_;
    if (!difference.empty()) Print(record, difference);
    return {};
  }

  Result<std::shared_ptr<const Policy>> PolicyOfHash(std::uint64_t hash) {
    const auto known = policies_.find(hash);
    if (known != policies_.end()) return known->second;
    const Result<PolicyRevision> revision = journal_.FindPolicy(hash);
    // What cannot be reached may be there at the next record; what is not there stays away.
    if (!revision && revision.error().code != Code::kNotFound) return Fail(revision.error());
    auto policy = revision ? PolicyOf(*revision) : Result<std::shared_ptr<const Policy>>(Fail(revision.error()));
    return policies_.emplace(hash, std::move(policy)).first->second;
  }

  void Print(const DecisionRecord& record, const std::string& what) {
    if (++printed_ > kMostDifferences) return;
    const auto binding = bindings_.find(record.binding);
    const std::string who = binding == bindings_.end() ? FormatUuid(record.binding)
                                                       : fmt::format("{}/{} ({})", binding->second.object_namespace,
                                                                     binding->second.object, binding->second.policy);
    fmt::print("{} {}, decided by {}: {}\n", FormatTimestamp(record.tick), who, record.version, what);
    if (printed_ == kMostDifferences) fmt::print("(further ones are counted only)\n");
  }

  DecisionJournal& journal_;
  std::map<Uuid, BindingRecord> bindings_;
  std::map<std::uint64_t, Result<std::shared_ptr<const Policy>>> policies_;
  std::uint64_t same_ = 0, differ_ = 0, cannot_ = 0, nothing_ = 0, printed_ = 0;
};

using Json = nlohmann::ordered_json;

Json Parsed(const std::string& text) { return text.empty() ? Json() : Json::parse(text, nullptr, false); }

template <class T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

void ShowAsJson(const BindingRecord& binding, const DecisionRecord& record) {
  const Json json = {
      {"namespace", binding.object_namespace},
      {"name", binding.object},
      {"policy", binding.policy},
      {"metadata", binding.metadata},
      {"time", FormatTimestamp(record.tick)},
      {"kind", RecordKindName(record.kind)},
      {"policy_hash", fmt::format("{:016x}", record.policy_hash)},
      {"replicas", OrNull(record.replicas)},
      {"wanted", OrNull(record.wanted)},
      {"active", OrNull(record.active)},
      {"error",
       record.error ? Json{{"code", CodeName(record.error->code)}, {"message", record.error->message}} : Json()},
      {"observed", OrNull(record.observed)},
      {"confidence", OrNull(record.confidence)},
      {"winner", record.winner},
      {"summary", record.summary},
      {"steps", Parsed(record.steps)},
      {"plan", Parsed(record.plan)},
      {"seen", Parsed(record.seen)},
      {"version", record.version}};
  std::puts(json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

void ShowAsText(const BindingRecord& binding, const DecisionRecord& record) {
  const std::string answer = record.error ? std::string(CodeName(record.error->code))
                                          : fmt::format("{:g} {}", record.replicas.value_or(0),
                                                        record.active.value_or(false) ? "active" : "inactive");
  fmt::print("{} {} {}: {}\n", FormatTimestamp(record.tick), binding.policy, answer, record.summary);
}

}  // namespace

int RunJournalVerify(const JournalCommand& command) {
  const auto journal = Open(command);
  if (!journal) return CannotRead(journal.error());
  Verification verification(**journal);
  if (const Status run = verification.Run(); !run) return CannotRead(run.error());
  return verification.Report();
}

int RunJournalShow(const JournalShowCommand& command) {
  const std::size_t slash = command.binding.find('/');
  if (slash == std::string::npos)
    return CannotRead({Code::kInvalidArgument, fmt::format("want NAMESPACE/NAME; found \"{}\"", command.binding)});
  Timestamp at = SystemClock().Now();
  if (!command.at.empty()) {
    const Result<Timestamp> time = ParseTimestamp(command.at);
    if (!time) return CannotRead({Code::kInvalidArgument, "--at: " + time.error().message});
    at = *time;
  }
  const auto journal = Open(command.journal);
  if (!journal) return CannotRead(journal.error());
  const auto bindings = (*journal)->FindBindings(command.binding.substr(0, slash), command.binding.substr(slash + 1));
  if (!bindings) return CannotRead(bindings.error());
  bool any = false;
  for (const BindingRecord& binding : *bindings) {
    if (!command.policy.empty() && binding.policy != command.policy) continue;
    const auto records = (*journal)->ReadBinding(binding.id, at, static_cast<std::size_t>(command.count));
    if (!records) return CannotRead(records.error());
    for (const DecisionRecord& record : *records) {
      command.output == "json" ? ShowAsJson(binding, record) : ShowAsText(binding, record);
      any = true;
    }
  }
  if (!any) std::fprintf(stderr, "journal: no decision of %s up to then\n", command.binding.c_str());
  return any ? 0 : 1;
}

}  // namespace loadline
