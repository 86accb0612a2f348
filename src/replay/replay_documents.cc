#include "replay/replay_documents.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "scaling/documents.h"
#include "scaling/policy_yaml.h"
#include "sources/policy_files.h"
#include "system/files.h"

namespace loadline {
namespace {

tl::unexpected<Error> Bad(std::string message) { return Fail(Code::kInvalidArgument, std::move(message)); }

}  // namespace

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
    if (!document.content) return Bad(problems);
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
    return Bad(fmt::format("{}: has {} policies: say which, as {}#{}", file, names.size(), file, names.front()));
  if (!found) return Bad(fmt::format("{}: has no policy{}", file, wanted.empty() ? "" : " " + wanted));
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
    if (!document.content) return Bad(FormatProblem(file, document.problems.front()));
    if (const auto* calendar = std::get_if<std::shared_ptr<const Calendar>>(&*document.content))
      calendars.push_back(*calendar);
  }
  return {};
}

}  // namespace loadline
