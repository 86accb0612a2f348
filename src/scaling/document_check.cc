#include "scaling/document_check.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace loadline {

LoadlineDocument DocumentCheck::Check(const std::string& file, const DocumentText& document) {
  LoadlineDocument parsed = ParseLoadlineDocument(document, regexes_);
  Note({file, document.first_line}, parsed);
  return parsed;
}

LoadlineDocument DocumentCheck::CheckICalendar(const std::string& file, const std::string& name,
                                               const std::string& text) {
  LoadlineDocument parsed = ParseICalendarFile(name, text);
  Note({file, 1}, parsed);
  return parsed;
}

void DocumentCheck::Note(const Place& place, const LoadlineDocument& document) {
  if (document.whose != LoadlineDocument::Whose::kLoadlines) return;
  Add(place.file, document.problems);
  if (document.content) Take(place, *document.content);
  if (!document.name.empty()) CheckName(place, document.Id());
}

void DocumentCheck::Finish(bool whole) {
  std::vector<std::shared_ptr<const Policy>> policies;
  for (const auto& [place, policy] : policies_) {
    policies.push_back(policy);
    if (whole) Add(place.file, WarnOfUnknown(*policy, beside_, {place.line, 1}));
  }
  for (const auto& [place, each] : overrides_) {
    if (auto warning = WarnOfHold(*each, policies, {place.line, 1})) Add(place.file, {*std::move(warning)});
  }
}

void DocumentCheck::Take(const Place& place, const DocumentContent& content) {
  struct {
    DocumentCheck& all;
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
void DocumentCheck::CheckName(const Place& place, const std::string& id) {
  const auto [other, is_new] = names_.emplace(id, place);
  if (is_new) return;
  Add(place.file, {{{place.line, 1},
                    "metadata.name",
                    "two documents of a kind may not have one name",
                    fmt::format("{} also at {}:{}", id, other->second.file, other->second.line),
                    "rename one of them",
                    Severity::kError}});
}

void DocumentCheck::Add(const std::string& file, Problems problems) {
  for (const Problem& problem : problems) report_.errors += problem.severity == Severity::kError ? 1 : 0;
  LimitProblems(problems);
  for (Problem& problem : problems) report_.findings.push_back({file, std::move(problem)});
}

}  // namespace loadline
