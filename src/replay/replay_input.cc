#include "replay/replay_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "replay/asked_range.h"
#include "replay/bound_policies.h"
#include "replay/empty_queries.h"
#include "replay/journal_history.h"
#include "replay/look_back.h"
#include "replay/queries_to_record.h"
#include "replay/replay_documents.h"
#include "sources/prometheus_source.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr Duration kTimeout{60'000};  // of a query: nobody waits for a tick
constexpr std::size_t kLargestRecording = std::size_t{2} << 30;

class Loader {
 public:
  Loader(const ReplayInput& input, Timestamp now, Progress& progress) : input_(input), now_(now), progress_(progress) {}

  Result<LoadedReplay> Run() {
    const bool given[] = {!input_.recording.empty(), !input_.prometheus.empty(), input_.open_journal != nullptr,
                          input_.sources != nullptr};
    if (std::ranges::count(given, true) != 1)
      return Invalid("want one of --prometheus URL with --from, --journal FILE and --recording FILE");
    auto policies = ReadPolicies(input_, loaded_.warnings);
    if (!policies) return Fail(policies.error());
    policies_ = *std::move(policies);
    loaded_.calendars = input_.calendars;
    for (const std::string& file : input_.with) {
      if (Status read = ReadCalendars(file, loaded_.calendars); !read) return Fail(read.error());
    }
    if (!input_.recording.empty()) {
      if (Status read = ReadRecording(); !read) return Fail(read.error());
    }
    if (Status named = NameObject(); !named) return Fail(named.error());
    if (input_.open_journal) {
      if (Status opened = OpenJournalOfObject(); !opened) return Fail(opened.error());
    }
    const auto hides = [this](const std::string& parameter) { return journal_ && journal_->Hides(parameter); };
    auto bound = BindPolicies(std::move(policies_), input_.parameters, hides, loaded_.recording);
    if (!bound) return Fail(bound.error());
    loaded_.policies = *std::move(bound);
    if (journal_) {
      if (Status read = ReadJournal(); !read) return Fail(read.error());
    }
    if (Status found = input_.prometheus.empty() && !input_.sources ? FindRange() : Fetch(); !found)
      return Fail(found.error());
    if (Status fits = CheckSize(); !fits) return Fail(fits.error());
    if (Status warned = WarnOfEmptyQueries(loaded_); !warned) return Fail(warned.error());
    return std::move(loaded_);
  }

 private:
  Status ReadRecording() {
    const Result<std::string> text = ReadFile(input_.recording, kLargestRecording);
    if (!text) return Fail(Code::kInvalidArgument, text.error().message);
    Result<Recording> recording = ParseRecording(*text);
    if (!recording) return Invalid(input_.recording + ": " + recording.error().message);
    loaded_.recording = *std::move(recording);
    return {};
  }

  Status NameObject() {
    if (input_.object.empty()) return {};
    const std::size_t slash = input_.object.find('/');
    if (slash == 0 || slash == std::string::npos || slash + 1 == input_.object.size())
      return Invalid(fmt::format("--object: want NAMESPACE/NAME; found \"{}\"", OneLine(input_.object, 80)));
    loaded_.recording.object_namespace = input_.object.substr(0, slash);
    loaded_.recording.object = input_.object.substr(slash + 1);
    return {};
  }

  Status OpenJournalOfObject() {
    Recording& recording = loaded_.recording;
    if (input_.object.empty()) return Invalid("want --object NAMESPACE/NAME: whose decisions of the journal");
    auto open = input_.open_journal();
    if (!open) return Fail(open.error());
    auto journal = JournalHistory::Of(*std::move(open), recording.object_namespace, recording.object);
    if (!journal) return Fail(journal.error());
    journal_ = *std::move(journal);
    std::vector<std::string> names;
    for (const LoadedPolicy& each : policies_) names.push_back(each.policy.name);
    std::set<std::string> declared = DeclaredParameters(policies_);
    for (const auto& [key, _] : input_.parameters) declared.erase(key);
    auto parameters = journal_->Parameters(names, {declared.begin(), declared.end()});
    if (!parameters) return Fail(parameters.error());
    recording.parameters = *std::move(parameters);
    return {};
  }

  // What the journal knows of the range, and before it of what the policies look back on.
  Status ReadJournal() {
    auto range = AskedRange(input_, Timestamp(), now_, now_);
    if (!range) return Fail(range.error());
    auto [from, to] = *range;
    if (input_.longest_range && input_.from.empty()) from = to - *input_.longest_range;
    if (input_.longest_range && to - from > *input_.longest_range)
      return Invalid(fmt::format("want a range of at most {}", FormatDuration(*input_.longest_range)));
    const Duration longest = std::max(input_.heartbeat, LookBackOf().Longest());
    auto read = journal_->Read({from - longest, to, input_.heartbeat, input_.most_readings}, input_.parameters,
                               loaded_.warnings, progress_);
    if (!read) return Fail(read.error());
    read->object_namespace = loaded_.recording.object_namespace;
    read->object = loaded_.recording.object;
    read->parameters = loaded_.recording.parameters;
    read->from = std::max(read->from, from);
    loaded_.recording = *std::move(read);
    return {};
  }

