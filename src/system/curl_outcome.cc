#include "system/curl_outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "system/url.h"

namespace loadline {

Result<HttpResponse> OutcomeOf(Transfer& transfer, const HttpRequest& request, CURLcode code) {
  if (code == CURLE_OK) {
    long status = 0;
    const char* type = nullptr;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer.easy, CURLINFO_CONTENT_TYPE, &type);
    curl_off_t took_us = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_TOTAL_TIME_T, &took_us);
    transfer.response.took = std::chrono::duration_cast<Duration>(std::chrono::microseconds(took_us));
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    transfer.response.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(retry_after_s, 0, 1'000'000'000));
    transfer.response.status = static_cast<int>(status);
    transfer.response.content_type = type == nullptr ? "" : type;
    return std::move(transfer.response);
  }
  const std::string host = HostOf(request.url);
  if (transfer.too_large) {
    return Fail(Code::kResourceExhausted,
                fmt::format("{}: the response has more than {} bytes", host, transfer.most_bytes));
  }
  return FailureOf(code, host, transfer.error, request.timeout);
}

tl::unexpected<Error> FailureOf(CURLcode code, const std::string& host, const char* error, Duration timeout) {
  const std::string cause = error[0] != 0 ? error : curl_easy_strerror(code);
  // curl takes what has no head for HTTP/0.9, which it calls an unsupported protocol.
  if (code == CURLE_UNSUPPORTED_PROTOCOL && cause.find("HTTP/0.9") != std::string::npos) {
    return Fail(Code::kUnavailable, host + ": what answers speaks no HTTP");
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Fail(Code::kDeadlineExceeded, fmt::format("{}: no answer within {}", host, FormatDuration(timeout)));
    case CURLE_COULDNT_CONNECT: return Fail(Code::kUnavailable, host + ": connection refused, or not to be reached");
    case CURLE_COULDNT_RESOLVE_HOST: return Fail(Code::kUnavailable, host + ": the name is not known");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return Fail(Code::kInvalidArgument, "not a URL of http or https");
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM: return Fail(Code::kInvalidArgument, fmt::format("{}: {}", host, cause));
    default: return Fail(Code::kUnavailable, fmt::format("{}: {}", host, cause));
  }
}

}  // namespace loadline
