#include "kubernetes/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>

#include "base/text.h"
#include "kubernetes/json_reading.h"
#include "kubernetes/refusal.h"
#include "kubernetes/watch_events.h"
#include "system/mutex.h"
#include "system/url.h"

namespace loadline {
namespace {

using nlohmann::json;

constexpr std::size_t kMostOfARefusal = 64u << 10;

constexpr int kFailuresBeforeList = 5;

const json kNothing = json::object();

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
    WatchEnd::Next next = WatchEnd::Next::kList;
    while (!stop.stop_requested()) {
      const Duration begin = clock_.Running();
      const WatchEnd outcome = next == WatchEnd::Next::kList ? List(stop) : Follow(stop);
      if (stop.stop_requested()) return;
      // Many a server accepts a watch and ends it at once: that is no success, however cleanly it does so.
      const bool listed = next == WatchEnd::Next::kList && outcome.problem.empty();
      const bool was_steady = clock_.Running() - begin >= options_.steady_after;
      if (next == WatchEnd::Next::kWatch && was_steady) pauses_ = 0;
      // A server whose data were restored from a copy may never get to the version that is asked for.
      next = pauses_ >= kFailuresBeforeList ? WatchEnd::Next::kList : outcome.next;
      if (listed) next = WatchEnd::Next::kWatch;
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
  WatchEnd List(const std::stop_token& stop) {
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
        return {WatchEnd::Next::kList, response.error().message};
      }
      if (response->status != 200) return {WatchEnd::Next::kList, Refusal(response->status, response->body, "list")};
      const std::optional<json> list = ParseMap(response->body);
      const json* items = list ? Find(*list, "items") : nullptr;
      const json& metadata = list ? MapIn(*list, "metadata") : kNothing;
      version_ = TextIn(metadata, "resourceVersion");
      // An empty list has null in some servers. What has no version comes from something else, whose empty list would
      // say that all objects are gone.
      if (items == nullptr || !(items->is_array() || items->is_null()) || version_.empty()) {
        return {WatchEnd::Next::kList, "the answer to a list is no list: " + OneLine(response->body, kMostTold)};
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
  WatchEnd Follow(const std::stop_token& stop) {
    const Duration lasting = options_.watch_for + Part(options_.watch_for);
    HttpStreamRequest request;
    request.url = Url() + fmt::format("watch=1&allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds={}",
                                      UrlEncode(version_), std::max<Duration::rep>(1, lasting.count() / 1000));
    request.idle_timeout = options_.idle_timeout;
    {
      const MutexLock lock(mutex_);
      ++state_.watches;
    }
    std::string refusal;
    WatchEvents events(sink_, [this](std::string version) {
      version_ = std::move(version);
      NoteHeard();
    });
    const Result<int> ended = client_.Stream(
        request,
        [&](int status, std::string_view chunk) {
          if (status != 200) {
            refusal += chunk;
            return refusal.size() <= kMostOfARefusal;
          }
          NoteWatching();
          return events.Take(chunk);
        },
        stop);
    {
      const MutexLock lock(mutex_);
      state_.watching = false;
    }
    if (stop.stop_requested()) return {};
    if (events.end()) return *events.end();
    if (!ended) return {WatchEnd::Next::kWatch, ended.error().message};
    if (*ended == kGone) return {WatchEnd::Next::kList, ""};
    if (*ended != 200) {
      // A server that has too much to do is not given more; who is not allowed to watch may look now and then.
      const bool is_busy = *ended == 429 || *ended >= 500;
      return {is_busy ? WatchEnd::Next::kWatch : WatchEnd::Next::kList, Refusal(*ended, refusal, "watch")};
    }
    // What is left has no end: the object will be told of again, as the version before it is asked for.
    if (!events.is_whole()) return {WatchEnd::Next::kWatch, "a watch ended in the middle of an event"};
    return {};
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

}  // namespace loadline
