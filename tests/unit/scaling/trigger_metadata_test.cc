#include "scaling/trigger_metadata.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

TEST_CASE("What KEDA resolves, TLS material and what sounds secret is hidden, declared or not") {
  for (const char* key :
       {"topicFromEnv", "FromEnv", "caCert", "tlsClientCert", "tlsClientKey", "tokenTopic", "secretName", "password"}) {
    INFO(key);
    CHECK(IsHidden(key));
  }
  for (const char* key : {"policy", "topic", "FromEnvironment", "scalerAddress", "enableTLS", ""}) {
    INFO(key);
    CHECK_FALSE(IsHidden(key));
  }
  CHECK(ShownMetadata({{"topic", "orders"}, {"tokenTopic", "orders"}}) ==
        std::map<std::string, std::string>{{"topic", "orders"}, {"tokenTopic", "(hidden)"}});
}

TEST_CASE("A key sets the parameter of its name without FromEnv") {
  CHECK(ParameterOf("topic") == "topic");
  CHECK(ParameterOf("topicFromEnv") == "topic");
  CHECK(ParameterOf("topicFromEnvironment") == "topicFromEnvironment");
}

}  // namespace
}  // namespace loadline
