#include "scaling/override_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "document/fields.h"
#include "scaling/envelope.h"
#include "scaling/observation_words.h"
#include "scaling/override_yaml.h"

namespace loadline {

constexpr auto EnumWords(Override::Kind) { return kOverrideWords; }

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostWords = 500;  // of a reason
constexpr std::size_t kMostAuthor = 100;
constexpr std::size_t kMostSlug = 40;  // of a name that is made
constexpr std::chrono::hours kLongest{10 * 365 * 24};

// The body's fields.
struct Asked {
  std::optional<std::string> name;
  std::optional<bool> all;
  std::optional<std::string> object_namespace;
  std::optional<std::string> object;
  std::optional<std::string> policy;
  Override::Kind kind = Override::Kind::kHold;
  std::optional<double> replicas;
  std::optional<Rfc3339Time> from;
  std::optional<Rfc3339Time> until;
  std::optional<Duration> lasting;
  std::string reason;
  std::optional<std::string> author;
};

template <class Visitor>
void DescribeFields(Visitor& visit, Asked& asked) {
  visit({.name = "name", .help = "", .pattern = kNamePattern, .pattern_help = kNameHelp}, asked.name);
  visit({.name = "all", .help = ""}, asked.all);
  visit({.name = "namespace", .help = "", .pattern = kNamespacePattern, .pattern_help = kNamespaceHelp},
        asked.object_namespace);
  visit({.name = "object",
         .help = "",
         .pattern = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
         .pattern_help = "the name of a ScaledObject"},
        asked.object);
  visit({.name = "policy", .help = "", .pattern = kNamePattern, .pattern_help = kNameHelp}, asked.policy);
  visit({.name = "kind", .help = "", .example = "pin", .required = true}, asked.kind);
  visit({.name = "replicas", .help = "", .at_least = 0, .at_most = 100'000}, asked.replicas);
  visit({.name = "from", .help = ""}, asked.from);
  visit({.name = "until", .help = ""}, asked.until);
  visit({.name = "for", .help = "", .at_least = 1, .at_most = ToSeconds(kLongest)}, asked.lasting);
  visit({.name = "reason",
         .help = "",
         .example = "database migration",
         .required = true,
         .pattern = "[^\\n]*[^ \\t\\n][^\\n]*",
         .pattern_help = "a line of text"},
        asked.reason);
  visit({.name = "author", .help = "", .pattern = "[^\\n]*", .pattern_help = "a line of text"}, asked.author);
}

std::string Dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }
std::string Quoted(const std::string& text) { return Dumped(Json(text)); }

class Reader {
 public:
  Reader(std::string_view token, Timestamp now) : token_(token), now_(now) {}

  RequestedOverride Read(const std::string& body) {
    Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) {
      Error("", "want a JSON object",
            body.empty()          ? "nothing"
            : json.is_discarded() ? "no JSON"
                                  : "something else",
            R"(such as {"namespace": "data", "object": "orders-cdc", "kind": "pin", "replicas": 6, "for": "2h", )"
            R"("reason": "database migration"})");
      return std::move(result_);
    }
    // A field that is null is not there.
    Json stated = Json::object();
    for (const auto& [key, value] : json.items()) {
      if (value.is_null()) continue;
      stated[key] = value;
      CheckType(key, value);
    }
    if (HasErrors(result_.problems)) return Finish();
    // JSON is YAML, but for escapes and tabs, which are gone in what is written anew.
    const ParsedDocument parsed = ParseDocument({Dumped(stated), 1}, {.bytes = 64 * 1024});
    result_.problems = parsed.problems;
    if (HasErrors(result_.problems)) return Finish();
    ReadFields(parsed.root, "", result_.problems, asked_);
    CheckTarget();
    CheckReplicas();
    const Override made = Make();
    CheckTimes(made);
    CheckWords();
    if (HasErrors(result_.problems)) return Finish();
    // Whatever the documents' own rules have to say.
    OverrideDocument document = ParseOverride({OverrideText(made), 1});
    result_.problems = std::move(document.problems);
    result_.content = std::move(document.content);
    return Finish();
  }

 private:
  void Error(std::string field, std::string rule, std::string found, std::string hint) {
    result_.problems.push_back(
        {{}, std::move(field), std::move(rule), std::move(found), std::move(hint), Severity::kError});
  }

  RequestedOverride Finish() {
    for (Problem& each : result_.problems) each.at = {};  // of a text that nobody has seen
    LimitProblems(result_.problems);
    return std::move(result_);
  }

  // JSON says what is text and what a number, as YAML does not.
  void CheckType(const std::string& key, const Json& value) {
    const bool good = key == "all" ? value.is_boolean() : key == "replicas" ? value.is_number() : value.is_string();
    if (good) return;
    Error(OneLine(key, kMostSlug),
          key == "all"        ? "want true or false"
          : key == "replicas" ? "want a number"
                              : "want a text",
          value.is_structured() ? value.type_name() : OneLine(Dumped(value), kMostSlug),
          key == "all" || key == "replicas" || value.is_structured() ? "" : "write it in quotes");
  }

  void CheckTarget() {
    const bool some = asked_.object || asked_.policy;
    if (asked_.all.value_or(false) == some) {
      Error("all", "an override says whom it is for: all: true, or object and policy", some ? "both" : "neither",
            R"(such as "namespace": "data", "object": "orders-cdc")");
    }
    if (asked_.object && !asked_.object_namespace) {
      Error("namespace", "an object is one of a namespace", "no namespace", R"(such as "namespace": "data")");
    }
  }

  void CheckReplicas() {
    const bool unread = std::ranges::any_of(result_.problems, [](const Problem& each) { return each.field == "kind"; });
    if (unread) return;
    const bool counts = asked_.kind != Override::Kind::kHold;
    if (counts && !asked_.replicas) {
      Error("replicas", fmt::format("a {} has a number", KindWord(asked_.kind)), "none", R"(such as "replicas": 6)");
    } else if (!counts && asked_.replicas) {
      Error("replicas", "a hold keeps what is observed, and has no number", FormatNumber(*asked_.replicas),
            "leave it out, or make it a pin");
    }
  }

  void CheckTimes(const Override& made) {
    const char* hint = R"(such as "for": "2h", or "until": "2026-11-24T18:00:00Z")";
    if (asked_.until && asked_.lasting) return Error("until", "an override has one end: until or for", "both", hint);
    if (!asked_.until && !asked_.lasting)
      return Error("until", "an override has an end: until or for", "neither", hint);
    const bool unread = (asked_.until && asked_.until->time == Timestamp()) ||
                        (asked_.from && asked_.from->time == Timestamp()) || asked_.lasting == Duration::zero();
    if (unread) return;  // reported where it was read
    if (made.from && made.until <= *made.from)
      return Error("until", "want a time after from", FormatTimestamp(made.until), hint);
    if (made.until <= now_)
      Error("until", fmt::format("want a time to come; it is {}", FormatTimestamp(now_)), FormatTimestamp(made.until),
            hint);
    if (made.until > now_ + kLongest) Error("until", "want a time within 10 years", FormatTimestamp(made.until), hint);
  }

  void CheckWords() {
    if (asked_.reason.size() > kMostWords)
      Error("reason", fmt::format("want at most {} bytes", kMostWords), fmt::format("{}", asked_.reason.size()),
            "a line is enough");
    if (asked_.author.value_or("").size() > kMostAuthor)
      Error("author", fmt::format("want at most {} bytes", kMostAuthor), fmt::format("{}", asked_.author->size()), "");
  }

  Override Make() const {
    Override made;
    made.all = asked_.all.value_or(false) && !asked_.object_namespace;
    made.object_namespace = asked_.object_namespace.value_or("");
    made.object = asked_.object.value_or("");
    made.policy = asked_.policy.value_or("");
    made.kind = asked_.kind;
    made.replicas = asked_.replicas.value_or(0);
    if (asked_.from) made.from = asked_.from->time;
    made.until = asked_.until ? asked_.until->time : made.from.value_or(now_) + asked_.lasting.value_or(Duration());
    made.reason = OneLine(asked_.reason, kMostWords);
    made.author = Author();
    made.name = asked_.name ? *asked_.name : NameOf(made);
    return made;
  }

  // A token's name is one word: what stands first is always true.
  std::string Author() const {
    const std::string claimed = FoldBlanks(OneLine(asked_.author.value_or(""), kMostAuthor));
    return claimed.empty() || claimed == token_ ? std::string(token_) : fmt::format("{} for {}", token_, claimed);
  }

  static std::string NameOf(const Override& made) {
    const std::string whole =
        fmt::format("{}|{}|{}|{}", made.object_namespace, made.object, made.policy, KindWord(made.kind));
    std::string words = !made.object.empty()             ? made.object
                        : !made.policy.empty()           ? made.policy
                        : !made.object_namespace.empty() ? made.object_namespace
                                                         : "all";
    std::replace(words.begin(), words.end(), '.', '-');
    return fmt::format("{}-{}-{:08x}", KindWord(made.kind), words.substr(0, kMostSlug), HashText(whole) & 0xffffffffu);
  }

  const std::string_view token_;
  const Timestamp now_;
  Asked asked_;
  RequestedOverride result_;
};

}  // namespace

