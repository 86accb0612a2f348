#include "kubernetes/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>

#include "base/text.h"
#include "kubernetes/json_reading.h"
#include "system/mutex.h"
#include "system/url.h"

namespace loadline {
namespace {

using nlohmann::json;

constexpr std::size_t kMostWords = 300;
constexpr std::size_t kLongestEvent = 16u << 20;  // etcd takes objects of 1.5 MiB
constexpr std::size_t kMostOfARefusal = 64u << 10;

constexpr int kGone = 410;
constexpr int kFailuresBeforeList = 5;

const json kNothing = json::object();

// What ended a list or a watch.
struct Outcome {
  enum class Next {
    kWatch,  // from the version that was heard of last
    kList,   // what happened in between is lost
  };
  Next next = Next::kWatch;
  std::string problem;  // empty: it ended as it should
};

std::optional<json> ParseMap(std::string_view text) {
  json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed;
}

class Reflector : public Watch {
 public:
  Reflector(std::string server, WatchTarget target, WatchOptions options, HttpClient& client, ObjectSink& sink,
            Clock& clock, Log& log, std::function<void()> on_state)
      : server_(std::move(server)),
        target_(std::move(target)),
        options_(std::move(options)),
        client_(client),
        sink_(sink),
        clock_(clock),
        log_(log),
        on_state_(std::move(on_state)),
        page_(target_.page) {
    state_.resource = target_.Name();
    state_.object_namespace = target_.object_namespace;
  }

  void Run(std::stop_token stop) override {
    Outcome::Next next = Outcome::Next::kList;
    while (!stop.stop_requested()) {
      const Duration begin = clock_.Running();
      const Outcome outcome = next == Outcome::Next::kList ? List(stop) : Follow(stop);
      if (stop.stop_requested()) return;
      // Many a server accepts a watch and ends it at once: that is no success, however cleanly it does so.
      const bool listed = next == Outcome::Next::kList && outcome.problem.empty();
      const bool was_steady = clock_.Running() - begin >= options_.steady_after;
      if (next == Outcome::Next::kWatch && was_steady) pauses_ = 0;
      // A server whose data were restored from a copy may never get to the version that is asked for.
      next = pauses_ >= kFailuresBeforeList ? Outcome::Next::kList : outcome.next;
      if (listed) next = Outcome::Next::kWatch;
      if (outcome.problem.empty() && (listed || was_steady)) continue;
      if (!outcome.problem.empty()) NoteProblem(outcome.problem);
      if (!Rest(Pause(), stop)) return;
    }
  }

  WatchState State() const override {
    const MutexLock lock(mutex_);
    return state_;
  }

 private:
  // "https://host/apis/keda.sh/v1alpha1/namespaces/data/scaledobjects?"
  std::string Url() const {
    std::string url = server_;
    url += target_.group.empty() ? "/api/" : "/apis/" + target_.group + "/";
    url += target_.version;
    if (!target_.object_namespace.empty()) url += "/namespaces/" + UrlEncode(target_.object_namespace);
    url += "/" + target_.resource + "?";
    if (!target_.label_selector.empty()) url += "labelSelector=" + UrlEncode(target_.label_selector) + "&";
    if (!target_.field_selector.empty()) url += "fieldSelector=" + UrlEncode(target_.field_selector) + "&";
    return url;
  }

  // All pages of a list. A page whose list has expired meanwhile is no reason to begin with fewer objects: then all is
  // listed again.
  Outcome List(const std::stop_token& stop) {
    sink_.BeginList();
    std::string token;
    do {
      std::string url = Url() + fmt::format("limit={}", page_);
      if (!token.empty()) url += "&continue=" + UrlEncode(token);
      const Result<HttpResponse> response =
          client_.SendAll({{std::move(url), "", options_.list_timeout}}, options_.list_timeout)[0];
      if (stop.stop_requested()) return {};
      if (!response) {
        if (response.error().code == Code::kResourceExhausted) page_ = std::max(1, page_ / 2);
        return {Outcome::Next::kList, response.error().message};
      }
      if (response->status != 200) return {Outcome::Next::kList, Refusal(response->status, response->body, "list")};
      const std::optional<json> list = ParseMap(response->body);
      const json* items = list ? Find(*list, "items") : nullptr;
      const json& metadata = list ? MapIn(*list, "metadata") : kNothing;
      version_ = TextIn(metadata, "resourceVersion");
      // An empty list has null in some servers. What has no version comes from something else, whose empty list would
      // say that all objects are gone.
      if (items == nullptr || !(items->is_array() || items->is_null()) || version_.empty()) {
        return {Outcome::Next::kList, "the answer to a list is no list: " + OneLine(response->body, kMostWords)};
      }
      for (const json& object : ListIn(*list, "items")) sink_.Put(object);
      token = TextIn(metadata, "continue");
      NoteHeard();
    } while (!token.empty());
    sink_.EndList();
    {
      const MutexLock lock(mutex_);
      state_.complete = true;  // after EndList: who sees it finds the objects
      ++state_.lists;
    }
    if (on_state_) on_state_();
    return {};
  }

