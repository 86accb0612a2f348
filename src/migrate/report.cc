#include "migrate/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "document/yaml_text.h"
#include "migrate/draft.h"

namespace loadline {
namespace {

struct FateWords {
  Fate fate;
  std::string_view word;
  std::string_view heading;
};
// What somebody has to look at comes last, where it is read.
constexpr std::array kFates = {
    FateWords{Fate::kCarried, "carried", "in the policy"},
    FateWords{Fate::kKept, "kept", "stays where it was"},
    FateWords{Fate::kChanged, "changed", "carried over, and not quite the same"},
    FateWords{Fate::kNotCarried, "notCarried", "not carried over"},
    FateWords{Fate::kToDo, "toDo", "to do"},
};

std::string_view WordOf(Fate fate) {
  for (const FateWords& each : kFates) {
    if (each.fate == fate) return each.word;
  }
  return "";
}

std::string Indented(std::string_view text, std::string_view by) {
  std::string indented;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    indented += std::string(by) + std::string(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return indented;
}

// On one line, for YAML's comments and terminals alike: what others wrote must end neither.
std::string Clean(std::string_view text) {
  constexpr std::size_t kLongest = 2000;
  std::string clean = OneLine(text, kLongest);
  for (const std::string_view each : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    for (std::size_t at = clean.find(each); at != std::string::npos; at = clean.find(each))
      clean.replace(at, each.size(), " ");
  }
  return clean;
}

std::string Verdict(const Migration& migration, const Proof& proof) {
  if (migration.documents.empty()) return "nothing was migrated\n";
  std::string text;
  for (const Problem& problem : proof.problems) text += Clean(FormatProblem("policy", problem)) + "\n";
  for (const std::string& each : proof.different) text += Clean("not as before: " + each) + "\n";
  if (!proof.holds()) return text + "this migration does not hold: mend the policy before you use it\n";
  if (proof.answers == 0) return text + "the policy is good; no answer was compared\n";
  text += fmt::format("checked: the policy is good, {} of {} answers are as before", proof.answers,
                      proof.answers + proof.left_out);
  return text + (proof.left_out > 0 ? "; why the others are not is said above\n" : "\n");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> FilesOf(const Migration& migration) {
  std::vector<std::pair<std::string, std::string>> files;
  if (migration.documents.empty()) return files;
  files.emplace_back("policy.yaml", DocumentsText(migration));
  if (migration.scaled_object) {
    std::string kind = migration.scaled_object->Find("kind")->text;
    std::transform(kind.begin(), kind.end(), kind.begin(), [](unsigned char c) { return std::tolower(c); });
    files.emplace_back(kind + ".yaml", WriteYaml(*migration.scaled_object));
  }
  // One that answers nothing has no answers to compare.
  if (migration.beside) return files;
  for (const Story& story : migration.stories)
    files.emplace_back(story.name + ".scenario", ScenarioText(migration, story, "policy.yaml"));
  return files;
}

std::string ReportText(const Migration& migration, const Proof& proof) {
  std::string text = Clean(migration.from) + "\n";
  for (const auto& [fate, word, heading] : kFates) {
    std::string lines;
    for (const Note& note : migration.notes) {
      if (note.fate == fate) lines += fmt::format("    {}: {}\n", Clean(note.field), Clean(note.text));
    }
    if (!lines.empty()) text += fmt::format("  {}\n{}", heading, lines);
  }
  if (!migration.sources.empty() && !migration.documents.empty())
    text += "  serve needs\n" + Indented(SourceOptions(migration), "    ");
  return text + Indented(Verdict(migration, proof), "  ");
}

nlohmann::ordered_json ReportJson(const Migration& migration, const Proof& proof) {
  nlohmann::ordered_json json = {{"from", migration.from},
                                 {"namespace", migration.object_namespace},
                                 {"name", migration.name},
                                 {"migrated", !migration.documents.empty()},
                                 {"notes", nlohmann::ordered_json::array()},
                                 {"sources", migration.sources},
                                 {"checked", {{"answers", proof.answers}, {"different", proof.different}}}};
  for (const Note& note : migration.notes)
    json["notes"].push_back({{"fate", WordOf(note.fate)}, {"field", note.field}, {"text", note.text}});
  json["problems"] = nlohmann::ordered_json::array();
  for (const Problem& problem : proof.problems) json["problems"].push_back(FormatProblem("policy", problem));
  json["files"] = nlohmann::ordered_json::object();
  for (const auto& [file, text] : FilesOf(migration)) json["files"][file] = text;
  return json;
}

}  // namespace loadline
