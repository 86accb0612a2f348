#include "scaling/objective_report.h"

#include <fmt/format.h>

#include "base/text.h"

namespace loadline {
namespace {

std::string Percents(double share) { return FormatNumber(100 * share) + " %"; }

}  // namespace

std::vector<RiskOutcome> NearOutcomes(const ObjectiveReport& report) {
  std::vector<RiskOutcome> near;
  for (const RiskOutcome& each : report.outcomes) {
    if (each.risk <= report.chosen.risk * 2.5 && each.risk >= report.chosen.risk / 2.5) near.push_back(each);
  }
  return near;
}

std::string DescribeReport(const ObjectiveReport& report) {
  std::string text = fmt::format("asked for {}; ", Percents(report.asked));
  if (!report.has_model) return text + report.problem + "\n";
  text += fmt::format("risk {}", Percents(report.chosen.risk));
  if (!report.problem.empty()) return text + ": " + report.problem + "\n";
  text += fmt::format(": {} expected, with {} replicas in the mean\n", Percents(report.chosen.missed),
                      FormatNumber(report.chosen.replicas));
  for (const RiskOutcome& each : NearOutcomes(report)) {
    text += fmt::format("  risk {} had {} in the last week, with {} replicas in the mean\n", Percents(each.risk),
                        Percents(each.missed), FormatNumber(each.replicas));
  }
  return text;
}

std::string ReportSentence(const ObjectiveReport& report) {
  if (!report.has_model) return report.problem;
  std::string text = fmt::format("asked for {}, risk {}", Percents(report.asked), Percents(report.chosen.risk));
  if (!report.problem.empty()) return text + ": " + report.problem;
  return text + fmt::format(", {} expected", Percents(report.chosen.missed));
}

}  // namespace loadline
