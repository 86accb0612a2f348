#include "replay/replay_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "replay/journal_history.h"
#include "replay/look_back.h"
#include "replay/replay_documents.h"
#include "scaling/trigger_metadata.h"
#include "sources/prometheus_source.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr Duration kTimeout{60'000};  // of a query: nobody waits for a tick
constexpr std::size_t kLargestRecording = std::size_t{2} << 30;

tl::unexpected<Error> Bad(std::string message) { return Fail(Code::kInvalidArgument, std::move(message)); }

std::string Shown(Timestamp time) {
  std::string text = FormatTimestamp(time);
  return text.substr(0, 19) + "Z";
}

class Loader {
 public:
  Loader(const ReplayInput& input, Timestamp now, Progress& progress) : input_(input), now_(now), progress_(progress) {}

  Result<LoadedReplay> Run() {
    const bool given[] = {!input_.recording.empty(), !input_.prometheus.empty(), input_.open_journal != nullptr,
                          input_.sources != nullptr};
    if (std::ranges::count(given, true) != 1)
      return Bad("want one of --prometheus URL with --from, --journal FILE and --recording FILE");
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
    if (Status bound = Bind(); !bound) return Fail(bound.error());
    if (journal_) {
      if (Status read = ReadJournal(); !read) return Fail(read.error());
    }
    if (Status found = input_.prometheus.empty() && !input_.sources ? FindRange() : Fetch(); !found)
      return Fail(found.error());
    if (Status fits = CheckSize(); !fits) return Fail(fits.error());
    if (Status looked = LookForData(); !looked) return Fail(looked.error());
    return std::move(loaded_);
  }

 private:
  Status ReadRecording() {
    const Result<std::string> text = ReadFile(input_.recording, kLargestRecording);
    if (!text) return Fail(Code::kInvalidArgument, text.error().message);
    Result<Recording> recording = ParseRecording(*text);
    if (!recording) return Bad(input_.recording + ": " + recording.error().message);
    loaded_.recording = *std::move(recording);
    return {};
  }

  Status NameObject() {
    if (input_.object.empty()) return {};
    const std::size_t slash = input_.object.find('/');
    if (slash == 0 || slash == std::string::npos || slash + 1 == input_.object.size())
      return Bad(fmt::format("--object: want NAMESPACE/NAME; found \"{}\"", OneLine(input_.object, 80)));
    loaded_.recording.object_namespace = input_.object.substr(0, slash);
    loaded_.recording.object = input_.object.substr(slash + 1);
    return {};
  }

  std::set<std::string> DeclaredParameters() const {
    std::set<std::string> declared;
    for (const LoadedPolicy& each : policies_) {
      for (const auto& [name, _] : each.policy.parameters) declared.insert(name);
    }
    return declared;
  }

  Status OpenJournalOfObject() {
    Recording& recording = loaded_.recording;
    if (input_.object.empty()) return Bad("want --object NAMESPACE/NAME: whose decisions of the journal");
    auto open = input_.open_journal();
    if (!open) return Fail(open.error());
    auto journal = JournalHistory::Of(*std::move(open), recording.object_namespace, recording.object);
    if (!journal) return Fail(journal.error());
    journal_ = *std::move(journal);
    std::vector<std::string> names;
    for (const LoadedPolicy& each : policies_) names.push_back(each.policy.name);
    std::set<std::string> declared = DeclaredParameters();
    for (const auto& [key, _] : input_.parameters) declared.erase(key);
    auto parameters = journal_->Parameters(names, {declared.begin(), declared.end()});
    if (!parameters) return Fail(parameters.error());
    recording.parameters = *std::move(parameters);
    return {};
  }