  Status FindRange() {
    const Recording& recording = loaded_.recording;
    const Timestamp last = recording.TimeAt(recording.ticks);
    // A recording's end does not move; a journal goes on.
    const auto range = AskedRange(input_, recording.from, last, journal_ ? now_ : last);
    if (!range) return Fail(range.error());
    const auto& [from, to] = *range;
    loaded_.begin = std::max(from, journal_ ? recording.from : recording.begin);
    loaded_.end = std::min(to, last);
    if (loaded_.begin >= loaded_.end) {
      return Fail(Code::kFailedPrecondition,
                  fmt::format("no data in the range: the {} has {} to {}", journal_ ? "journal" : "recording",
                              FormatSecond(recording.begin), FormatSecond(last)));
    }
    return {};
  }

  Status Fetch() {
    if (!input_.sources && !input_.prometheus.starts_with("http://") && !input_.prometheus.starts_with("https://")) {
      return Invalid(
          fmt::format("--prometheus: want an http:// or https:// URL; found \"{}\"", OneLine(input_.prometheus, 200)));
    }
    if (input_.from.empty()) return Invalid("want --from, such as --from -14d");
    const auto range = AskedRange(input_, now_, now_, now_);
    if (!range) return Fail(range.error());
    const auto& [from, to] = *range;
    Recording& recording = loaded_.recording;
    recording.interval = input_.interval;
    loaded_.begin = recording.from = AlignDown(from, input_.interval);
    loaded_.end = AlignDown(std::min(to, now_), input_.interval);
    if (loaded_.begin >= loaded_.end)
      return Invalid(
          fmt::format("want --from, {}, before --to, {}", FormatSecond(from), FormatSecond(std::min(to, now_))));
    recording.queries = QueriesToRecord(loaded_.policies, input_);
    Duration longest{0};
    const LookBack look_back = LookBackOf();
    for (const RecordedQuery& query : recording.queries)
      longest = std::max(longest, look_back.Of(query.source, query.text));
    recording.begin = AlignDown(recording.from - longest, input_.interval);
    const auto ticks = (loaded_.end - recording.begin) / recording.interval;
    if (ticks > static_cast<Duration::rep>(kMostRecordedTicks))
      return Invalid("the range has too many ticks: raise --tick");
    recording.ticks = static_cast<std::size_t>(ticks);
    const auto server = input_.sources ? nullptr : OpenPrometheus();
    const SourceLookup sources =
        input_.sources ? input_.sources : [&server](const std::string&) { return server.get(); };
    if (Status fits = CheckSize(); !fits) return fits;
    return FillFromSources(
        recording, sources,
        [look_back = LookBackOf()](const RecordedQuery& query) { return look_back.Of(query.source, query.text); },
        progress_);
  }

  LookBack LookBackOf() const { return {loaded_.policies, input_.interval, input_.history}; }

  // Before anything is fetched, and of what was read.
  Status CheckSize() const {
    const Recording& recording = loaded_.recording;
    if (input_.longest_range && loaded_.end - loaded_.begin > *input_.longest_range)
      return Invalid(fmt::format("want a range of at most {}", FormatDuration(*input_.longest_range)));
    if (recording.ticks <= input_.most_ticks && recording.ticks * recording.queries.size() <= input_.most_readings)
      return {};
    return Invalid(fmt::format("{} queries over {} ticks are more than can be replayed at once: want a shorter range",
                               recording.queries.size(), recording.ticks));
  }

  std::unique_ptr<MetricSource> OpenPrometheus() const {
    PrometheusOptions options;
    options.url = input_.prometheus;
    options.timeout = kTimeout;
    options.http.ca_file = input_.ca_file;
    options.http.bearer_token_file = input_.bearer_token_file;
    return MakePrometheusSource(options);
  }

  const ReplayInput& input_;
  std::optional<JournalHistory> journal_;
  const Timestamp now_;
  Progress& progress_;
  std::vector<LoadedPolicy> policies_;
  LoadedReplay loaded_;
};

}  // namespace

std::vector<ReplayMember> LoadedReplay::Members() const {
  std::vector<ReplayMember> members;
  for (const auto& each : policies) members.push_back({&each->policy, &each->plan, &each->parameters});
  return members;
}

CalendarLookup LoadedReplay::Lookup() const {
  return [this](const std::string& name) -> const Calendar* {
    const auto found = std::ranges::find_if(calendars, [&](const auto& each) { return each->name == name; });
    return found != calendars.end() ? found->get() : nullptr;
  };
}

Result<LoadedReplay> LoadReplay(const ReplayInput& input, Timestamp now, Progress& progress) {
  return Loader(input, now, progress).Run();
}

}  // namespace loadline