  // One watch, from `version_` on.
  Outcome Follow(const std::stop_token& stop) {
    const Duration lasting = options_.watch_for + Part(options_.watch_for);
    HttpStreamRequest request;
    request.url = Url() + fmt::format("watch=1&allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds={}",
                                      UrlEncode(version_), std::max<Duration::rep>(1, lasting.count() / 1000));
    request.idle_timeout = options_.idle_timeout;
    {
      const MutexLock lock(mutex_);
      ++state_.watches;
    }
    std::string unread;              // the begin of an event whose end has not come
    std::optional<Outcome> outcome;  // what an event said about the watch itself
    const Result<int> ended = client_.Stream(
        request,
        [&](int status, std::string_view chunk) {
          unread += chunk;
          if (status != 200) return unread.size() <= kMostOfARefusal;
          NoteWatching();
          return TakeEvents(unread, outcome);
        },
        stop);
    {
      const MutexLock lock(mutex_);
      state_.watching = false;
    }
    if (stop.stop_requested()) return {};
    if (outcome) return *outcome;
    if (!ended) return {Outcome::Next::kWatch, ended.error().message};
    if (*ended == kGone) return {Outcome::Next::kList, ""};
    if (*ended != 200) {
      // A server that has too much to do is not given more; who is not allowed to watch may look now and then.
      const bool is_busy = *ended == 429 || *ended >= 500;
      return {is_busy ? Outcome::Next::kWatch : Outcome::Next::kList, Refusal(*ended, unread, "watch")};
    }
    // What is left has no end: the object will be told of again, as the version before it is asked for.
    if (!unread.empty()) return {Outcome::Next::kWatch, "a watch ended in the middle of an event"};
    return {};
  }

  // Takes the whole lines of `unread`. False where the watch has to end, for the reason in `outcome`.
  bool TakeEvents(std::string& unread, std::optional<Outcome>& outcome) {
    std::size_t begin = 0;
    for (std::size_t end = unread.find('\n'); end != std::string::npos; end = unread.find('\n', begin)) {
      if (end > begin) outcome = TakeEvent({unread.data() + begin, end - begin});
      if (outcome) return false;
      begin = end + 1;
    }
    unread.erase(0, begin);
    if (unread.size() > kLongestEvent) {
      outcome = {Outcome::Next::kList, fmt::format("an event of a watch has more than {} bytes", kLongestEvent)};
    }
    return !outcome;
  }

  std::optional<Outcome> TakeEvent(std::string_view line) {
    const std::optional<json> event = ParseMap(line);
    if (!event) return Outcome{Outcome::Next::kWatch, "an event of a watch is no JSON: " + OneLine(line, kMostWords)};
    const std::string type = TextIn(*event, "type");
    const json& object = MapIn(*event, "object");
    if (type == "ERROR") return Failed(object);
    const json& metadata = MapIn(object, "metadata");
    const std::string version = TextIn(metadata, "resourceVersion");
    const std::string name = TextIn(metadata, "name");
    const bool is_change = type == "ADDED" || type == "MODIFIED" || type == "DELETED";
    if (version.empty() || (!is_change && type != "BOOKMARK") || (is_change && name.empty())) {
      return Outcome{Outcome::Next::kList, "an event of a watch is not understood: " + OneLine(line, kMostWords)};
    }
    if (type == "DELETED") {
      sink_.Remove(TextIn(metadata, "namespace"), name);
    } else if (is_change) {
      sink_.Put(object);
    }
    version_ = version;
    NoteHeard();
    return std::nullopt;
  }

  // An event that says that the watch has failed.
  static Outcome Failed(const json& status) {
    const bool is_gone = NumberIn(status, "code") == kGone || TextIn(status, "reason") == "Expired";
    if (is_gone) return {Outcome::Next::kList, ""};
    return {Outcome::Next::kWatch, "a watch failed: " + OneLine(TextIn(status, "message"), kMostWords)};
  }

  std::string Refusal(int status, const std::string& body, const std::string& verb) const {
    return RefusalText(status, body, verb, target_.resource, target_.group, target_.object_namespace);
  }

