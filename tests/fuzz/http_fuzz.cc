// Bytes that come over a connection of the HTTP port, to all its pages, through the gate: what comes back is HTTP, each
// answer whole, JSON where it says so; and without an operator's token nothing changes. However the bytes are cut on
// their way, the answers are the same.
//
// The first byte says where the bytes are cut; the rest is what a client sends before it closes its side.
#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/admin_api.h"
#include "api/keda_mapping.h"
#include "fuzz/require.h"
#include "fuzz/scratch_file.h"
#include "scaling/policy_yaml.h"
#include "support/fake_controller.h"
#include "system/http_session.h"

namespace {

using namespace loadline;
using fuzz::Require;

constexpr std::string_view kOperator = "operator0123456789operator0123456789";
constexpr std::string_view kReader = "reader0123456789reader0123456789rd";

class QuietKeda : public KedaServer {
 public:
  Result<int> Start() override { return 1; }
  bool serving() const override { return true; }
  std::size_t open_streams() const override { return 0; }
  void Stop(Duration) override {}
};

struct NoPolicies : PolicySource {
  void Run(std::stop_token, const std::function<void(PolicySet)>&) override {}
};

class Memory : public OverrideStore {
 public:
  std::string Where() const override { return "memory"; }
  Result<OverrideTexts> Read() override { return texts_; }
  Status Change(const std::function<bool(OverrideTexts&)>& change) override {
    changes += change(texts_) ? 1 : 0;
    return {};
  }
  void Clear() {
    texts_.clear();
    changes = 0;
  }

  int changes = 0;

 private:
  OverrideTexts texts_;
};

// Takes the pages, all of which answer at once.
class Pages : public HttpServer {
 public:
  explicit Pages(http_server::Routes& routes) : routes_(routes) {}
  void Handle(const std::string& method, const std::string& path, HttpHandler handler) override {
    routes_[path][method] = {std::move(handler), http_server::Route::Kind::kQuick};
  }
  void HandleSlowly(const std::string& method, const std::string& path, HttpHandler handler) override {
    Handle(method, path, std::move(handler));
  }
  void HandleStream(const std::string& path, HttpHandler begin) override {
    routes_[path]["GET"] = {std::move(begin), http_server::Route::Kind::kStream};
  }
  bool Send(const std::string&, std::vector<StreamMessage>) override { return true; }
  HttpServerState State() const override { return {}; }
  Result<int> Start() override { return 1; }
  void Stop() override {}

 private:
  http_server::Routes& routes_;
};

std::shared_ptr<const Policy> ThePolicy() {
  return std::make_shared<const Policy>(
      *ParsePolicy(
           {"apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: worker, namespace: data }\n"
            "spec:\n  replicas: { min: 1, max: 20 }\n  signals: [ { name: lag, perReplica: 100, query: lag } ]\n",
            1})
           .content);
}

class Port {
 public:
  Port() {
    file_.Write("reader " + std::string(kReader) + " dashboards\noperator " + std::string(kOperator) + " ops\n");
    tokens_ = *AccessTokens::Open(file_.path(), SystemClock(), nullptr);
    access_ = std::make_unique<Access>(AccessOptions{tokens_.get()}, SystemClock(), NoLog());
    const std::vector<std::pair<std::string_view, std::string_view>> metadata = {{"policy", "worker"}};
    controller_.Publish(*controller_.Find({"data", "orders", metadata}), 3, true);
    controller_.state.policies_read = true;
    Pages pages(shared_.routes);
    AdminSources sources{controller_, instruments_, keda_, shelf_};
    sources.access = access_.get();
    sources.overrides = &desk_;
    MountAdminApi(pages, sources);
    shared_.options.gate = access_.get();
    shared_.options.max_body_bytes = 2048;
  }

