#include "notify/signature.h"

#include <catch2/catch.hpp>
#include <map>

#include "base/base64.h"
#include "support/child.h"

namespace loadline {
namespace {

const std::string kSecret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const std::string kBody = R"({"test": 2432232314})";
const Timestamp kSent{std::chrono::seconds(1614265330) + Duration(999)};

std::map<std::string, std::string> HeadersOf(const std::string& secrets) {
  const auto headers = SignatureHeaders(*ParseSecrets(secrets), kId, kSent, kBody);
  return {headers.begin(), headers.end()};
}

// The vector that the libraries of Standard Webhooks are tested with.
TEST_CASE("A signature is that of Standard Webhooks") {
  const auto headers = HeadersOf("whsec_" + kSecret + "\n");
  CHECK(headers.at("webhook-id") == kId);
  CHECK(headers.at("webhook-timestamp") == "1614265330");
  CHECK(headers.at("webhook-signature") == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  CHECK(HeadersOf(kSecret) == headers);
}

TEST_CASE("The openssl program comes to the same signature") {
  const std::string other = "c2VjcmV0LW9mLXRoaXJ0eS10d28tYnl0ZXMtbGVuZ3RoIQ==";
  const std::string key = DecodeBase64(other).value();
  std::string hex;
  for (const char c : key) {
    static constexpr char kDigits[] = "0123456789abcdef";
    hex += {kDigits[static_cast<unsigned char>(c) >> 4], kDigits[c & 15]};
  }
  const testing::Ran ran = testing::RunProgram(
      {"sh", "-c", "openssl dgst -sha256 -mac HMAC -macopt hexkey:" + hex + " -binary | openssl base64 -A"}, {},
      kId + ".1614265330." + kBody);
  CHECK(ran.exit_code == 0);
  CHECK(HeadersOf(other).at("webhook-signature") == "v1," + ran.output);
}

TEST_CASE("While a secret is exchanged a message is signed with both") {
  const auto both = HeadersOf(kSecret + "\n\nwhsec_c2VjcmV0LW9mLXRoaXJ0eS10d28tYnl0ZXMtbGVuZ3RoIQ==\n");
  CHECK(both.at("webhook-signature") ==
        HeadersOf(kSecret).at("webhook-signature") + " " +
            HeadersOf("c2VjcmV0LW9mLXRoaXJ0eS10d28tYnl0ZXMtbGVuZ3RoIQ==").at("webhook-signature"));
}

TEST_CASE("Without a secret there is an id, and no signature") {
  const auto headers = SignatureHeaders({}, kId, kSent, kBody);
  CHECK(headers.size() == 2);
  CHECK(headers[0].first == "webhook-id");
}

TEST_CASE("A secret that is none is refused, and not shown") {
  const auto problem = [](const std::string& text) { return ParseSecrets(text).error().message; };
  CHECK(problem("\n") == "is empty; want a secret");
  CHECK(
      problem("hunter2!") ==
      "line 1: want 24 to 64 bytes in base64, as `echo whsec_$(openssl rand -base64 32)` makes them; found what is no "
      "base64");
  CHECK(problem(kSecret + "\naHVudGVyMg==") ==
        "line 2: want 24 to 64 bytes in base64, as `echo whsec_$(openssl rand -base64 32)` makes them; found 7 bytes");
}

}  // namespace
}  // namespace loadline
