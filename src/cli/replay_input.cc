#include "cli/replay_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "scaling/documents.h"
#include "scaling/fit_forecast.h"
#include "scaling/fit_objective.h"
#include "scaling/forecast_plan.h"
#include "scaling/policy_yaml.h"
#include "sources/policy_files.h"
#include "sources/prometheus_source.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr Duration kUsualRefit = std::chrono::minutes(10);  // of forecasts, as serve's
constexpr std::size_t kLargestRecording = std::size_t{2} << 30;
constexpr Duration kTimeout{60'000};  // of a query: nobody waits for a tick
constexpr std::size_t kPointsAtOnce = 10'000;

tl::unexpected<Error> Bad(std::string message) { return Fail(Code::kInvalidArgument, std::move(message)); }

std::string Shown(Timestamp time) {
  std::string text = FormatTimestamp(time);
  return text.substr(0, 19) + "Z";
}

// FILE, or FILE#NAME of a file with several policies.
Result<LoadedPolicy> ReadPolicyOf(const std::string& path) {
  const std::size_t hash = path.rfind('#');
  const std::string file = path.substr(0, hash);
  const std::string wanted = hash == std::string::npos ? "" : path.substr(hash + 1);
  const Result<std::string> text = ReadFile(file, kLargestPolicyFile);
  if (!text) return Fail(text.error());
  std::vector<std::string> names;
  std::optional<LoadedPolicy> found;
  for (const DocumentText& each : SplitDocuments(*text)) {
    const LoadlineDocument document = ParseLoadlineDocument(each);
    if (document.whose != LoadlineDocument::Whose::kLoadlines || document.kind != Policy::kKind) continue;
    if (!wanted.empty() && document.name != wanted) continue;
    names.push_back(document.name);
    std::string problems;
    for (const Problem& problem : document.problems) {
      if (problem.severity == Severity::kError)
        problems += (problems.empty() ? "" : "\n") + FormatProblem(file, problem);
    }
    if (!document.content) return Bad(problems);
    const Node root = ParseDocument(each).root;
    const Node* spec = root.Find("spec");
    found = {path,
             document.name,
             spec != nullptr ? *spec : Node(),
             *std::get<std::shared_ptr<const Policy>>(*document.content),
             {},
             {}};
  }
  if (names.size() > 1)
    return Bad(fmt::format("{}: has {} policies: say which, as {}#{}", file, names.size(), file, names.front()));
  if (!found) return Bad(fmt::format("{}: has no policy{}", file, wanted.empty() ? "" : " " + wanted));
  return *std::move(found);
}

Status ReadCalendars(const std::string& file, std::vector<std::shared_ptr<const Calendar>>& calendars) {
  const Result<std::string> text = ReadFile(file, kLargestPolicyFile);
  if (!text) return Fail(text.error());
  std::vector<LoadlineDocument> documents;
  if (const std::string name = CalendarNameOf(file); !name.empty()) {
    documents.push_back(ParseICalendarFile(name, *text));
  } else {
    for (const DocumentText& each : SplitDocuments(*text)) documents.push_back(ParseLoadlineDocument(each));
  }
  for (const LoadlineDocument& document : documents) {
    if (document.whose != LoadlineDocument::Whose::kLoadlines) continue;
    if (!document.content) return Bad(FormatProblem(file, document.problems.front()));
    if (const auto* calendar = std::get_if<std::shared_ptr<const Calendar>>(&*document.content))
      calendars.push_back(*calendar);
  }
  return {};
}

class Loader {
 public:
  Loader(const ReplayInput& input, Timestamp now, Progress& progress) : input_(input), now_(now), progress_(progress) {}

  Result<LoadedReplay> Run() {
    if (input_.recording.empty() == input_.prometheus.empty())
      return Bad("want --prometheus URL with --from, or --recording FILE");
    if (Status read = ReadPolicies(); !read) return Fail(read.error());
    for (const std::string& file : input_.with) {
      if (Status read = ReadCalendars(file, loaded_.calendars); !read) return Fail(read.error());
    }
    if (!input_.recording.empty()) {
      if (Status read = ReadRecording(); !read) return Fail(read.error());
    }
    if (Status bound = Bind(); !bound) return Fail(bound.error());
    if (Status found = input_.recording.empty() ? Fetch() : FindRange(); !found) return Fail(found.error());
    if (Status looked = LookForData(); !looked) return Fail(looked.error());
    return std::move(loaded_);
  }

 private:
  Status ReadPolicies() {
    if (input_.policies.empty()) return Bad("want --policy FILE");
    for (const std::string& path : input_.policies) {
      Result<LoadedPolicy> read = ReadPolicyOf(path);
      if (!read) return Fail(read.error());
      if (Status fit = Fit(read->policy, path); !fit) return fit;
      policies_.push_back(*std::move(read));
    }
    for (LoadedPolicy& each : policies_) {
      const auto same = std::ranges::count(
          policies_, each.policy.name, [](const LoadedPolicy& other) { return std::string_view(other.policy.name); });
      // Two versions of one policy are told apart by their files.
      if (same > 1) each.label = std::filesystem::path(each.file).stem().string();
    }
    std::set<std::string> labels;
    for (LoadedPolicy& each : policies_) {
      const std::string label = each.label;
      for (int i = 2; !labels.insert(each.label).second; ++i) each.label = fmt::format("{} ({})", label, i);
    }
    return {};
  }

  // What counts for a replay of it alone.
  Status Fit(Policy& policy, const std::string& path) {
    ReplicaBounds& replicas = policy.replicas;
    if (input_.min) replicas.min = *input_.min;
    if (input_.max) replicas.max = *input_.max;
    if (replicas.max && replicas.min > *replicas.max)
      return Bad(fmt::format("{}: want min, {}, not above max, {}", path, replicas.min, *replicas.max));
    if (policy.mode != Mode::kActive) {
      loaded_.warnings.push_back(
          fmt::format("{}: its mode is that of a dry run; it is replayed as if it were active", policy.name));
      policy.mode = Mode::kActive;
    }
    if (policy.budget) {
      loaded_.warnings.push_back(
          fmt::format("{}: what its budget {} leaves it is not replayed", policy.name, *policy.budget));
    }
    return {};
  }

  Status ReadRecording() {
    const Result<std::string> text = ReadFile(input_.recording, kLargestRecording);
    if (!text) return Fail(Code::kInvalidArgument, text.error().message);
    Result<Recording> recording = ParseRecording(*text);
    if (!recording) return Bad(input_.recording + ": " + recording.error().message);
    loaded_.recording = *std::move(recording);
    return {};
  }

  Status Bind() {
    Recording& recording = loaded_.recording;
    if (!input_.object.empty()) {
      const std::size_t slash = input_.object.find('/');
      if (slash == 0 || slash == std::string::npos || slash + 1 == input_.object.size())
        return Bad(fmt::format("--object: want NAMESPACE/NAME; found \"{}\"", OneLine(input_.object, 80)));
      recording.object_namespace = input_.object.substr(0, slash);
      recording.object = input_.object.substr(slash + 1);
    }
    std::set<std::string> declared;
    for (const LoadedPolicy& each : policies_) {
      for (const auto& [name, _] : each.policy.parameters) declared.insert(name);
    }
    for (const auto& [key, value] : input_.parameters) {
      if (!declared.contains(key)) {
        const auto meant = DidYouMean(key, {declared.begin(), declared.end()});
        return Bad(fmt::format("--parameter {}: no policy declares it{}", OneLine(key, 60),
                               meant ? fmt::format(" (did you mean {}?)", *meant) : ""));
      }
      recording.parameters[key] = value;
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

  Status FindRange() {
    const Recording& recording = loaded_.recording;
    const Timestamp last = recording.TimeAt(recording.ticks);
    // Relative times count from the recording's end: it does not move.
    const Result<Timestamp> from = input_.from.empty() ? recording.from : ParseTime(input_.from, last);
    if (!from) return Bad("--from: " + from.error().message);
    const Result<Timestamp> to = input_.to.empty() ? last : ParseTime(input_.to, last);
    if (!to) return Bad("--to: " + to.error().message);
    loaded_.begin = std::max(*from, recording.begin);
    loaded_.end = std::min(*to, last);
    if (loaded_.begin >= loaded_.end) {
      return Fail(Code::kFailedPrecondition,
                  fmt::format("no data in the range: the recording has {} to {}", Shown(recording.begin), Shown(last)));
    }
    return {};
  }

  // How far before the first tick a query's readings are looked at.
  Duration LooksBack(std::string_view source, std::string_view text) const {
    if (input_.history) return *input_.history;
    const std::string folded = FoldBlanks(text);
    Duration most{0};
    const auto need = [&](const std::string& of_source, const std::string& of_text, Duration window) {
      if (of_source == source && FoldBlanks(of_text) == folded) most = std::max(most, window);
    };
    for (const auto& each : loaded_.policies) {
      for (const PlannedQuery& query : each->plan.queries) {
        if (!query.desired_of) need(query.source, query.text, query.window);
      }
      const CalendarLookup no_calendars = [](const std::string&) { return nullptr; };
      for (const auto& forecast : PlanForecasts(each->policy, each->plan, no_calendars)) {
        if (!forecast) continue;
        const ForecastTimes times = TimesOf(*forecast, input_.interval, kUsualRefit);
        need(forecast->source, forecast->text, times.step * JudgedHistory(*forecast, times) + kTrustInterval);
      }
      for (const auto& number : each->plan.learned) {
        if (!number) continue;
        for (const PlannedNumber::Query& query : number->queries) need(number->source, query.text, number->history);
      }
      const auto objective = PlanObjective(each->policy, each->plan, input_.interval);
      if (objective && *objective) need((*objective)->source, (*objective)->text, kObjectiveHistory);
    }
    return most;
  }

  Status Fetch() {
    if (!input_.prometheus.starts_with("http://") && !input_.prometheus.starts_with("https://")) {
      return Bad(
          fmt::format("--prometheus: want an http:// or https:// URL; found \"{}\"", OneLine(input_.prometheus, 200)));
    }
    if (input_.from.empty()) return Bad("want --from, such as --from -14d");
    const Result<Timestamp> from = ParseTime(input_.from, now_);
    if (!from) return Bad("--from: " + from.error().message);
    const Result<Timestamp> to = input_.to.empty() ? now_ : ParseTime(input_.to, now_);
    if (!to) return Bad("--to: " + to.error().message);
    Recording& recording = loaded_.recording;
    recording.interval = input_.interval;
    loaded_.begin = recording.from = AlignDown(*from, input_.interval);
    loaded_.end = AlignDown(std::min(*to, now_), input_.interval);
    if (loaded_.begin >= loaded_.end)
      return Bad(fmt::format("want --from, {}, before --to, {}", Shown(*from), Shown(std::min(*to, now_))));
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
    for (const RecordedQuery& query : recording.queries)
      longest = std::max(longest, LooksBack(query.source, query.text));
    recording.begin = AlignDown(recording.from - longest, input_.interval);
    const auto ticks = (loaded_.end - recording.begin) / recording.interval;
    if (ticks > static_cast<Duration::rep>(kMostRecordedTicks))
      return Bad("the range has too many ticks: raise --tick");
    recording.ticks = static_cast<std::size_t>(ticks);
    return AskAll();
  }

  bool IsSignal(const std::string& text) const {
    const std::string name = text.substr(0, text.find('.'));
    return std::ranges::any_of(loaded_.policies, [&](const auto& each) {
      return std::ranges::any_of(each->policy.signals, [&](const Signal& signal) {
        return signal.name == text || (signal.backlog && signal.name == name);
      });
    });
  }

  Status AskAll() {
    PrometheusOptions options;
    options.url = input_.prometheus;
    options.timeout = kTimeout;
    options.http.ca_file = input_.ca_file;
    options.http.bearer_token_file = input_.bearer_token_file;
    const auto source = MakePrometheusSource(options);
    Recording& recording = loaded_.recording;
    std::size_t all = 0;
    std::size_t done = 0;
    for (RecordedQuery& query : recording.queries) {
      // What nobody looks back at is not asked for: most queries need minutes of what one needs weeks of.
      query.readings.resize(
          recording.TickAt(AlignDown(recording.from - LooksBack(query.source, query.text), recording.interval)));
      all += recording.ticks - query.readings.size();
    }
    for (RecordedQuery& query : recording.queries) {
      while (query.readings.size() < recording.ticks) {
        progress_.Show("fetched", done, all);
        const std::size_t first = query.readings.size();
        const std::size_t count = std::min(kPointsAtOnce, recording.ticks - first);
        const Question question{query.text, recording.TimeAt(first), recording.TimeAt(first + count - 1),
                                recording.interval};
        const Answer answer = source->Ask({question}, 2 * kTimeout).front();
        for (const Reading& reading : answer.readings) {
          if (reading.state != ReadingState::kFailed && reading.state != ReadingState::kRefused) continue;
          return Bad(fmt::format("{}\nThe query was: {}",
                                 answer.problem.empty() ? "a part of the history was not answered" : answer.problem,
                                 OneLine(FoldBlanks(query.text), 300)));
        }
        query.readings.insert(query.readings.end(), answer.readings.begin(), answer.readings.end());
        done += count;
      }
    }
    progress_.Clear();
    return {};
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
