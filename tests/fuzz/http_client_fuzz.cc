// What a server answers over HTTP, as bytes: a response whose parts are within their bounds, or a failure with words;
// as a stream the same bytes give the same status.
//
// The input is what the server sends before it closes the connection.
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/answering_server.h"
#include "fuzz/require.h"
#include "system/http_client.h"

namespace {

using namespace loadline;
using fuzz::Require;

constexpr std::size_t kMostBytes = 4096;
constexpr Duration kPatience = std::chrono::minutes(2);  // however busy the machine is

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::AnsweringServer& server = *new fuzz::AnsweringServer;
  static const std::unique_ptr<HttpClient> client = [] {
    HttpClientOptions options;
    options.max_response_bytes = kMostBytes;
    return MakeHttpClient(options);
  }();
  server.Set({std::string(reinterpret_cast<const char*>(data), size)});
  const Result<HttpResponse> response = client->SendAll({{server.url(), "", kPatience}}, kPatience)[0];
  if (response) {
    Require(response->body.size() <= kMostBytes);
    Require(response->status >= 0 && response->retry_after >= Duration::zero());
  } else {
    Require(!response.error().message.empty());
    // Within the time: nothing here is to be waited for.
    Require(response.error().code != Code::kDeadlineExceeded);
  }
  std::size_t streamed = 0;
  const Result<int> status = client->Stream({server.url(), kPatience, kPatience},
                                            [&](int, std::string_view chunk) {
                                              streamed += chunk.size();
                                              return true;
                                            },
                                            {});
  if (response && status) Require(*status == response->status && streamed == response->body.size());
  return 0;
}
