#include "document/field_list.h"

#include <fmt/format.h>

#include "base/text.h"

namespace loadline {
namespace internal {

std::string PresetText(const std::string& value) { return value; }
std::string PresetText(double value) { return FormatNumber(value); }
std::string PresetText(int value) { return std::to_string(value); }
std::string PresetText(bool value) { return value ? "true" : "false"; }
std::string PresetText(const Duration& value) { return FormatDuration(value); }
std::string PresetText(const std::vector<std::string>& value) {
  std::string text;
  for (const std::string& each : value) text += (text.empty() ? "" : ", ") + each;
  return "[" + text + "]";
}

}  // namespace internal

namespace {

// What would end a table's cell.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

std::string CodeCell(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", Cell(text)); }

}  // namespace

std::string FieldsAsMarkdown(const std::vector<ListedField>& fields) {
  std::string text = "| field | what | type | unit | bounds | default | such as |\n|---|---|---|---|---|---|---|\n";
  for (const ListedField& each : fields) {
    const Field& field = each.field;
    const std::string preset = field.required ? "**required**" : CodeCell(each.preset);
    const std::string bounds =
        field.pattern.empty() ? BoundsText(field, each.type.starts_with("duration")) : std::string(field.pattern_help);
    text +=
        fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", each.path, Cell(field.help),
                    each.section && each.type.empty() ? "map" : Cell(each.type),
                    field.unit == "duration" ? "" : Cell(field.unit), Cell(bounds), preset, CodeCell(field.example));
  }
  return text;
}

}  // namespace loadline
