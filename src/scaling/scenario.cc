#include "scaling/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scaling/scenario_line.h"
#include "schedule/zone.h"

namespace loadline {
namespace {

constexpr Duration::rep kMostTicks = 4'000'000;  // a year of 10 s: a slip of the pen shall not run for hours
constexpr std::array<std::string_view, 9> kKeywords = {"policy",  "with",  "tick", "object", "param",
                                                       "binding", "begin", "load", "at"};

std::string Quoted(std::string_view text) { return text.empty() ? "nothing" : "\"" + OneLine(text, 60) + "\""; }

// "2026-11-27T05:00:00Z"; the seconds may be left out.
std::optional<Timestamp> ParseTime(std::string_view text) {
  if (!text.ends_with('Z') || (text.size() != 17 && text.size() != 20)) return std::nullopt;
  const Result<LocalMinute> minute = ParseLocalMinute(text.substr(0, 16));
  if (!minute) return std::nullopt;
  Timestamp time{std::chrono::duration_cast<Duration>(minute->time_since_epoch())};
  if (text.size() == 20) {
    const Result<double> seconds = ParseNumber(text.substr(17, 2));
    if (text[16] != ':' || !seconds || *seconds < 0 || *seconds >= 60) return std::nullopt;
    time += std::chrono::seconds(static_cast<int>(*seconds));
  }
  return time;
}

class Parser {
 public:
  ParsedScenario Run(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      ++line_;
      ReadLine(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    CheckWhole();
    return std::move(result_);
  }

 private:
  void Add(int column, std::string rule, std::string_view found, std::string hint = "") {
    result_.problems.push_back({{line_, column}, "", std::move(rule), Quoted(found), std::move(hint)});
  }

  void ReadLine(std::string_view line) {
    const bool is_load = Trimmed(line).starts_with("load");
    line = line.substr(0, CommentOf(line, is_load));
    Words words(line);
    const int column = words.column();
    const std::string_view keyword = words.Next();
    if (keyword.empty()) return;
    Scenario& scenario = result_.scenario;
    if (keyword == "load") return ReadLoad(words);
    if (keyword == "at") return ReadCheck(words);
    if (keyword == "param") return ReadParameter(words.column(), words.Rest(), scenario.bindings.front());
    if (keyword == "binding") return ReadBinding(words);
    if (keyword == "with") return ReadWith(words);
    if (std::find(kKeywords.begin(), kKeywords.end(), keyword) == kKeywords.end()) return BadKeyword(keyword, column);
    if (!Once(keyword, column)) return;
    if (keyword == "policy") {
      ReadPolicy(words);
    } else if (keyword == "tick") {
      scenario.tick = ReadDuration(words, Duration(1)).value_or(scenario.tick);
    } else if (keyword == "object") {
      ReadObject(words, scenario.bindings.front());
    } else {
      ReadBegin(words);
    }
    const int more = words.column();
    if (const std::string_view rest = words.Rest(); !rest.empty()) Add(more, "want nothing more on this line", rest);
  }

  void BadKeyword(std::string_view keyword, int column) {
    const std::vector<std::string> known(kKeywords.begin(), kKeywords.end());
    const auto meant = DidYouMean(keyword, known);
    Add(column, "a line begins with " + JoinWords(known, "or"), keyword,
        meant ? fmt::format("did you mean {}?", *meant) : "");
  }

  bool Once(std::string_view keyword, int column) {
    if (std::find(seen_.begin(), seen_.end(), keyword) == seen_.end()) {
      seen_.emplace_back(keyword);
      return true;
    }
    Add(column, fmt::format("{} is said once", keyword), fmt::format("{} again", keyword));
    return false;
  }

  std::optional<Duration> ReadDuration(Words& words, Duration at_least) {
    const int column = words.column();
    const std::string_view word = words.Next();
    const Result<Duration> duration = ParseDuration(word);
    if (duration && *duration >= at_least) return *duration;
    Add(column, "want a duration such as 90s, 5m or 1h30m", word);
    return std::nullopt;
  }

  void ReadPolicy(Words& words) {
    const int column = words.column();
    ScenarioFile& file = result_.scenario.files.front();
    ScenarioBinding& binding = result_.scenario.bindings.front();
    file.line = binding.line = line_;
    file.path = words.Next();
    binding.policy = words.Next();
    if (file.path.empty()) Add(column, "want the policy's file", "");
  }

  void ReadWith(Words& words) {
    const int column = words.column();
    const std::string path(words.Rest());
    if (path.empty()) return Add(column, "want a file of documents", "");
    std::vector<ScenarioFile>& files = result_.scenario.files;
    if (std::any_of(files.begin(), files.end(), [&](const ScenarioFile& each) { return each.path == path; }))
      return Add(column, "a file is read once", path);
    files.push_back({line_, path});
  }

  void ReadObject(Words& words, ScenarioBinding& binding) {
    const int column = words.column();
    const std::string_view word = words.Next();
    const std::size_t slash = word.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == word.size())
      return Add(column, "want the ScaledObject's namespace/name", word);
    binding.object_namespace = word.substr(0, slash);
    binding.object = word.substr(slash + 1);
  }

