#include "replay/replay_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "scaling/documents.h"
#include "scaling/policy_yaml.h"
#include "sources/policy_files.h"
#include "system/files.h"

namespace loadline {
namespace {

// What counts for a replay of it alone.
Status Fit(Policy& policy, const std::string& path, const ReplayInput& input, std::vector<std::string>& warnings) {
  ReplicaBounds& replicas = policy.replicas;
  if (input.min) replicas.min = *input.min;
  if (input.max) replicas.max = *input.max;
  if (replicas.max && replicas.min > *replicas.max)
    return Invalid(fmt::format("{}: want min, {}, not above max, {}", path, replicas.min, *replicas.max));
  if (policy.mode != Mode::kActive) {
    warnings.push_back(
        fmt::format("{}: its mode is that of a dry run; it is replayed as if it were active", policy.name));
    policy.mode = Mode::kActive;
  }
  if (policy.budget)
    warnings.push_back(fmt::format("{}: what its budget {} leaves it is not replayed", policy.name, *policy.budget));
  return {};
}

void TellApart(std::vector<LoadedPolicy>& policies) {
  for (LoadedPolicy& each : policies) {
    const auto same = std::ranges::count(policies, each.policy.name,
                                         [](const LoadedPolicy& other) { return std::string_view(other.policy.name); });
    // Two versions of one policy are told apart by their files.
    if (same > 1) each.label = std::filesystem::path(each.file).stem().string();
  }
  std::set<std::string> labels;
  for (LoadedPolicy& each : policies) {
    const std::string label = each.label;
    for (int i = 2; !labels.insert(each.label).second; ++i) each.label = fmt::format("{} ({})", label, i);
  }
}

}  // namespace

Result<std::vector<LoadedPolicy>> ReadPolicies(const ReplayInput& input, std::vector<std::string>& warnings) {
  if (input.policies.empty() && input.texts.empty()) return Invalid("want --policy FILE");
  std::vector<LoadedPolicy> policies;
  const auto take = [&](Result<LoadedPolicy> read) -> Status {
    if (!read) return Fail(read.error());
    if (Status fit = Fit(read->policy, read->file, input, warnings); !fit) return fit;
    policies.push_back(*std::move(read));
    return {};
  };
  for (const std::string& path : input.policies) {
    if (Status read = take(ReadPolicyOf(path)); !read) return Fail(read.error());
  }
  for (std::size_t i = 0; i < input.texts.size(); ++i) {
    if (Status read = take(PolicyOfText(fmt::format("policy {}", i + 1), input.texts[i], "")); !read)
      return Fail(read.error());
  }
  TellApart(policies);
  return policies;
}

Result<LoadedPolicy> ReadPolicyOf(const std::string& path) {
  const std::size_t hash = path.rfind('#');
  const std::string file = path.substr(0, hash);
  const Result<std::string> text = ReadFile(file, kLargestPolicyFile);
  if (!text) return Fail(text.error());
  Result<LoadedPolicy> policy = PolicyOfText(file, *text, hash == std::string::npos ? "" : path.substr(hash + 1));
  if (policy) policy->file = path;
  return policy;
}

Result<LoadedPolicy> PolicyOfText(const std::string& file, std::string_view text, const std::string& wanted) {
  std::vector<std::string> names;
  std::optional<LoadedPolicy> found;
  for (const DocumentText& each : SplitDocuments(text)) {
    const LoadlineDocument document = ParseLoadlineDocument(each);
    if (document.whose != LoadlineDocument::Whose::kLoadlines || document.kind != Policy::kKind) continue;
    if (!wanted.empty() && document.name != wanted) continue;
    names.push_back(document.name);
    std::string problems;
    for (const Problem& problem : document.problems) {
      if (problem.severity == Severity::kError)
        problems += (problems.empty() ? "" : "\n") + FormatProblem(file, problem);
    }
    if (!document.content) return Invalid(problems);
    const Node root = ParseDocument(each).root;
    const Node* spec = root.Find("spec");
    found = {file,
             document.name,
             spec != nullptr ? *spec : Node(),
             *std::get<std::shared_ptr<const Policy>>(*document.content),
             {},
             {}};
  }
  if (names.size() > 1)
    return Invalid(fmt::format("{}: has {} policies: say which, as {}#{}", file, names.size(), file, names.front()));
  if (!found) return Invalid(fmt::format("{}: has no policy{}", file, wanted.empty() ? "" : " " + wanted));
  return *std::move(found);
}

Status ReadCalendars(const std::string& file, std::vector<std::shared_ptr<const Calendar>>& calendars) {
  const Result<std::string> text = ReadFile(file, kLargestPolicyFile);
  if (!text) return Fail(text.error());
  std::vector<LoadlineDocument> documents;
  if (const std::string name = CalendarNameOf(file); !name.empty()) {
    documents.push_back(ParseICalendarFile(name, *text));
  } else {
    for (const DocumentText& each : SplitDocuments(*text)) documents.push_back(ParseLoadlineDocument(each));
  }
  for (const LoadlineDocument& document : documents) {
    if (document.whose != LoadlineDocument::Whose::kLoadlines) continue;
    if (!document.content) return Invalid(FormatProblem(file, document.problems.front()));
    if (const auto* calendar = std::get_if<std::shared_ptr<const Calendar>>(&*document.content))
      calendars.push_back(*calendar);
  }
  return {};
}

}  // namespace loadline