  // What comes back for `bytes`, sent in parts of `cut`.
  std::string Exchange(std::string_view bytes, std::size_t cut) {
    int ends[2];
    Require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    http_server::tcp::socket socket(context_);
    socket.assign(http_server::tcp::v4(), ends[0]);
    std::make_shared<http_server::Session<http_server::PlainStream>>(shared_, std::move(socket))->Start();
    std::string answers;
    bool is_open = true;
    // Each round something is sent, or something moves: there is nothing else to wait for.
    for (int round = 0; !context_.stopped(); ++round) {
      Require(round < 100'000);
      if (is_open) {
        const ssize_t sent = bytes.empty() ? 0 : send(ends[1], bytes.data(), std::min(cut, bytes.size()), MSG_NOSIGNAL);
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
        is_open = !bytes.empty() && (sent > 0 || errno == EAGAIN);
        if (!is_open) shutdown(ends[1], SHUT_WR);
      }
      context_.poll();
      char part[16384];
      for (ssize_t got = 0; (got = recv(ends[1], part, sizeof(part), 0)) > 0;)
        answers.append(part, static_cast<std::size_t>(got));
    }
    context_.restart();
    close(ends[1]);
    Require(shared_.connections.empty() && shared_.streams.empty());
    return answers;
  }

  int TakeChanges() {
    const int changes = store_.changes;
    store_.Clear();
    return changes;
  }

 private:
  fuzz::ScratchFile file_;
  std::unique_ptr<AccessTokens> tokens_;
  std::unique_ptr<Access> access_;
  testing::FakeController controller_{ThePolicy(), EncodeAnswer};
  Instruments instruments_;
  QuietKeda keda_;
  NoPolicies none_;
  PolicyShelf shelf_{none_};
  Memory store_;
  OverrideDesk desk_{&store_, shelf_, SystemClock(), NoLog()};
  http_server::Shared shared_;
  boost::asio::io_context context_{1};
};

std::string FieldOf(std::string_view head, std::string_view name) {
  const std::string begin = "\r\n" + std::string(name) + ": ";
  const std::size_t at = head.find(begin);
  if (at == std::string_view::npos) return "";
  const std::size_t value = at + begin.size();
  return std::string(head.substr(value, head.find("\r\n", value) - value));
}

// The status lines of the answers, one after the other. A HEAD's answer has no body, so where there is one it is the
// first status alone that is looked at.
std::string StatusesOf(std::string_view answers, bool has_head) {
  std::string statuses;
  while (!answers.empty()) {
    Require(answers.starts_with("HTTP/1."));
    const std::size_t end = answers.find("\r\n\r\n");
    Require(end != std::string_view::npos);
    const std::string_view head = answers.substr(0, end + 2);
    const std::string status(head.substr(9, 3));
    Require(status >= "200" && status <= "503");
    statuses += status + " ";
    answers.remove_prefix(end + 4);
    const std::string length = FieldOf(head, "Content-Length");
    if (has_head || (length.empty() && status != "304")) return statuses;  // of a stream the end is the connection's
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    Require(size <= answers.size());
    const std::string_view body = answers.substr(0, size);
    if (FieldOf(head, "Content-Type").find("json") != std::string::npos && status != "304")
      Require(nlohmann::json::accept(body));
    answers.remove_prefix(size);
  }
  return statuses;
}

// Of a header that is bad and does not end Beast may say so, or not, as its parts came: one answer of 400, the last
// one.
bool AreAlike(const std::string& a, const std::string& b) { return a == b || a == b + "400 " || a + "400 " == b; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Port port;
  fuzz::Input input(data, size);
  const std::size_t cut = input.Byte();
  const std::string_view bytes = input.Rest();
  const bool has_head = bytes.find("HEAD") != std::string_view::npos;
  const std::string whole = StatusesOf(port.Exchange(bytes, bytes.size()), has_head);
  const int changes = port.TakeChanges();
  Require(changes == 0 || bytes.find(kOperator) != std::string_view::npos);
  if (cut == 0) return 0;
  Require(AreAlike(StatusesOf(port.Exchange(bytes, cut), has_head), whole));
  Require(port.TakeChanges() == changes);
  return 0;
}