  void ReadParameter(int column, std::string_view text, ScenarioBinding& binding) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) return Add(column, "want NAME=VALUE", text);
    const auto [_, is_new] =
        binding.parameters.emplace(Trimmed(text.substr(0, equals)), Trimmed(text.substr(equals + 1)));
    if (!is_new) Add(column, "a parameter is set once", text);
  }

  // "NAME [object NAMESPACE/NAME] [policy NAME] [param NAME=VALUE]..."
  void ReadBinding(Words& words) {
    ScenarioBinding binding;
    binding.line = line_;
    const int column = words.column();
    binding.name = binding.object = binding.policy = words.Next();
    if (binding.name.empty() || binding.name == "want" || !IsName(binding.name))
      return Add(column, "want a name for the binding, of a-z, 0-9 and -", binding.name);
    if (FindBinding(binding.name)) return Add(column, "a binding has a name of its own", binding.name);
    while (true) {
      const int next = words.column();
      const std::string_view word = words.Next();
      if (word.empty()) break;
      if (word == "object") {
        ReadObject(words, binding);
      } else if (word == "policy") {
        const int at = words.column();
        binding.policy = words.Next();
        if (binding.policy.empty()) Add(at, "want the policy's name", "");
      } else if (word == "param") {
        const int at = words.column();
        ReadParameter(at, words.Next(), binding);
      } else {
        Add(next, "want object, policy or param", word);
        break;
      }
    }
    result_.scenario.bindings.push_back(std::move(binding));
  }

  static bool IsName(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  }

  std::optional<std::size_t> FindBinding(std::string_view name) const {
    const std::vector<ScenarioBinding>& bindings = result_.scenario.bindings;
    for (std::size_t i = 1; i < bindings.size(); ++i) {
      if (bindings[i].name == name) return i;
    }
    return std::nullopt;
  }

  void ReadBegin(Words& words) {
    const int column = words.column();
    const std::string_view word = words.Next();
    if (const auto time = ParseTime(word)) {
      result_.scenario.begin = *time;
    } else {
      Add(column, "want a time such as 2026-11-27T05:00:00Z", word);
    }
  }

  void ReadLoad(Words& words) {
    ScenarioLoad load;
    load.line = line_;
    const auto step = ReadDuration(words, Duration(1));
    const int column = words.column();
    load.text = words.Rest();
    if (load.text.empty()) return Add(column, "want a query or a signal, and what it said", "");
    if (!step) return;
    load.step = *step;
    result_.scenario.loads.push_back(std::move(load));
  }

  void ReadCheck(Words& words) {
    ScenarioCheck check;
    check.line = line_;
    const int column = words.column();
    const auto time = ReadDuration(words, Duration(0));
    if (!time) return;
    check.time = *time;
    if (!result_.scenario.checks.empty() && *time < result_.scenario.checks.back().time)
      return Add(column, "times ascend", FormatDuration(*time));
    if (ReadWant(words, check)) result_.scenario.checks.push_back(std::move(check));
  }

