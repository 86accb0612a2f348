// What comes of a request that libcurl is done with: a response, or why there is none.
#ifndef LOADLINE_SYSTEM_CURL_OUTCOME_H_
#define LOADLINE_SYSTEM_CURL_OUTCOME_H_

#include <curl/curl.h>

#include <string>

#include "base/result.h"
#include "system/curl_transfer.h"
#include "system/http_client.h"

namespace loadline {

// Takes the response out of `transfer`.
Result<HttpResponse> OutcomeOf(Transfer& transfer, const HttpRequest& request, CURLcode code);

// `error`: curl's own words; may be empty. `timeout`: how long was waited where it is about that.
tl::unexpected<Error> FailureOf(CURLcode code, const std::string& host, const char* error, Duration timeout);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_CURL_OUTCOME_H_
