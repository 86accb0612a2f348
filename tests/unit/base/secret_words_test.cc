#include "base/secret_words.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("A key whose words say so sounds secret, however they are joined") {
  for (const char* key :
       {"password", "PASSWORD", "dbPassword", "db-password", "db_passwd", "token", "apiKey", "api-key", "API_KEY",
        "clientSecret", "accessToken", "credentials", "privateKey", "connectionString"}) {
    INFO(key);
    CHECK(SoundsSecret(key));
  }
}

TEST_CASE("A key in which such a word is a part of another one does not") {
  for (const char* key : {"", "pipeline", "tokenizer", "secretary", "monkey", "key", "topic-keys", "policy", "api"}) {
    INFO(key);
    CHECK_FALSE(SoundsSecret(key));
  }
}

TEST_CASE("A URL is shown without what may be a password") {
  CHECK(WithoutCredentials("https://user:pass@host:1/path?password=x#y") == "https://host:1/path");
  CHECK(WithoutCredentials("mysql://root:p@ss@db/x") == "mysql://db/x");
  CHECK(WithoutCredentials("user:pass@host") == "host");
  CHECK(WithoutCredentials("prometheus:9090") == "prometheus:9090");
  CHECK(WithoutCredentials("") == "");
}

}  // namespace
}  // namespace loadline
