#include "scaling/policy_schema.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "document/field_list.h"
#include "scaling/budget_fields.h"
#include "scaling/override_yaml.h"
#include "scaling/policy_fields.h"
#include "scaling/policy_yaml.h"
#include "support/certificates.h"
#include "support/places.h"

namespace loadline {
namespace {

std::string LeafOf(const std::string& path) { return path.substr(path.rfind('.') + 1); }

const std::string kEveryField = std::string(testing::kSourceDir) + "/tests/schema/every-field.good.yaml";

TEST_CASE("The policies that the schema is tried with have every field, and are good") {
  const std::string text = testing::FileText(kEveryField);
  for (const DocumentText& document : SplitDocuments(text)) {
    const PolicyDocument parsed = ParsePolicy(document);
    for (const Problem& problem : parsed.problems) {
      INFO(FormatProblem("every-field.good.yaml", problem));
      CHECK(problem.severity != Severity::kError);
    }
  }
  for (const ListedField& each : ListFields<Policy>()) {
    std::string name = LeafOf(each.path);
    if (name.ends_with("[]")) name.resize(name.size() - 2);
    INFO(each.path);
    CHECK(text.find(name + ":") != std::string::npos);
  }
}

// Reads each field's example as that field.
class ExampleReader {
 public:
  explicit ExampleReader(std::string prefix) : prefix_(std::move(prefix)) {}

  template <class T>
  void operator()(const Field& field, T& value) {
    const std::string path = prefix_ + std::string(field.name);
    INFO(path << ": " << field.example);
    CHECK_FALSE(field.help.empty());
    CHECK_FALSE(field.example.empty());
    ParsedDocument parsed = ParseDocument({"it: " + std::string(field.example) + "\n", 1});
    CHECK(parsed.problems.empty());
    const Node* node = parsed.root.Find("it");
    REQUIRE(node != nullptr);
    ReadAny(*node, field, path, parsed.problems, value);
    for (const Problem& problem : parsed.problems) FAIL_CHECK(FormatProblem("example", problem));
    Descend<T>(path);
  }

 private:
  template <class T>
  void Descend(const std::string& path) {
    if constexpr (internal::IsOptional<T>::value || internal::IsVector<T>::value) {
      Descend<typename T::value_type>(path);
    } else if constexpr (internal::IsNamed<T>::value) {
      Descend<typename T::mapped_type>(path);
    } else if constexpr (internal::kIsSection<T>) {
      ExampleReader inner(path + ".");
      T section{};
      DescribeFields(inner, section);
    }
  }

  const std::string prefix_;
};

TEMPLATE_TEST_CASE("Every field of every kind has help, and an example that can be read", "", DocumentMetadata, Policy,
                   Budget, CalendarSpec, OverrideSpec) {
  ExampleReader reader("");
  TestType document{};
  DescribeFields(reader, document);
}

TEST_CASE("The schema has defaults, bounds, words and units") {
  const nlohmann::json schema = nlohmann::json::parse(DocumentSchema());
  const nlohmann::json& spec = schema["$defs"]["ScalingPolicy"]["properties"]["spec"];
  CHECK(spec["additionalProperties"] == false);
  CHECK(spec["required"] == nlohmann::json{"signals"});
  CHECK(spec["properties"]["replicas"]["properties"]["min"]["default"] == 0);
  CHECK(spec["properties"]["replicas"]["properties"]["min"]["maximum"] == 100'000);
  CHECK(spec["properties"]["onMissing"]["properties"]["hold"]["default"] == "5m");
  const nlohmann::json& signal = spec["properties"]["signals"]["items"]["properties"];
  CHECK(signal["perReplica"]["exclusiveMinimum"] == 0);
  CHECK(signal["onEmpty"]["enum"] == nlohmann::json{"missing", "zero"});
  CHECK(signal["maxAge"]["description"].get<std::string>().find("at most 1d") != std::string::npos);
  CHECK(schema["$defs"]["Condition"]["properties"]["not"]["$ref"] == "#/$defs/Condition");
  CHECK(schema["$defs"]["Budget"]["properties"]["spec"]["properties"]["replicas"]["minimum"] == 1);
}

}  // namespace
}  // namespace loadline
