#include "cli/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/load_options.h"
#include "cli/serve_fields.h"
#include "document/field_list.h"
#include "scaling/policy_schema.h"

namespace loadline {
namespace {

constexpr std::size_t kWidth = 118;

// Comment lines of at most kWidth columns.
std::string Comment(const std::string& indent, std::string_view text) {
  std::string lines;
  std::string line;
  auto flush = [&] {
    if (!line.empty()) lines += fmt::format("{}# {}\n", indent, line);
    line.clear();
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (!line.empty() && indent.size() + line.size() + word.size() + 3 > kWidth) flush();
    line += (line.empty() ? "" : " ") + std::string(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  flush();
  return lines;
}

std::string YamlValue(const ListedField& each) {
  if (each.type == "text" && each.preset.find('"') != std::string::npos) return fmt::format("'{}'", each.preset);
  if (each.type.starts_with("list of ") && each.preset.empty()) return "[]";
  if (each.type == "text") return each.preset.empty() ? "\"\"" : fmt::format("\"{}\"", each.preset);
  if (each.type.starts_with("name: ")) return "{}";
  return each.preset;
}

}  // namespace

std::string OptionsAsYaml() {
  std::string text =
      "# Every option of `loadline serve`, with its default. Made by `loadline reference config`.\n"
      "# A LOADLINE_ variable overrides this file, and a flag overrides both: docs/configuration.md names them.\n";
  for (const ListedField& each : ListFields<ServeOptions>()) {
    // Sources have no default: one stands here as an example.
    std::string path = each.path;
    const bool of_source = path.starts_with("sources.NAME.");
    const auto depth = static_cast<std::size_t>(std::count(path.begin(), path.end(), '.'));
    // Nor have webhooks: one stands here as a comment, or messages would be sent to it.
    const bool of_webhook = path.starts_with("webhooks.NAME.");
    const std::string indent = (of_webhook ? "#" : "") + std::string(depth * 2, ' ');
    const std::string name = path.substr(path.rfind('.') + 1);
    if (depth == 0) text += "\n";
    const std::string unit = each.field.unit.empty() ? "" : fmt::format(" [{}]", each.field.unit);
    text += Comment(indent, fmt::format("{}{}", each.field.help, unit));
    if (each.section) {
      text += fmt::format("{}{}:{}\n", indent, name, path == "webhooks" ? " {}" : "");
      if (path == "sources") text += "  default:\n";
      if (path == "webhooks") text += "#  chat:\n";
      continue;
    }
    if ((of_source || of_webhook) && name == "url") {
      text += fmt::format("{}{}: {}\n", indent, name, each.field.example);
      continue;
    }
    text += fmt::format("{}{}: {}\n", indent, name, YamlValue(each));
  }
  return text;
}

std::string OptionsAsMarkdown() {
  std::string text =
      "# Configuration of `loadline serve`\n\n"
      "Made by `loadline reference options`. `config/loadline.yaml` shows the same as a file to copy.\n\n"
      "A file (`--config FILE`) is overridden by variables, and both by flags. The flag of an option is its path:\n"
      "`--grpc.listen 0.0.0.0:50051`; of a source, with its name: `--set sources.default.url=http://prometheus:9090`.\n"
      "Of flags that set the same, by either way, the last counts.\n"
      "In a variable a source's name stands in capitals, with `_` for `-`. Lists and maps are written as in YAML:\n"
      "`LOADLINE_GRPC_TLS_ALLOWED_CLIENT_NAMES='[keda-operator.keda.svc]'`. An unknown option or variable is an "
      "error.\n\n"
      "| option | variable | what | unit | default |\n|---|---|---|---|---|\n";
  for (const ListedField& each : ListFields<ServeOptions>()) {
    if (each.section) continue;
    const std::string preset = each.preset.empty() ? "" : fmt::format("`{}`", each.preset);
    text += fmt::format("| `{}` | `{}` | {} ({}) | {} | {} |\n", each.path, VariableName(each.path), each.field.help,
                        each.type, each.field.unit, preset);
  }
  return text;
}

std::string DocumentsAsSchema() { return nlohmann::ordered_json::parse(DocumentSchema()).dump(2) + "\n"; }

}  // namespace loadline