RequestedOverride ReadOverrideRequest(const std::string& body, std::string_view token, Timestamp now) {
  return Reader(token, now).Read(body);
}

std::string OverrideText(const Override& each) {
  std::string text =
      fmt::format("apiVersion: loadline.dev/v1\nkind: Override\nmetadata:\n  name: {}\n", Quoted(each.name));
  auto line = [&text](std::string_view field, const std::string& value) {
    text += fmt::format("  {}: {}\n", field, value);
  };
  if (!each.object_namespace.empty()) line("namespace", Quoted(each.object_namespace));
  text += "spec:\n";
  if (!each.object.empty()) line("object", Quoted(each.object));
  if (!each.policy.empty()) line("policy", Quoted(each.policy));
  if (each.object.empty() && each.policy.empty()) line("all", "true");
  line(KindWord(each.kind), each.kind == Override::Kind::kHold ? "true" : fmt::format("{}", each.replicas));
  if (each.from) line("from", FormatTimestamp(*each.from));
  line("until", FormatTimestamp(each.until));
  line("reason", Quoted(each.reason));
  if (!each.author.empty()) line("author", Quoted(each.author));
  return text;
}

std::string_view KindWord(Override::Kind kind) {
  for (const auto& [each, word] : kOverrideWords) {
    if (each == kind) return word;
  }
  return "";
}

}  // namespace loadline
