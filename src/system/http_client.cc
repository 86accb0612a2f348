#include "system/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>

#include "system/curl_outcome.h"
#include "system/curl_transfer.h"
#include "system/files.h"
#include "system/mutex.h"
#include "system/url.h"

namespace loadline {
namespace {

constexpr std::size_t kMostCredentialBytes = 64 * 1024;

std::string Trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

class CurlClient : public HttpClient {
 public:
  explicit CurlClient(HttpClientOptions options) : options_(std::move(options)) {
    static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)once;
  }

  std::vector<Result<HttpResponse>> SendAll(const std::vector<HttpRequest>& requests, Duration budget) override {
    std::vector<Result<HttpResponse>> results(requests.size(), Fail(Code::kDeadlineExceeded, ""));
    HeaderList headers;
    std::string password;
    if (const Status ready = PrepareCredentials(headers, password); !ready) {
      for (auto& result : results) result = Fail(ready.error());
      return results;
    }
    std::unique_ptr<Pool> pool = TakePool();
    Run(*pool, requests, budget, headers, password, results);
    GivePool(std::move(pool));
    return results;
  }

  Result<int> Stream(const HttpStreamRequest& request, const ChunkHandler& on_chunk, std::stop_token stop) override {
    HeaderList headers;
    std::string password;
    if (const Status ready = PrepareCredentials(headers, password); !ready) return Fail(ready.error());
    std::unique_ptr<Pool> pool = TakePool();
    StreamTransfer transfer;
    transfer.on_chunk = &on_chunk;
    PrepareStream(transfer, request, headers, password);
    curl_multi_add_handle(pool->multi(), transfer.easy);
    const Result<int> status = RunStream(*pool, transfer, request, stop);
    curl_multi_remove_handle(pool->multi(), transfer.easy);
    GivePool(std::move(pool));
    return status;
  }

 private:
  void GivePool(std::unique_ptr<Pool> pool) {
    const MutexLock lock(mutex_);
    if (pools_.size() < 4) pools_.push_back(std::move(pool));
  }

  std::unique_ptr<Pool> TakePool() {
    const MutexLock lock(mutex_);
    if (pools_.empty()) return std::make_unique<Pool>(options_.max_connections);
    std::unique_ptr<Pool> pool = std::move(pools_.back());
    pools_.pop_back();
    return pool;
  }

  // Credentials are read for each call, as they are rotated under us; a few small files cost less than knowing whether
  // they changed.
  Status PrepareCredentials(HeaderList& headers, std::string& password) const {
    for (const auto& [name, value] : options_.headers) headers.Add(name + ": " + value);
    headers.Add("Expect:");  // no round trip before a POST's body
    if (!options_.bearer_token_file.empty()) {
      Result<std::string> token = ReadFile(options_.bearer_token_file, kMostCredentialBytes);
      if (!token) return Fail(Code::kInvalidArgument, "bearer token: " + token.error().message);
      const std::string text = Trimmed(std::move(*token));
      // Another line would be another header.
      if (text.find_first_of("\r\n") != std::string::npos)
        return Fail(Code::kInvalidArgument,
                    fmt::format("bearer token: {} has several lines", options_.bearer_token_file));
      headers.Add("Authorization: Bearer " + text);
    }
    if (!options_.basic_auth_user.empty() && !options_.basic_auth_password_file.empty()) {
      Result<std::string> read = ReadFile(options_.basic_auth_password_file, kMostCredentialBytes);
      if (!read) return Fail(Code::kInvalidArgument, "basic auth password: " + read.error().message);
      password = Trimmed(std::move(*read));
    }
    return {};
  }

  void Run(Pool& pool, const std::vector<HttpRequest>& requests, Duration budget, const HeaderList& headers,
           const std::string& password, std::vector<Result<HttpResponse>>& results) const {
    const auto deadline = Steady::now() + budget;
    auto left = [&] {
      if (options_.stop.stop_requested()) return Duration::zero();
      return std::chrono::duration_cast<Duration>(deadline - Steady::now());
    };
    std::vector<std::unique_ptr<Transfer>> under_way;
    std::size_t next = 0;
    const auto most = static_cast<std::size_t>(std::max(1, options_.max_connections));

    while (next < requests.size() || !under_way.empty()) {
      while (next < requests.size() && under_way.size() < most && left() > Duration::zero()) {
        auto transfer = std::make_unique<Transfer>();
        transfer->index = next;
        Prepare(*transfer, requests[next], std::min(requests[next].timeout, left()), headers, password);
        curl_multi_add_handle(pool.multi(), transfer->easy);
        under_way.push_back(std::move(transfer));
        ++next;
      }
      int running = 0;
      curl_multi_perform(pool.multi(), &running);
      Collect(pool, requests, under_way, results);
      if (left() <= Duration::zero()) break;
      if (!under_way.empty() && running > 0) {
        curl_multi_poll(pool.multi(), nullptr, 0, static_cast<int>(std::clamp<Duration::rep>(left().count(), 1, 200)),
                        nullptr);
      }
    }
    for (const auto& transfer : under_way) {
      curl_multi_remove_handle(pool.multi(), transfer->easy);
      results[transfer->index] = OutOfTime(requests[transfer->index], budget);
    }
    for (; next < requests.size(); ++next) results[next] = OutOfTime(requests[next], budget);
  }