  // "[BINDING] want NUMBER [inactive] | [BINDING] want error, because TEXT"; or without what is wanted.
  bool ReadWant(Words& words, ScenarioCheck& check) {
    int column = words.column();
    std::string_view word = words.Next();
    if (word.empty()) return true;
    if (word != "want") {
      const std::string_view name = word;
      word = words.Next();
      if (!word.empty() && word != "want")
        return Add(column, "want: want NUMBER, or want error; a binding's name may stand before it", name), false;
      named_.push_back({line_, column, result_.scenario.checks.size(), std::string(name)});
      if (word.empty()) return true;
    }
    column = words.column();
    word = words.Next();
    const Result<double> number = ParseNumber(word);
    if (!number && word != "error") return Add(column, "want a number of replicas, or error", word), false;
    check.want = number ? FormatNumber(*number) : "error";
    column = words.column();
    word = words.Next();
    if (word == "inactive" && number) {
      check.want += " inactive";
      column = words.column();
      word = words.Next();
    }
    if (word.empty()) return true;
    if (word != "because") return Add(column, number ? "want inactive or because" : "want because", word), false;
    check.because = words.Rest();
    if (check.because.empty()) return Add(column, "want the reason after because", ""), false;
    return true;
  }

  void CheckWhole() {
    Scenario& scenario = result_.scenario;
    for (const NamedCheck& named : named_) FindNamed(named);
    line_ = 0;
    if (scenario.files.front().line == 0) Add(0, "want a line policy FILE", "");
    if (scenario.checks.empty() && result_.problems.empty()) Add(0, "want at least one line at TIME want NUMBER", "");
    if (scenario.begin != AlignDown(scenario.begin, scenario.tick))
      Add(0, "begin is a multiple of the tick, counted from 1970", FormatTimestamp(scenario.begin));
    for (const ScenarioCheck& check : scenario.checks) {
      line_ = check.line;
      if (check.time % scenario.tick != Duration::zero()) {
        Add(1, fmt::format("want a multiple of the tick, which is {}", FormatDuration(scenario.tick)),
            FormatDuration(check.time));
      } else if (check.time / scenario.tick > kMostTicks) {
        Add(4, fmt::format("want a time within {} ticks", kMostTicks), FormatDuration(check.time),
            "a longer tick reaches further");
      }
    }
  }

  // A check that names its binding, which may be said later.
  struct NamedCheck {
    int line;
    int column;
    std::size_t check;
    std::string name;
  };

  void FindNamed(const NamedCheck& named) {
    Scenario& scenario = result_.scenario;
    if (const auto binding = FindBinding(named.name)) {
      // A check that was bad otherwise is not there.
      if (named.check < scenario.checks.size()) scenario.checks[named.check].binding = *binding;
      return;
    }
    std::vector<std::string> known;
    for (std::size_t i = 1; i < scenario.bindings.size(); ++i) known.push_back(scenario.bindings[i].name);
    const auto meant = DidYouMean(named.name, known);
    line_ = named.line;
    Add(named.column, "want the name of a binding", named.name,
        meant           ? fmt::format("did you mean {}?", *meant)
        : known.empty() ? fmt::format("add a line: binding {}", OneLine(named.name, 60))
                        : fmt::format("there {} {}", known.size() == 1 ? "is" : "are", JoinWords(known, "and")));
  }

  ParsedScenario result_;
  std::vector<NamedCheck> named_;
  std::vector<std::string> seen_;
  int line_ = 0;
};

}  // namespace

ParsedScenario ParseScenario(std::string_view text) { return Parser().Run(text); }

bool ScenarioRun::passed() const {
  return problems.empty() &&
         std::all_of(file_problems.begin(), file_problems.end(), [](const Problems& each) { return each.empty(); }) &&
         std::all_of(answers.begin(), answers.end(), [](const ScenarioAnswer& answer) { return answer.as_wanted; });
}

}  // namespace loadline
