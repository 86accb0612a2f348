#include "base/base64.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("Base64 is read strictly") {
  CHECK(DecodeBase64("") == "");
  CHECK(DecodeBase64("YQ==") == "a");
  CHECK(DecodeBase64("YWI=") == "ab");
  CHECK(DecodeBase64("YWJj\nZGVm") == "abcdef");
  CHECK(DecodeBase64("/+7d") == "\xff\xee\xdd");
  for (const char* bad : {"YQ=", "Y", "YQ==YQ==", "Y?==", "=", "YWJj="}) {
    CAPTURE(bad);
    CHECK_FALSE(DecodeBase64(bad).has_value());
  }
}

// RFC 4648, section 10.
TEST_CASE("Base64 is that of RFC 4648, there and back") {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"},
                                                      {"\xfb\xff\xfe", "+//+"}};
  for (const auto& [bytes, text] : rows) {
    CHECK(EncodeBase64(bytes) == text);
    CHECK(DecodeBase64(text) == bytes);
  }
}

}  // namespace
}  // namespace loadline