  static Result<HttpResponse> OutOfTime(const HttpRequest& request, Duration budget) {
    return Fail(Code::kDeadlineExceeded, fmt::format("{}: no answer within the {} that there were", HostOf(request.url),
                                                     FormatDuration(budget)));
  }

  void Prepare(Transfer& transfer, const HttpRequest& request, Duration timeout, const HeaderList& headers,
               const std::string& password) const {
    CURL* easy = transfer.easy;
    transfer.most_bytes = options_.max_response_bytes;
    PrepareAny(easy, request.url, headers, password);
    auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<Duration::rep>(1, timeout.count())));
    set(CURLOPT_PRIVATE, &transfer);
    set(CURLOPT_ERRORBUFFER, transfer.error);
    set(CURLOPT_WRITEFUNCTION, TakeBody);
    set(CURLOPT_WRITEDATA, &transfer);
    if (!request.body.empty()) {
      set(CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.c_str());
    }
    if (!request.method.empty()) set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (!request.content_type.empty() || !request.headers.empty()) {
      transfer.own_headers.Copy(headers);
      for (const auto& [name, value] : request.headers) transfer.own_headers.Add(name + ": " + value);
      if (!request.content_type.empty()) transfer.own_headers.Add("Content-Type: " + request.content_type);
      set(CURLOPT_HTTPHEADER, transfer.own_headers.list);
    }
  }

  void PrepareStream(StreamTransfer& transfer, const HttpStreamRequest& request, const HeaderList& headers,
                     const std::string& password) const {
    PrepareAny(transfer.easy, request.url, headers, password);
    auto set = [&](CURLoption option, auto value) { curl_easy_setopt(transfer.easy, option, value); };
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_ERRORBUFFER, transfer.error);
    set(CURLOPT_WRITEFUNCTION, TakeChunk);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERFUNCTION, TakeHeader);
    set(CURLOPT_HEADERDATA, &transfer);
  }

  static Result<int> RunStream(Pool& pool, StreamTransfer& transfer, const HttpStreamRequest& request,
                               const std::stop_token& stop) {
    auto status = [&] {
      long code = 0;
      curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &code);
      return static_cast<int>(code);
    };
    // A wait of up to 10 s would be no stop: it is told of by the pipe that curl_multi_wakeup writes to.
    const std::stop_callback wake(stop, [&pool] { curl_multi_wakeup(pool.multi()); });
    while (!stop.stop_requested()) {
      int running = 0;
      curl_multi_perform(pool.multi(), &running);
      int queued = 0;
      while (const CURLMsg* message = curl_multi_info_read(pool.multi(), &queued)) {
        if (message->msg != CURLMSG_DONE) continue;
        if (message->data.result == CURLE_OK || transfer.ended) return status();
        return FailureOf(message->data.result, HostOf(request.url), transfer.error, request.connect_timeout);
      }
      const auto idle = std::chrono::floor<Duration>(Steady::now() - transfer.last_byte);
      if (idle >= request.idle_timeout) {
        return Fail(Code::kDeadlineExceeded,
                    fmt::format("{}: nothing came for {}", HostOf(request.url), FormatDuration(request.idle_timeout)));
      }
      const auto wait = std::clamp<Duration::rep>((request.idle_timeout - idle).count(), 1, 10'000);
      curl_multi_poll(pool.multi(), nullptr, 0, static_cast<int>(wait), nullptr);
    }
    return status();
  }

  // What all requests have in common.
  void PrepareAny(CURL* easy, const std::string& url, const HeaderList& headers, const std::string& password) const {
    auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_HTTPHEADER, headers.list);
    if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
    if (!options_.certificate_file.empty()) set(CURLOPT_SSLCERT, options_.certificate_file.c_str());
    if (!options_.key_file.empty()) set(CURLOPT_SSLKEY, options_.key_file.c_str());
    auto set_text = [&](CURLoption option, const std::string& pem) {
      if (pem.empty()) return;
      curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_COPY};
      curl_easy_setopt(easy, option, &blob);
    };
    set_text(CURLOPT_CAINFO_BLOB, options_.ca_pem);
    set_text(CURLOPT_SSLCERT_BLOB, options_.certificate_pem);
    set_text(CURLOPT_SSLKEY_BLOB, options_.key_pem);
    if (options_.insecure_skip_verify) {
      set(CURLOPT_SSL_VERIFYPEER, 0L);
      set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!options_.basic_auth_user.empty()) {
      set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
      set(CURLOPT_USERNAME, options_.basic_auth_user.c_str());
      set(CURLOPT_PASSWORD, password.c_str());
    }
  }

  static void Collect(Pool& pool, const std::vector<HttpRequest>& requests,
                      std::vector<std::unique_ptr<Transfer>>& under_way, std::vector<Result<HttpResponse>>& results) {
    int queued = 0;
    while (CURLMsg* message = curl_multi_info_read(pool.multi(), &queued)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      results[transfer->index] = OutcomeOf(*transfer, requests[transfer->index], code);
      curl_multi_remove_handle(pool.multi(), transfer->easy);
      std::erase_if(under_way, [&](const auto& each) { return each.get() == transfer; });
    }
  }

  const HttpClientOptions options_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Pool>> pools_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<HttpClient> MakeHttpClient(const HttpClientOptions& options) {
  return std::make_unique<CurlClient>(options);
}

}  // namespace loadline
