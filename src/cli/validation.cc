#include "cli/validation.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <iterator>
#include <system_error>
#include <utility>
#include <variant>

#include "sources/policy_files.h"
#include "system/files.h"

namespace loadline {

void Validation::Read(const std::string& path) {
  if (path == "-") return CheckNamed("-", std::string(std::istreambuf_iterator<char>(std::cin), {}));
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return ReadFolder(path);
  const Result<std::string> text = ReadFile(path, kLargestPolicyFile);
  if (!text) return report_.unreadable.push_back(text.error().message);
  CheckNamed(path, *text);
}

void Validation::ReadFolder(const std::string& path) {
  any_folder_ = true;
  const auto files = ListPolicyFiles(path);
  if (!files) return report_.unreadable.push_back(files.error().message);
  if (files->empty())
    return report_.unreadable.push_back(fmt::format("{}: there is no *.yaml, *.yml or *.ics in this folder", path));
  bool any_ours = false;
  for (const auto& file : *files) {
    const Result<std::string> text = ReadFile(file, kLargestPolicyFile);
    if (!text) report_.unreadable.push_back(text.error().message);
    // For all that is known what cannot be read is Loadline's.
    any_ours = !text || Check(file.string(), *text).any_ours || any_ours;
  }
  if (!any_ours) report_.unreadable.push_back(fmt::format("{}: no document in this folder is Loadline's", path));
}

void Validation::Finish() {
  std::vector<std::shared_ptr<const Policy>> policies;
  for (const auto& [place, policy] : policies_) {
    policies.push_back(policy);
    if (any_folder_) Add(place.file, WarnOfUnknown(*policy, beside_, {place.line, 1}));
  }
  for (const auto& [place, each] : overrides_) {
    if (auto warning = WarnOfHold(*each, policies, {place.line, 1})) Add(place.file, {*std::move(warning)});
  }
}

// Whoever names what holds nothing of Loadline's means something else: that shall not pass for good.
void Validation::CheckNamed(const std::string& file, const std::string& text) {
  Checked checked = Check(file, text);
  if (checked.any_ours) return;
  report_.skipped -= checked.skipped;
  Add(file, std::move(checked.foreign));
}

Validation::Checked Validation::Check(const std::string& file, const std::string& text) {
  Checked checked;
  ++report_.files;
  const std::string calendar = CalendarNameOf(file);
  const std::vector<DocumentText> documents =
      calendar.empty() ? SplitDocuments(text) : std::vector{DocumentText{text, 1}};
  if (documents.empty()) {
    Add(file, {NoDocument()});
    checked.any_ours = true;  // it may have been
  }
  for (const DocumentText& document : documents) {
    const LoadlineDocument parsed =
        calendar.empty() ? ParseLoadlineDocument(document, regexes_) : ParseICalendarFile(calendar, text);
    if (parsed.whose != LoadlineDocument::Whose::kLoadlines) {
      ++report_.skipped;
      ++checked.skipped;
      checked.foreign.insert(checked.foreign.end(), parsed.problems.begin(), parsed.problems.end());
      continue;
    }
    checked.any_ours = true;
    Add(file, parsed.problems);
    const Place place{file, document.first_line};
    if (parsed.content) Take(place, *parsed.content);
    if (!parsed.name.empty()) CheckName(place, parsed.Id());
  }
  return checked;
}

void Validation::Take(const Place& place, const DocumentContent& content) {
  struct {
    Validation& all;
    const Place& place;
    void operator()(const std::shared_ptr<const Policy>& policy) {
      ++all.report_.policies;
      all.policies_.push_back({place, policy});
    }
    void operator()(const std::shared_ptr<const Budget>& budget) {
      ++all.report_.others;
      all.beside_.budgets.push_back(budget);
    }
    void operator()(const std::shared_ptr<const Calendar>& calendar) {
      ++all.report_.others;
      all.beside_.calendars.insert(calendar->name);
    }
    void operator()(const std::shared_ptr<const Override>& each) {
      ++all.report_.others;
      all.overrides_.push_back({place, each});
    }
  } take{*this, place};
  std::visit(take, content);
}

// Of two policies of one name neither can be in force.
void Validation::CheckName(const Place& place, const std::string& id) {
  const auto [other, is_new] = names_.emplace(id, place);
  if (is_new) return;
  Add(place.file, {{{place.line, 1},
                    "metadata.name",
                    "two documents of a kind may not have one name",
                    fmt::format("{} also at {}:{}", id, other->second.file, other->second.line),
                    "rename one of them",
                    Severity::kError}});
}

void Validation::Add(const std::string& file, Problems problems) {
  for (const Problem& problem : problems) report_.errors += problem.severity == Severity::kError ? 1 : 0;
  LimitProblems(problems);
  for (Problem& problem : problems) report_.findings.push_back({file, std::move(problem)});
}

}  // namespace loadline
