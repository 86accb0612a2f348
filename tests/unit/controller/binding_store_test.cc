#include "controller/binding_store.h"

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::TempDir;

const Timestamp kNow{std::chrono::hours(480'000)};

std::shared_ptr<Binding> Make(BindingKey key, Timestamp last_call = kNow) {
  return std::make_shared<Binding>(std::move(key), last_call);
}

TEST_CASE("What is saved is loaded: keys and last calls, whatever characters they hold") {
  const TempDir dir;
  const BindingKey plain{"data", "orders", {{"policy", "cdc-worker"}, {"pipeline", "orders"}}};
  const BindingKey odd{"data", "odd", {{"policy", "p"}, {"text", "\"quoted\"\n\\ Grüße \x01"}, {"", ""}}};
  const BindingKey bare{"", "", {}};
  const std::vector<std::shared_ptr<Binding>> saved = {Make(plain), Make(odd, kNow - Duration(1)), Make(bare)};
  REQUIRE(SaveBindings(dir / "bindings.json", saved));

  const auto loaded = LoadBindings(dir / "bindings.json");
  REQUIRE(loaded);
  REQUIRE(loaded->size() == saved.size());
  for (std::size_t i = 0; i < saved.size(); ++i) {
    CHECK((*loaded)[i].key == saved[i]->key());
    CHECK((*loaded)[i].last_call == saved[i]->last_call());
  }
}

TEST_CASE("No file is no bindings, and so is a file without any") {
  const TempDir dir;
  const auto none = LoadBindings(dir / "bindings.json");
  REQUIRE(none);
  CHECK(none->empty());
  REQUIRE(SaveBindings(dir / "bindings.json", {}));
  const auto empty = LoadBindings(dir / "bindings.json");
  REQUIRE(empty);
  CHECK(empty->empty());
}

TEST_CASE("A file of bindings that is not ours is an error that names the file") {
  const TempDir dir;
  const std::string text = GENERATE(
      "", "{", "null", "7", "[]", "{}", R"({"version":1})", R"({"version":2,"bindings":[]})",
      R"({"version":1,"bindings":7})", R"({"version":1,"bindings":[{"namespace":"a","name":"b","metadata":{}}]})",
      R"({"version":1,"bindings":[{"namespace":1,"name":"b","metadata":{},"lastCall":0}]})",
      R"({"version":1,"bindings":[{"namespace":"a","name":"b","metadata":7,"lastCall":0}]})",
      R"({"version":1,"bindings":[]} and more)");
  CAPTURE(text);
  const std::string file = dir.Write("bindings.json", text);
  const auto loaded = LoadBindings(file);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == Code::kInvalidArgument);
  CHECK(loaded.error().message.starts_with(file + ": "));
}

TEST_CASE("Text that is not UTF-8 is mended, and costs no other binding") {
  const TempDir dir;
  REQUIRE(SaveBindings(dir / "bindings.json",
                       {Make({"data", "bad", {{"policy", "\xff\xfe"}}}), Make({"data", "good", {{"policy", "p"}}})}));
  const auto loaded = LoadBindings(dir / "bindings.json");
  REQUIRE(loaded);
  REQUIRE(loaded->size() == 2);
  CHECK((*loaded)[0].key.metadata.at("policy") == "\uFFFD\uFFFD");
  CHECK((*loaded)[1].key.metadata.at("policy") == "p");
}

TEST_CASE("A binding with a secret in its metadata is not saved") {
  const TempDir dir;
  REQUIRE(SaveBindings(dir / "bindings.json", {Make({"data", "a", {{"userFromEnv", "x"}}}),
                                               Make({"data", "b", {{"apiToken", "x"}}}), Make({"data", "c", {}})}));
  const auto loaded = LoadBindings(dir / "bindings.json");
  REQUIRE(loaded);
  REQUIRE(loaded->size() == 1);
  CHECK((*loaded)[0].key.object_name == "c");
}

TEST_CASE("Bindings that cannot be saved are an error that names the file") {
  const TempDir dir;
  const std::string file = dir / "no/such/folder/bindings.json";
  const Status saved = SaveBindings(file, {Make({"data", "orders", {}})});
  REQUIRE_FALSE(saved);
  CHECK(saved.error().message.find("no/such/folder") != std::string::npos);
}

}  // namespace
}  // namespace loadline
