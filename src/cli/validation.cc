#include "cli/validation.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <iterator>
#include <system_error>
#include <utility>

#include "sources/policy_files.h"
#include "system/files.h"

namespace loadline {

void Validation::Read(const std::string& path) {
  if (path == "-") return CheckNamed("-", std::string(std::istreambuf_iterator<char>(std::cin), {}));
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return ReadFolder(path);
  const Result<std::string> text = ReadFile(path, kLargestPolicyFile);
  if (!text) return unreadable_.push_back(text.error().message);
  CheckNamed(path, *text);
}

void Validation::ReadFolder(const std::string& path) {
  any_folder_ = true;
  const auto files = ListPolicyFiles(path);
  if (!files) return unreadable_.push_back(files.error().message);
  if (files->empty())
    return unreadable_.push_back(fmt::format("{}: there is no *.yaml, *.yml or *.ics in this folder", path));
  bool any_ours = false;
  for (const auto& file : *files) {
    const Result<std::string> text = ReadFile(file, kLargestPolicyFile);
    if (!text) unreadable_.push_back(text.error().message);
    // For all that is known what cannot be read is Loadline's.
    any_ours = !text || Check(file.string(), *text).any_ours || any_ours;
  }
  if (!any_ours) unreadable_.push_back(fmt::format("{}: no document in this folder is Loadline's", path));
}

// Whoever names what holds nothing of Loadline's means something else: that shall not pass for good.
void Validation::CheckNamed(const std::string& file, const std::string& text) {
  Checked checked = Check(file, text);
  if (checked.any_ours) return;
  skipped_ -= checked.skipped;
  check_.Add(file, std::move(checked.foreign));
}

Validation::Checked Validation::Check(const std::string& file, const std::string& text) {
  Checked checked;
  ++files_;
  const std::string calendar = CalendarNameOf(file);
  const std::vector<DocumentText> documents =
      calendar.empty() ? SplitDocuments(text) : std::vector{DocumentText{text, 1}};
  if (documents.empty()) {
    check_.Add(file, {NoDocument()});
    checked.any_ours = true;  // it may have been
  }
  for (const DocumentText& document : documents) {
    const LoadlineDocument parsed =
        calendar.empty() ? check_.Check(file, document) : check_.CheckICalendar(file, calendar, text);
    if (parsed.whose == LoadlineDocument::Whose::kLoadlines) {
      checked.any_ours = true;
      continue;
    }
    ++skipped_;
    ++checked.skipped;
    checked.foreign.insert(checked.foreign.end(), parsed.problems.begin(), parsed.problems.end());
  }
  return checked;
}

ValidationReport Validation::Finish() {
  check_.Finish(any_folder_);
  return {check_.report(), std::move(unreadable_), files_, skipped_};
}

}  // namespace loadline