  Status Bind() {
    Recording& recording = loaded_.recording;
    const std::set<std::string> declared = DeclaredParameters();
    for (const auto& [key, value] : input_.parameters) {
      const bool is_declared = declared.contains(key);
      if (!is_declared && !(journal_ && journal_->Hides(key))) {
        const auto meant = DidYouMean(key, {declared.begin(), declared.end()});
        return Bad(fmt::format("--parameter {}: no policy declares it{}", OneLine(key, 60),
                               meant ? fmt::format(" (did you mean {}?)", *meant) : ""));
      }
      // As the journal has it, or a page that shows what is in it.
      if (value == kHiddenValue)
        return Bad(fmt::format("--parameter {}: want the value; found {}, which stands in its place", key, value));
      if (is_declared) recording.parameters[key] = value;
    }
    for (LoadedPolicy& each : policies_) {
      std::map<std::string, std::string> metadata;
      for (const auto& [key, value] : recording.parameters) {
        if (each.policy.parameters.contains(key)) metadata[key] = value;
      }
      for (const auto& [name, spec] : each.policy.parameters) {
        if (!spec.fallback && !metadata.contains(name))
          return Bad(
              fmt::format("{}: parameter {} is required: set it with --parameter {}=VALUE", each.file, name, name));
      }
      Result<Parameters> parameters =
          BindParameters(each.policy, recording.object_namespace, recording.object, metadata);
      if (!parameters) return Bad(each.file + ": " + parameters.error().message);
      Result<QueryPlan> plan = PlanQueries(each.policy, *parameters);
      if (!plan) return Bad(each.file + ": " + plan.error().message);
      each.parameters = *std::move(parameters);
      each.plan = *std::move(plan);
    }
    for (LoadedPolicy& each : policies_) loaded_.policies.push_back(std::make_unique<LoadedPolicy>(std::move(each)));
    return {};
  }

