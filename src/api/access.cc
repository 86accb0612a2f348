#include "api/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "api/page_routes.h"
#include "base/text.h"
#include "system/client_network.h"

namespace loadline {
namespace {

bool Looks(const ServerRequest& request) { return request.method == "GET" || request.method == "HEAD"; }

// No page has these: the server says so.
bool IsNobodys(const std::string& method) { return method == "OPTIONS" || method == "TRACE" || method == "CONNECT"; }

// What is no look changes something, unless it is known that it does not.
bool WouldChange(const ServerRequest& request) {
  return !Looks(request) && !IsNobodys(request.method) &&
         !(request.method == "POST" && request.path == "/api/v1/validate");
}

// Probes, Prometheus and browsers ask these. Kubelets have no tokens.
bool IsOpen(const ServerRequest& request, bool protect_metrics) {
  if (!Looks(request)) return false;
  if (IsOfPage(request.path)) return true;  // it holds no data: what it shows it asks for, with a token
  return request.path == "/healthz" || request.path == "/readyz" || (request.path == "/metrics" && !protect_metrics);
}

// The token of the one header that there may be; empty: there is none, or another scheme's. Kubernetes' API server
// keeps Authorization for itself: who comes through its proxy has the other header.
std::string_view TokenOf(const ServerRequest& request) {
  const auto bearer = request.headers.equal_range("authorization");
  const auto plain = request.headers.equal_range("x-loadline-token");
  if (std::distance(bearer.first, bearer.second) + std::distance(plain.first, plain.second) != 1) return "";
  if (bearer.first == bearer.second) return plain.first->second;
  constexpr std::string_view kScheme = "bearer ";
  std::string_view value = bearer.first->second;
  const bool is_bearer = value.size() > kScheme.size() &&
                         std::equal(kScheme.begin(), kScheme.end(), value.begin(), [](char scheme, char found) {
                           return scheme == std::tolower(static_cast<unsigned char>(found));
                         });
  if (!is_bearer) return "";
  value.remove_prefix(kScheme.size());
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

ServerResponse Unauthenticated(bool has_token) {
  ServerResponse response = ProblemResponse(
      401, "Unauthorized",
      has_token
          ? "there is no such token"
          : "want one header Authorization: Bearer TOKEN, or X-Loadline-Token: TOKEN, with one of http.tokensFile");
  response.headers = {{"WWW-Authenticate",
                       has_token ? R"(Bearer realm="loadline", error="invalid_token")" : R"(Bearer realm="loadline")"}};
  return response;
}

ServerResponse TooMany(Duration wait) {
  ServerResponse response = ProblemResponse(429, "Too Many Requests", "http.rateLimit is reached: ask again later");
  const Duration::rep seconds = (wait.count() + 999) / 1000;
  response.headers = {{"Retry-After", std::to_string(seconds)}};
  return response;
}

}  // namespace

Duration Access::WaitOf(const std::string& client) {
  const MutexLock lock(mutex_);
  return rates_.Take(client, clock_.Running());
}

ServerResponse Access::Count(const std::string& reason, const ServerRequest& request, ServerResponse response) {
  {
    const MutexLock lock(mutex_);
    ++refused_[reason];
  }
  log_.WriteLimited("api_refused " + reason, "api", LogLevel::kWarn, "api_refused",
                    {{"reason", reason},
                     {"client", request.client},
                     {"caller", request.caller},
                     {"method", OneLine(request.method, 20)},
                     {"path", OneLine(request.path, 200)}});
  // Who asks too often has a line a minute, above: a log is no place to be flooded.
  if (WouldChange(request) && reason != "rate") Audit(request, response, reason);
  return response;
}

std::optional<ServerResponse> Access::Refuse(ServerRequest& request) {
  if (IsOpen(request, options_.protect_metrics)) return std::nullopt;
  const std::string_view token = TokenOf(request);
  const std::optional<Caller> caller =
      options_.tokens == nullptr || token.empty() ? std::nullopt : options_.tokens->Find(token);
  if (caller) request.caller = caller->name;
  const Duration wait = WaitOf(caller ? "token " + caller->name : "address " + NetworkOf(request.client));
  if (wait > Duration::zero()) return Count("rate", request, TooMany(wait));
  if (options_.tokens == nullptr) {
    if (!WouldChange(request)) return std::nullopt;
    return Count("forbidden", request,
                 ProblemResponse(403, "Forbidden", "without http.tokensFile nothing can be changed over HTTP"));
  }
  if (!caller) return Count("unauthenticated", request, Unauthenticated(!token.empty()));
  if (WouldChange(request) && caller->role != AccessRole::kOperator) {
    return Count(
        "forbidden", request,
        ProblemResponse(403, "Forbidden",
                        fmt::format("{} is a reader: this needs an operator's token", OneLine(caller->name, 100))));
  }
  return std::nullopt;
}

void Access::Answered(const ServerRequest& request, const ServerResponse& response) {
  if (WouldChange(request)) Audit(request, response, "");
}

void Access::Audit(const ServerRequest& request, const ServerResponse& response, const std::string& why) {
  const std::string outcome = response.status < 400 ? "done" : response.status < 500 ? "refused" : "failed";
  {
    const MutexLock lock(mutex_);
    ++changes_[outcome];
    // Who was not let in would push out those who were.
    if (why.empty()) {
      last_.push_back({clock_.Now(), request.caller, OneLine(request.method, 20), OneLine(request.path, 200), outcome,
                       response.change});
      if (last_.size() > kRemembered) last_.pop_front();
    }
  }
  log_.Write("api", outcome == "done" ? LogLevel::kInfo : LogLevel::kWarn, "api_change",
             {{"outcome", outcome},
              {"reason", why},
              {"caller", request.caller},
              {"client", request.client},
              {"method", OneLine(request.method, 20)},
              {"path", OneLine(request.path, 200)},
              {"status", response.status},
              {"change", Json{response.change.empty() ? "null" : response.change}}});
}

std::map<std::string, std::uint64_t> Access::Changes() const {
  const MutexLock lock(mutex_);
  return changes_;
}

std::vector<ApiChange> Access::LastChanges() const {
  const MutexLock lock(mutex_);
  return {last_.rbegin(), last_.rend()};
}

std::map<std::string, std::uint64_t> Access::Refused() const {
  const MutexLock lock(mutex_);
  return refused_;
}

}  // namespace loadline