  // A part of a duration, by chance.
  Duration Part(Duration whole) {
    static thread_local std::mt19937_64 generator{std::random_device{}()};
    const double share = options_.chance ? options_.chance() : std::uniform_real_distribution<>(0, 1)(generator);
    return std::chrono::floor<Duration>(whole * share);
  }

  // Longer after each failure, up to a limit, and by chance up to twice as long: pods that lost the same API server do
  // not come back in step.
  Duration Pause() {
    const Duration longest = options_.longest_pause;
    Duration pause = options_.first_pause;
    for (int i = 0; i < pauses_ && pause < longest; ++i) pause *= 2;
    ++pauses_;
    pause = std::min(pause, longest);
    return pause + Part(pause);
  }

  // A second at a time: a wall clock that is set back makes no pause longer. False where `stop` was requested.
  bool Rest(Duration pause, const std::stop_token& stop) {
    const Duration end = clock_.Running() + pause;
    for (Duration left = pause; left > Duration::zero(); left = end - clock_.Running()) {
      if (!clock_.WaitUntil(clock_.Now() + std::min<Duration>(left, std::chrono::seconds(1)), stop)) return false;
    }
    return true;
  }

  void NoteHeard() {
    const MutexLock lock(mutex_);
    state_.last_heard = clock_.Now();
  }

  void NoteWatching() {
    {
      const MutexLock lock(mutex_);
      if (state_.watching) return;
      state_.watching = true;
      if (state_.problem.empty()) return;
      state_.problem.clear();
    }
    log_.Write("kubernetes", LogLevel::kInfo, "watch_recovered",
               {{"resource", target_.Name()}, {"namespace", target_.object_namespace}});
    if (on_state_) on_state_();
  }

  void NoteProblem(const std::string& problem) {
    bool is_new = false;
    {
      const MutexLock lock(mutex_);
      ++state_.failures;
      is_new = state_.problem != problem;
      state_.problem = problem;
    }
    log_.WriteLimited("watch " + target_.Name() + " " + target_.object_namespace, "kubernetes", LogLevel::kWarn,
                      "watch_failed",
                      {{"resource", target_.Name()}, {"namespace", target_.object_namespace}, {"problem", problem}});
    if (is_new && on_state_) on_state_();
  }

  const std::string server_;
  const WatchTarget target_;
  const WatchOptions options_;
  HttpClient& client_;
  ObjectSink& sink_;
  Clock& clock_;
  Log& log_;
  const std::function<void()> on_state_;

  std::string version_;  // up to which all is known
  int page_;             // objects in an answer to a list: fewer where that was too large an answer
  int pauses_ = 0;       // since a watch was steady

  mutable Mutex mutex_;
  WatchState state_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace

std::string WatchTarget::Name() const { return group.empty() ? resource : resource + "." + group; }

std::unique_ptr<Watch> MakeWatch(std::string server, WatchTarget target, WatchOptions options, HttpClient& client,
                                 ObjectSink& sink, Clock& clock, Log& log, std::function<void()> on_state) {
  return std::make_unique<Reflector>(std::move(server), std::move(target), std::move(options), client, sink, clock, log,
                                     std::move(on_state));
}

std::string RefusalText(int status, const std::string& body, const std::string& verb, const std::string& resource,
                        const std::string& group, const std::string& object_namespace) {
  const std::string name = group.empty() ? resource : resource + "." + group;
  const std::string where = object_namespace.empty() ? "in all namespaces" : "in namespace " + object_namespace;
  const std::optional<json> parsed = ParseMap(body);
  const std::string said = OneLine(parsed ? TextIn(*parsed, "message") : body, kMostWords);
  const std::string tail = said.empty() ? "" : "; the API server says: " + said;
  switch (status) {
    case 401:
      return fmt::format(
          "the API server does not know who asks (401) to {} {} {}: the token or certificate is missing, wrong or "
          "expired{}",
          verb, name, where, tail);
    case 403:
      return fmt::format("may not {} {} {}: RBAC wants a {} with apiGroups [\"{}\"], resources [{}], verbs [{}]{}",
                         verb, name, where, object_namespace.empty() ? "ClusterRole" : "Role", group, resource, verb,
                         tail);
    case 404:
      return fmt::format("the API server has no {} (404): are the definitions of {} installed?{}", name,
                         group.empty() ? "it" : group, tail);
    default: return fmt::format("the API server answered {} to {} {} {}{}", status, verb, name, where, tail);
  }
}

}  // namespace loadline
