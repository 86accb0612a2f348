// What the connections of the HTTP server share: who answers what, the threads of slow handlers, streams.
#ifndef LOADLINE_SYSTEM_HTTP_SHARED_H_
#define LOADLINE_SYSTEM_HTTP_SHARED_H_

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "system/http_server.h"

namespace loadline::http_server {

namespace asio = boost::asio;

struct Route {
  HttpHandler handler;
  enum class Kind { kQuick, kSlow, kStream } kind = Kind::kQuick;
};
using Routes = std::map<std::string, std::map<std::string, Route>>;  // by path, then method

// Who answers; nobody with the response that says so.
struct Found {
  const Route* route = nullptr;
  ServerResponse none = {};
};
Found Find(const Routes& routes, const ServerRequest& request);
ServerResponse Respond(const Route& route, const ServerRequest& request);

// The threads of slow handlers. Thread-safe.
class SlowPool {
 public:
  // False where too many wait already.
  template <class Job>
  bool Post(Job job) {
    if (waiting_.fetch_add(1) >= kMostWaiting) {
      --waiting_;
      return false;
    }
    asio::post(threads_, [this, job = std::move(job)]() mutable {
      job();
      --waiting_;
    });
    return true;
  }
  void Join() { threads_.join(); }

 private:
  static constexpr int kThreads = 2;
  static constexpr int kMostWaiting = 32;  // that run or wait

  asio::thread_pool threads_{kThreads};
  std::atomic<int> waiting_{0};
};

// A text that goes to many.
using SharedText = std::shared_ptr<const std::string>;

using Steady = std::chrono::steady_clock;

class Connection {
 public:
  virtual ~Connection() = default;
  // Between two requests nobody waits for us; who is in one gets its answer, and no further one.
  virtual void Stop() = 0;
  virtual void Close() = 0;
  // Who has opened it, and since when it has waited for what he sends or takes; not while it is answered, nor a stream.
  virtual const std::string& client() const = 0;
  virtual std::optional<Steady::time_point> waits_since() const = 0;
  // Of a stream: what it asked for, and what it is to be sent.
  virtual const ServerRequest& request() const = 0;
  virtual void Push(const SharedText& text) = 0;
  virtual void Flush() = 0;  // of what was pushed
};

// What all connections share. Touched by the server's thread only, but for the pool.
struct Shared {
  HttpServerOptions options;
  Routes routes;
  std::set<Connection*> connections;
  std::set<Connection*> streams;  // of these
  std::atomic<std::size_t> open_streams{0};
  std::atomic<std::uint64_t> dropped_streams{0};
  SlowPool slow;  // its jobs come back to the server's thread
};

}  // namespace loadline::http_server

#endif  // LOADLINE_SYSTEM_HTTP_SHARED_H_
