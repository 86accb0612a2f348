#include "migrate/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "document/yaml_text.h"
#include "scaling/documents.h"
#include "scaling/scenario.h"

namespace loadline {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

std::string Join(const std::vector<Node>& documents) {
  std::string text;
  for (const Node& each : documents) text += (text.empty() ? "" : "---\n") + WriteYaml(each);
  return text;
}

// As a scenario has it: 2026-01-05T06:59:00Z.
std::string Begin(Timestamp time) {
  std::string text = FormatTimestamp(time);
  return text.substr(0, text.find('.')) + "Z";
}

std::string SeriesOf(const Story& story, std::size_t key) {
  std::string series;
  for (const StoryStep& step : story.steps) {
    const auto more = step.lasts / kMinute - 1;
    series += " " + step.values[key] + (more > 0 ? fmt::format("x{}", more) : "");
  }
  return series;
}

// The policy of the file that this is about: the first.
Proof ProveDocuments(const std::string& text) {
  Proof proof;
  for (const DocumentText& each : SplitDocuments(text)) {
    const LoadlineDocument document = ParseLoadlineDocument(each);
    proof.problems.insert(proof.problems.end(), document.problems.begin(), document.problems.end());
  }
  return proof;
}

void ProveStory(const Migration& migration, const Story& story, const std::string& documents, Proof& proof) {
  const ParsedScenario parsed = ParseScenario(ScenarioText(migration, story, "policy.yaml"));
  if (!parsed.problems.empty()) {
    proof.different.push_back(FormatProblem(story.name, parsed.problems.front()));
    return;
  }
  const std::vector<std::string> texts(parsed.scenario.files.size(), documents);
  const ScenarioRun run = RunScenario(parsed.scenario, texts);
  for (const Problem& problem : run.problems) proof.different.push_back(FormatProblem(story.name, problem));
  proof.left_out += story.left_out;
  for (std::size_t i = 0; i < run.answers.size(); ++i) {
    ++proof.answers;
    const ScenarioCheck& check = parsed.scenario.checks[i];
    if (run.answers[i].as_wanted) continue;
    proof.different.push_back(fmt::format("{} at {}: want {}, got {} because {}", story.name,
                                          FormatDuration(check.time), check.want, run.answers[i].got,
                                          run.answers[i].because));
  }
}

}  // namespace

std::string DocumentsText(const Migration& migration) {
  std::vector<Node> documents = migration.documents;
  if (migration.beside && !documents.empty()) {
    for (Entry& entry : documents.front().entries) {
      if (entry.key == "spec") SetEntry(entry.value, "mode", TextNode("yield"));
    }
  }
  return Join(documents);
}

std::string ScenarioText(const Migration& migration, const Story& story, const std::string& policy_file) {
  std::string text = fmt::format("# {}\n", story.title);
  const Node* metadata = migration.documents.front().Find("metadata");
  text += fmt::format("policy   {}{}\n", policy_file,
                      migration.documents.size() > 1 ? " " + metadata->Find("name")->text : "");
  text += fmt::format("object   {}/{}\n", migration.object_namespace, migration.object_name);
  if (story.begin) text += fmt::format("begin    {}\n", Begin(*story.begin));
  std::size_t longest = 0;
  for (const std::string& key : story.keys) longest = std::max(longest, key.size());
  for (std::size_t i = 0; i < story.keys.size(); ++i)
    text += fmt::format("load 1m  {:{}} {}\n", story.keys[i], longest, SeriesOf(story, i));
  Duration time{0};
  for (const StoryStep& step : story.steps) {
    const Duration at = time + step.lasts - kMinute;
    const double rounded = std::round(step.want * 1000) / 1000;
    text += fmt::format("at {:5} want {}{}  # {}\n", at == Duration(0) ? "0m" : FormatDuration(at),
                        FormatNumber(rounded), step.active ? "" : " inactive", OneLine(step.why, 150));
    time += step.lasts;
  }
  return text;
}

Proof Prove(const Migration& migration) {
  if (migration.documents.empty()) return {};
  const std::string documents = Join(migration.documents);
  Proof proof = ProveDocuments(DocumentsText(migration));
  if (HasErrors(proof.problems)) return proof;
  for (const Story& story : migration.stories) ProveStory(migration, story, documents, proof);
  return proof;
}

}  // namespace loadline
