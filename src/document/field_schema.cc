#include "document/field_schema.h"

#include <fmt/format.h>

#include "base/text.h"

namespace loadline {
namespace {

// As ParseDuration reads them (base/time.h): each unit once, from long to short; and a zero that YAML calls a number.
constexpr std::string_view kDurationPattern =
    "^(0|(?=[0-9])([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$";

std::string DurationBounds(const Field& field) {
  auto text = [](double seconds) { return FormatDuration(Duration(static_cast<Duration::rep>(seconds * 1000))); };
  std::string bounds;
  auto add = [&](std::string_view word, const std::optional<double>& bound) {
    if (bound) bounds += fmt::format("{}{} {}", bounds.empty() ? "" : ", ", word, text(*bound));
  };
  add("above", field.above);
  add("at least", field.at_least);
  add("at most", field.at_most);
  return bounds;
}

std::string NumberBounds(const Field& field) {
  std::string members;
  if (field.above) members += fmt::format(", \"exclusiveMinimum\": {}", *field.above);
  if (field.at_least) members += fmt::format(", \"minimum\": {}", *field.at_least);
  if (field.at_most) members += fmt::format(", \"maximum\": {}", *field.at_most);
  return members;
}

}  // namespace

std::string JsonText(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += fmt::format("\\{}", c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\u{:04x}", c);
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string SchemaAnyOf(const std::vector<std::string>& alternatives) {
  std::string list;
  for (const std::string& each : alternatives) list += fmt::format("{}{{{}}}", list.empty() ? "" : ", ", each);
  return fmt::format("\"anyOf\": [{}]", list);
}

std::string SchemaPattern(std::string_view pattern) {
  return fmt::format("\"type\": \"string\", \"pattern\": {}", JsonText(fmt::format("^({})$", pattern)));
}

std::string SchemaText() { return R"("type": ["string", "number", "boolean"])"; }

std::string SchemaDuration() {
  return fmt::format("\"type\": [\"string\", \"integer\"], \"pattern\": {}, \"minimum\": 0, \"maximum\": 0",
                     JsonText(kDurationPattern));
}

namespace internal {

std::string FieldMembers(const Field& field, bool duration) {
  std::string description(field.help);
  if (!field.unit.empty() && field.unit != "duration") description += fmt::format(" In {}.", field.unit);
  if (field.unit.starts_with("duration,")) description = fmt::format("{} A {}.", field.help, field.unit);
  const std::string bounds = duration ? DurationBounds(field) : "";
  if (!bounds.empty()) description += fmt::format(" A duration {}.", bounds);
  if (!field.example.empty()) description += fmt::format(" Such as: {}", field.example);
  std::string members = fmt::format("\"description\": {}", JsonText(description));
  if (!duration) members += NumberBounds(field);
  if (!field.pattern.empty())
    members += fmt::format(", \"pattern\": {}", JsonText(fmt::format("^({})$", field.pattern)));
  return members;
}

std::string DefaultMember(const std::string& preset, bool as_text) {
  if (preset.empty()) return "";
  return fmt::format(", \"default\": {}", as_text ? JsonText(preset) : preset);
}

}  // namespace internal

void FieldSchema::Add(const Field& field, const std::string& members) {
  properties_ += fmt::format("{}{}: {{{}}}", properties_.empty() ? "" : ", ", JsonText(field.name), members);
  if (field.required) required_ += (required_.empty() ? "" : ", ") + JsonText(field.name);
}

std::string FieldSchema::Members() const {
  std::string members =
      fmt::format("\"type\": \"object\", \"properties\": {{{}}}, \"additionalProperties\": false", properties_);
  if (!required_.empty()) members += fmt::format(", \"required\": [{}]", required_);
  return members;
}

}  // namespace loadline