  // What the journal knows of the range, and before it of what the policies look back on.
  Status ReadJournal() {
    auto range = Range(Timestamp(), now_, now_);
    if (!range) return Fail(range.error());
    auto [from, to] = *range;
    if (input_.longest_range && input_.from.empty()) from = to - *input_.longest_range;
    if (input_.longest_range && to - from > *input_.longest_range)
      return Bad(fmt::format("want a range of at most {}", FormatDuration(*input_.longest_range)));
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

  // --from and --to; relative ones are before `base`.
  Result<std::pair<Timestamp, Timestamp>> Range(Timestamp first, Timestamp last, Timestamp base) const {
    const Result<Timestamp> from = input_.from.empty() ? first : ParseTime(input_.from, base);
    if (!from) return Bad("--from: " + from.error().message);
    const Result<Timestamp> to = input_.to.empty() ? last : ParseTime(input_.to, base);
    if (!to) return Bad("--to: " + to.error().message);
    return std::pair(*from, *to);
  }

  Status FindRange() {
    const Recording& recording = loaded_.recording;
    const Timestamp last = recording.TimeAt(recording.ticks);
    // A recording's end does not move; a journal goes on.
    const auto range = Range(recording.from, last, journal_ ? now_ : last);
    if (!range) return Fail(range.error());
    const auto& [from, to] = *range;
    loaded_.begin = std::max(from, journal_ ? recording.from : recording.begin);
    loaded_.end = std::min(to, last);
    if (loaded_.begin >= loaded_.end) {
      return Fail(Code::kFailedPrecondition,
                  fmt::format("no data in the range: the {} has {} to {}", journal_ ? "journal" : "recording",
                              Shown(recording.begin), Shown(last)));
    }
    return {};
  }

  Status Fetch() {
    if (!input_.sources && !input_.prometheus.starts_with("http://") && !input_.prometheus.starts_with("https://")) {
      return Bad(
          fmt::format("--prometheus: want an http:// or https:// URL; found \"{}\"", OneLine(input_.prometheus, 200)));
    }
    if (input_.from.empty()) return Bad("want --from, such as --from -14d");
    const auto range = Range(now_, now_, now_);
    if (!range) return Fail(range.error());
    const auto& [from, to] = *range;
    Recording& recording = loaded_.recording;
    recording.interval = input_.interval;
    loaded_.begin = recording.from = AlignDown(from, input_.interval);
    loaded_.end = AlignDown(std::min(to, now_), input_.interval);
    if (loaded_.begin >= loaded_.end)
      return Bad(fmt::format("want --from, {}, before --to, {}", Shown(from), Shown(std::min(to, now_))));
    for (const auto& each : loaded_.policies) {
      for (const PlannedQuery& query : each->plan.queries) {
        if (!query.desired_of && recording.Find(query.source, query.text) < 0)
          recording.queries.push_back({query.source, query.text, {}});
      }
      for (const auto& number : each->plan.learned) {
        if (!number) continue;
        for (const PlannedNumber::Query& query : number->queries) {
          if (recording.Find(number->source, query.text) < 0)
            recording.queries.push_back({number->source, query.text, {}});
        }
      }
    }
    // What really was is not asked for by every policy.
    const LoadedPolicy& first = *loaded_.policies.front();
    if (const auto observed = ObservedQueryOf(first.policy, first.parameters);
        observed && recording.Find(first.policy.source, *observed) < 0) {
      recording.queries.push_back({first.policy.source, *observed, {}});
    }
    std::vector<std::string> queries = input_.queries;
    for (const std::string& text : input_.queries_or_signals) {
      if (!text.empty() && !IsSignal(text)) queries.push_back(text);
    }
    for (const std::string& query : queries) {
      const std::string& source = loaded_.policies.front()->policy.source;
      if (recording.Find(source, query) < 0) recording.queries.push_back({source, query, {}});
    }
    Duration longest{0};
    const LookBack look_back = LookBackOf();
    for (const RecordedQuery& query : recording.queries)
      longest = std::max(longest, look_back.Of(query.source, query.text));
    recording.begin = AlignDown(recording.from - longest, input_.interval);
    const auto ticks = (loaded_.end - recording.begin) / recording.interval;
    if (ticks > static_cast<Duration::rep>(kMostRecordedTicks))
      return Bad("the range has too many ticks: raise --tick");
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
      return Bad(fmt::format("want a range of at most {}", FormatDuration(*input_.longest_range)));
    if (recording.ticks <= input_.most_ticks && recording.ticks * recording.queries.size() <= input_.most_readings)
      return {};
    return Bad(fmt::format("{} queries over {} ticks are more than can be replayed at once: want a shorter range",
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

  bool IsSignal(const std::string& text) const {
    const std::string name = text.substr(0, text.find('.'));
    return std::ranges::any_of(loaded_.policies, [&](const auto& each) {
      return std::ranges::any_of(each->policy.signals, [&](const Signal& signal) {
        return signal.name == text || (signal.backlog && signal.name == name);
      });
    });
  }

  Status LookForData() {
    const Recording& recording = loaded_.recording;
    const std::size_t first = recording.TickAt(loaded_.begin), end = recording.TickAt(loaded_.end);
    std::size_t empty = 0;
    for (const RecordedQuery& query : recording.queries) {
      const auto stretch = std::span(query.readings).subspan(first, end - first);
      const auto has = [&](ReadingState state) {
        return std::ranges::any_of(stretch, [state](const Reading& reading) { return reading.state == state; });
      };
      if (has(ReadingState::kValue)) continue;
      ++empty;
      loaded_.warnings.push_back(fmt::format(
          "no data for {}{}", OneLine(FoldBlanks(query.text), 200),
          has(ReadingState::kSeveral) ? ": it yields several series; want one, such as sum(...)"
                                      : ": check the query, --object and --parameter with the server's own page"));
    }
    if (recording.queries.empty() || empty < recording.queries.size()) return {};
    std::string message = fmt::format("no data in the range {} to {}", Shown(loaded_.begin), Shown(loaded_.end));
    for (const std::string& warning : loaded_.warnings) message += "\n  " + warning;
    return Fail(Code::kFailedPrecondition, message);
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

Result<Timestamp> ParseTime(const std::string& text, Timestamp now) {
  if (text == "now") return now;
  if (text.starts_with('-')) {
    const Result<Duration> before = ParseDuration(std::string_view(text).substr(1));
    if (before) return now - *before;
  }
  Result<Timestamp> time = ParseTimestamp(text);
  if (time) return time;
  return Bad(fmt::format("want a time such as 2026-11-24T06:00:00Z, or -14d; found \"{}\"", OneLine(text, 60)));
}

}  // namespace loadline
