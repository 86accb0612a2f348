#include "scaling/policy_schema.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "document/field_list.h"
#include "scaling/policy_fields.h"
#include "scaling/policy_yaml.h"
#include "support/certificates.h"

namespace loadline {
namespace {

std::string LeafOf(const std::string& path) { return path.substr(path.rfind('.') + 1); }

const std::string kEveryField = std::string(LOADLINE_SOURCE_DIR) + "/tests/schema/every-field.good.yaml";

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

TEST_CASE("Every field of a policy has help, and an example unless it has fields of its own") {
  for (const ListedField& each : ListFields<Policy>()) {
    INFO(each.path);
    CHECK_FALSE(each.field.help.empty());
    if (!each.section) CHECK_FALSE(each.field.example.empty());
  }
}

TEST_CASE("The schema has defaults, bounds, words and units") {
  const nlohmann::json schema = nlohmann::json::parse(PolicySchema());
  const nlohmann::json& spec = schema["properties"]["spec"];
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
}

}  // namespace
}  // namespace loadline
