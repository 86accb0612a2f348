#include "scaling/policy_schema.h"

#include <fmt/format.h>

#include "document/field_schema.h"
#include "scaling/budget_fields.h"
#include "scaling/envelope.h"
#include "scaling/learned_fields.h"
#include "scaling/override_yaml.h"
#include "scaling/policy_fields.h"

namespace loadline {
namespace {

// What the patterns are made of; each says less than the parser does, and never more.
constexpr std::string_view kDay =
    "([Ss][Uu][Nn]|[Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt])";
constexpr std::string_view kDate = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
constexpr std::string_view kNumber = "[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?";

std::string Percentage(std::string_view sign = "") { return SchemaPattern(fmt::format("{}{}%", sign, kNumber)); }

// Numbers, without the bounds of the field that they stand in.
std::string Bounded(double least, double most) {
  return fmt::format("\"type\": \"number\", \"minimum\": {}, \"maximum\": {}", least, most);
}

std::string OneField(std::string_view name, std::string_view schema) {
  return fmt::format(
      R"("type": "object", "properties": {{{0}: {{{1}}}}}, "required": [{0}], "additionalProperties": false)",
      JsonText(name), schema);
}

}  // namespace

std::string SchemaMembers(const QueryTemplate*) { return SchemaText(); }

std::string SchemaMembers(const WhenIdle*) { return SchemaText(); }

std::string SchemaMembers(const std::variant<MissingAnswer, FallbackReplicas>*) {
  return SchemaAnyOf({internal::TypeMembers<MissingAnswer>(), SchemaOf<FallbackReplicas>()});
}

std::string SchemaMembers(const std::variant<double, QueryTemplate>*) { return R"("type": ["number", "string"])"; }

std::string SchemaMembers(const Ahead*) {
  return SchemaAnyOf({SchemaDuration(), R"("enum": ["auto"])", SchemaOf<LearnedAhead>()});
}

std::string SchemaMembers(const Throughput*) {
  return SchemaAnyOf({R"("type": ["number", "string"])", SchemaOf<LearnedThroughput>()});
}

std::string SchemaMembers(const Combine*) {
  return SchemaAnyOf(
      {R"("enum": ["max", "min", "sum", "mean", "median", "weighted", "priority"])",
       R"("type": ["string", "number"], "description": "An expression.")",
       OneField("priority", R"("type": "array", "items": {"type": "string"})"),
       OneField("score", OneField("target", R"("type": "number", "exclusiveMinimum": 0, "maximum": 100)"))});
}

std::string SchemaMembers(const ReplicaShare*) { return SchemaAnyOf({Bounded(0, kMostReplicas), Percentage()}); }

std::string SchemaMembers(const StepLimit*) { return SchemaPattern(fmt::format("{}%?/([0-9]+(h|m|s|ms))+", kNumber)); }

std::string SchemaMembers(const Percent*) { return Percentage("[-+]?"); }

std::string SchemaMembers(const Tolerance*) {
  const std::string number = Bounded(0, 1);
  const std::string both = fmt::format(
      R"("type": "object", "properties": {{"up": {{{0}}}, "down": {{{0}}}}}, "additionalProperties": false)", number);
  return SchemaAnyOf({number, both});
}

std::string SchemaMembers(const Weekdays*) { return SchemaPattern(fmt::format("\\*|{0}(-{0})?(,{0}(-{0})?)*", kDay)); }

std::string SchemaMembers(const TimeOfDay*) { return SchemaPattern("([01][0-9]|2[0-3]):[0-5][0-9]|24:00"); }

std::string SchemaMembers(const Conditions*) { return R"("type": "array", "items": {"$ref": "#/$defs/Condition"})"; }

std::string SchemaMembers(const Negation*) { return R"("$ref": "#/$defs/Condition")"; }

std::string SchemaMembers(const TimeZone*) { return SchemaPattern("[A-Za-z0-9_+-][A-Za-z0-9_+/-]{0,63}"); }

std::string SchemaMembers(const Cron*) {
  return SchemaPattern("\\s*(@[a-zA-Z]+|[0-9*/,A-Za-z-]+(\\s+[0-9*/,A-Za-z-]+){4})\\s*");
}

std::string SchemaMembers(const DateRange*) { return SchemaPattern(fmt::format("{0}(\\.\\.{0})?", kDate)); }

std::string SchemaMembers(const LocalDateTime*) {
  return SchemaPattern(fmt::format("{}T[0-9]{{2}}:[0-9]{{2}}", kDate));
}

std::string SchemaMembers(const CalendarNames*) {
  const std::string name = SchemaPattern("[a-z0-9-]{1,63}");
  return SchemaAnyOf({name, fmt::format(R"("type": "array", "items": {{{}}})", name)});
}

std::string SchemaMembers(const Rfc3339Time*) {
  return SchemaPattern(
      fmt::format("{}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\\.[0-9]+)?(Z|[-+][0-9]{{2}}:[0-9]{{2}})", kDate));
}

namespace {

// What a document of the kind has to be, under the kind's name: editors then speak of that kind alone.
template <class Spec>
void AddKind(std::string& conditions, std::string& definitions) {
  conditions += fmt::format(
      R"({}{{"if": {{"properties": {{"kind": {{"const": {}}}}}, "required": ["kind"]}}, "then": {{"$ref": "#/$defs/{}"}}}})",
      conditions.empty() ? "" : ", ", JsonText(Spec::kKind), Spec::kKind);
  definitions += fmt::format("{}: {{{}}}, ", JsonText(Spec::kKind), SchemaOf<Envelope<Spec>>());
}

}  // namespace

std::string DocumentSchema() {
  std::string conditions;
  std::string definitions;
  AddKind<Policy>(conditions, definitions);
  AddKind<Budget>(conditions, definitions);
  AddKind<CalendarSpec>(conditions, definitions);
  AddKind<OverrideSpec>(conditions, definitions);
  std::string kinds;
  for (const std::string_view kind : {Policy::kKind, Budget::kKind, CalendarSpec::kKind, OverrideSpec::kKind})
    kinds += (kinds.empty() ? "" : ", ") + JsonText(kind);
  return fmt::format(
      R"({{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Loadline", )"
      R"("description": "A document of Loadline, by its kind. Made by `loadline schema`.", "type": "object", )"
      R"("properties": {{"kind": {{"description": "What the document is.", "enum": [{}]}}}}, "required": ["kind"], )"
      R"("allOf": [{}], "$defs": {{{}"Condition": {{{}}}}}}})",
      kinds, conditions, definitions, SchemaOf<Condition>());
}

}  // namespace loadline
