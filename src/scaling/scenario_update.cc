#include <algorithm>

#include "scaling/scenario.h"
#include "scaling/scenario_line.h"

namespace loadline {
namespace {

// "at 10m   want 2   because x   # note" with another right-hand side. What stood in its columns stays there where it
// can.
std::string Rewritten(std::string_view line, const ScenarioCheck& check, const ScenarioAnswer& answer) {
  const std::size_t comment = CommentOf(line, false);
  const std::string_view said = line.substr(0, comment);
  const std::string_view note = Trimmed(line.substr(comment));
  const std::size_t want = said.find(" want ");
  const std::size_t end = said.find_last_not_of(kScenarioBlanks) + 1;
  std::string text(said.substr(0, want == std::string_view::npos ? end : want + 1));
  if (want == std::string_view::npos) text += "   ";
  text += "want " + answer.got;
  const bool is_new = check.want.empty();
  if (is_new || !check.because.empty()) {
    const std::size_t because = said.find(" because ");
    const bool stays = !is_new && answer.because.find(check.because) != std::string::npos;
    text.resize(std::max(text.size() + 1, because == std::string_view::npos ? text.size() + 3 : because + 1), ' ');
    text += "because " + (stays ? check.because : answer.because);
  }
  if (!note.empty()) text.append("   ").append(note);
  return text;
}

}  // namespace

std::string UpdateScenario(std::string_view text, const Scenario& scenario, const ScenarioRun& run) {
  std::string updated;
  std::size_t check = 0;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const bool is_check = check < scenario.checks.size() && scenario.checks[check].line == number;
    if (is_check && !run.answers[check].as_wanted) {
      updated += Rewritten(line, scenario.checks[check], run.answers[check]);
    } else {
      updated += line;
    }
    if (is_check) ++check;
    if (end < text.size()) updated += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return updated;
}

}  // namespace loadline
