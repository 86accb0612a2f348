#include "api/scaled_object_view.h"

#include <google/protobuf/stubs/logging.h>

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "base/text.h"
#include "externalscaler.pb.h"

namespace loadline {
namespace {

using externalscaler::GetMetricsRequest;

std::map<std::string, std::string> MetadataOf(const BindingView& view) {
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : view.metadata) metadata.emplace(key, value);
  return metadata;
}

TEST_CASE("A request is read as protobuf reads it") {
  GetMetricsRequest request;
  request.mutable_scaledobjectref()->set_name("orders-cdc");
  request.mutable_scaledobjectref()->set_namespace_("data");
  (*request.mutable_scaledobjectref()->mutable_scalermetadata())["policy"] = "cdc-worker";
  (*request.mutable_scaledobjectref()->mutable_scalermetadata())["pipeline"] = "";
  request.set_metricname("loadline-cdc-worker");
  const std::string bytes = request.SerializeAsString();
  ScaledObjectView view;
  REQUIRE(view.ParseGetMetricsRequest(bytes));
  CHECK(view.binding().object_name == "orders-cdc");
  CHECK(view.binding().object_namespace == "data");
  CHECK(MetadataOf(view.binding()) == std::map<std::string, std::string>{{"policy", "cdc-worker"}, {"pipeline", ""}});
}

TEST_CASE("Text that is not UTF-8 is refused: a metric with it as a label would spoil the whole page") {
  GetMetricsRequest request;
  request.mutable_scaledobjectref()->set_name("x");
  std::string bytes = request.SerializeAsString();
  bytes.back() = '\xff';
  CHECK_FALSE(ScaledObjectView().ParseGetMetricsRequest(bytes));
}

TEST_CASE("A tag of five bytes is read like protobuf's: by its 32 bits") {
  const std::string bytes = "\xa0\xad\x9d\x9d\x2d\x3a";  // a field that is not known
  ScaledObjectView view;
  CHECK(externalscaler::ScaledObjectRef().ParseFromString(bytes));
  CHECK(view.ParseRef(bytes));
  CHECK_FALSE(view.ParseRef("\xa0\xad\x9d\x9d\x9d\x01\x3a"));
}

// Where protobuf accepts bytes, the view accepts them and sees the same. It may accept what protobuf refuses: it does
// not read fields that it does not need. What it sees is UTF-8 all the same.
TEST_CASE("Whatever bytes come, the view never sees something else than protobuf does") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  google::protobuf::SetLogHandler(nullptr);
  GetMetricsRequest request;
  request.mutable_scaledobjectref()->set_name("app");
  request.mutable_scaledobjectref()->set_namespace_("data");
  (*request.mutable_scaledobjectref()->mutable_scalermetadata())["policy"] = "p";
  (*request.mutable_scaledobjectref()->mutable_scalermetadata())["k"] = "value";
  request.set_metricname("m");
  const std::string good = request.SerializeAsString();
  int accepted = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes = good;
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < changes; ++i) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0: bytes[at] = static_cast<char>(random()); break;
        case 1: bytes.insert(at, 1, static_cast<char>(random())); break;
        case 2: bytes.erase(at, 1); break;
        default: bytes.insert(at, bytes.substr(at, random() % 8)); break;
      }
      if (bytes.empty()) bytes = good;
    }
    GetMetricsRequest parsed;
    ScaledObjectView view;
    if (!parsed.ParseFromString(bytes)) {
      if (view.ParseGetMetricsRequest(bytes)) {
        REQUIRE(IsUtf8(view.binding().object_name));
        REQUIRE(IsUtf8(view.binding().object_namespace));
      }
      continue;
    }
    ++accepted;
    REQUIRE(view.ParseGetMetricsRequest(bytes));
    const auto& ref = parsed.scaledobjectref();
    REQUIRE(view.binding().object_name == ref.name());
    REQUIRE(view.binding().object_namespace == ref.namespace_());
    REQUIRE(MetadataOf(view.binding()) ==
            std::map<std::string, std::string>(ref.scalermetadata().begin(), ref.scalermetadata().end()));
  }
  CHECK(accepted > 100);
}

}  // namespace
}  // namespace loadline
