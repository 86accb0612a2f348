#include "api/replay_request.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/text.h"

namespace loadline {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostPolicies = 4;
constexpr Duration kLongestWindow = std::chrono::hours(1);  // of the HPA: Kubernetes takes no longer one
constexpr Duration kLongestRange = std::chrono::hours(24) * 62;
constexpr std::size_t kMostReadings = 10'000'000;  // 90 MB
constexpr std::size_t kMostTicks = 500'000;        // of four policies 70 MB

tl::unexpected<Error> Bad(const std::string& field, const std::string& want, const Json& found) {
  // Of what is nested as deep as somebody likes only the kind: writing it out would go as deep.
  const std::string shown = found.is_structured() && !found.empty()
                                ? std::string("an ") + found.type_name()
                                : OneLine(found.dump(-1, ' ', false, Json::error_handler_t::replace), 80);
  return Fail(Code::kInvalidArgument, fmt::format("{}: want {}; found {}", field, want, shown));
}

// Reads field after field; what went wrong first is kept.
class Fields {
 public:
  explicit Fields(const Json& body) : body_(body) {}

  void Text(const char* name, std::string& value, bool needed = false) {
    if (const Json* found = Find(name, needed)) {
      if (!found->is_string() || (needed && found->get_ref<const std::string&>().empty()))
        return Refuse(name, "a text", *found);
      value = found->get<std::string>();
    }
  }
  void Texts(const char* name, std::vector<std::string>& values, std::size_t most) {
    if (const Json* found = Find(name, true)) {
      if (!found->is_array() || found->empty() || found->size() > most)
        return Refuse(name, fmt::format("a list of 1 to {} texts", most), *found);
      for (const Json& each : *found) {
        if (!each.is_string()) return Refuse(name, "texts", each);
        values.push_back(each.get<std::string>());
      }
    }
  }
  void Pairs(const char* name, std::map<std::string, std::string>& values) {
    if (const Json* found = Find(name, false)) {
      if (!found->is_object()) return Refuse(name, "an object of texts", *found);
      for (const auto& [key, value] : found->items()) {
        if (!value.is_string()) return Refuse(name, "an object of texts", value);
        values[key] = value.get<std::string>();
      }
    }
  }
  template <class T>
  void Span(const char* name, T& value, Duration least, Duration most = kLongestRange) {
    std::string text;
    Text(name, text);
    if (text.empty()) return;
    const Result<Duration> duration = ParseDuration(text);
    if (!duration || *duration < least || *duration > most) {
      return Refuse(name,
                    fmt::format("a duration such as 30s, from {} to {}", FormatDuration(least), FormatDuration(most)),
                    text);
    }
    value = *duration;
  }
  template <class T>
  void Number(const char* name, std::optional<T>& value, double least, double most) {
    if (const Json* found = Find(name, false)) {
      const bool whole = std::is_integral_v<T>;
      if (!found->is_number() || (whole && !found->is_number_integer()) || found->get<double>() < least ||
          found->get<double>() > most)
        return Refuse(name, fmt::format("a {}number from {} to {}", whole ? "whole " : "", least, most), *found);
      value = found->get<T>();
    }
  }
  void Flag(const char* name, bool& value) {
    if (const Json* found = Find(name, false)) {
      if (!found->is_boolean()) return Refuse(name, "true or false", *found);
      value = found->get<bool>();
    }
  }
  void Refuse(const std::string& name, const std::string& want, const Json& found) {
    if (status_) status_ = Bad(name, want, found);
  }

  // Whether all fields that there are were asked for.
  Status Finish() {
    for (const auto& [name, _] : body_.items()) {
      if (std::ranges::count(known_, name) > 0 || !status_) continue;
      const auto meant = DidYouMean(name, known_);
      status_ = Fail(Code::kInvalidArgument, fmt::format("there is no field {}{}", OneLine(name, 60),
                                                         meant ? fmt::format(" (did you mean {}?)", *meant) : ""));
    }
    return status_;
  }

 private:
  const Json* Find(const char* name, bool needed) {
    known_.emplace_back(name);
    const auto found = body_.find(name);
    if (found != body_.end()) return &*found;
    if (needed) Refuse(name, "it", "none");
    return nullptr;
  }

  const Json& body_;
  std::vector<std::string> known_;
  Status status_;
};

}  // namespace

std::string InWordsOfRequest(std::string message) {
  static const std::vector<std::pair<std::string, std::string>> kFields = {
      {"the recording does not have", "the history does not have"},
      {"record it with this policy, its parameters and its object", "replay what the sources remember"},
      {"--object", "namespace and name"},
      {"--parameter", "parameters"},
      {"--policy", "policies"},
      {"--to", "until"},
      {"--from", "from"},
      {"--tick", "tick"},
      {"--load", "load"},
      {"--capacity", "capacity"},
      {"--queue", "queue"},
      {"--lag", "lag"},
      {"--deadline", "deadline"}};
  for (const auto& [option, field] : kFields) {
    for (std::size_t at = message.find(option); at != std::string::npos; at = message.find(option, at))
      message.replace(at, option.size(), field);
  }
  return message;
}

Result<ReplayRequest> ParseReplayRequest(std::string_view text) {
  const Json body = Json::parse(text, nullptr, false);
  if (!body.is_object())
    return Fail(Code::kInvalidArgument, R"(want a JSON object, with "namespace", "name" and "policies")");
  ReplayRequest request;
  HistoryReplay& replay = request.replay;
  ReplayInput& input = replay.input;
  Fields fields(body);
  std::string object_namespace, object, history;
  fields.Text("namespace", object_namespace, true);
  fields.Text("name", object, true);
  fields.Texts("policies", input.texts, kMostPolicies);
  fields.Text("from", input.from);
  fields.Text("until", input.to);
  fields.Text("history", history);
  fields.Pairs("parameters", input.parameters);
  fields.Span("tick", input.interval, std::chrono::seconds(1));
  fields.Number("capacity", replay.workload.capacity, 1e-9, 1e12);
  fields.Span("start_delay", replay.workload.start_delay, Duration(0));
  fields.Text("load", replay.workload.load);
  fields.Text("queue", replay.workload.queue);
  fields.Text("lag", replay.workload.lag);
  fields.Span("deadline", replay.workload.deadline, Duration(1));
  fields.Span("polling", replay.polling, std::chrono::seconds(1));
  fields.Span("cooldown", replay.cooldown, Duration(0));
  fields.Span("down_window", replay.down_window, Duration(0), kLongestWindow);
  fields.Span("sync", replay.sync, std::chrono::seconds(1));
  fields.Number("min", input.min, 0, 100'000);
  fields.Number("max", input.max, 1, 100'000);
  fields.Flag("open_loop", replay.open_loop);
  request.of_journal = history != "sources";
  if (request.of_journal && body.contains("tick"))
    fields.Refuse("tick", "none, as a journal has its own", body["tick"]);
  if (!history.empty() && history != "sources" && history != "journal")
    fields.Refuse("history", "journal or sources", history);
  if (!request.of_journal && input.from.empty()) fields.Refuse("from", "a time, as history is sources", "none");
  if (object_namespace.find('/') != std::string::npos || object.find('/') != std::string::npos)
    fields.Refuse("name", "a ScaledObject's", object_namespace + "/" + object);
  if (const Status read = fields.Finish(); !read) return Fail(read.error());
  input.object = object_namespace + "/" + object;
  input.most_readings = kMostReadings;
  input.most_ticks = kMostTicks;
  input.longest_range = kLongestRange;
  replay.threads = 1;
  return request;
}

}  // namespace loadline
