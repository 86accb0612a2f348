#include "controller/number_track.h"

#include <utility>

#include "scaling/learn.h"

namespace loadline {
namespace {

constexpr Duration kRetry = std::chrono::minutes(1);

}  // namespace

NumberTrack::NumberTrack(PlannedNumber plan, NumberTimes times, Duration lead,
                         std::vector<std::shared_ptr<QueryHistory>> histories)
    : PlannedTrack(std::move(plan), times, std::move(histories), lead) {}

void NumberTrack::Fail(Timestamp fitted, Timestamp now, std::string problem) {
  auto failed = std::make_shared<LearnedNumber>();
  failed->fitted = fitted;
  failed->needed = NeededFor(plan().kind);
  failed->problem = std::move(problem);
  refits().Fail(std::move(failed), now, kRetry);
}

Refitted NumberTrack::Fit(Timestamp fitted, const ForecastOptions&) {
  std::vector<std::vector<double>> known;
  for (const auto& history : histories()) {
    known.push_back(history->UpTo(fitted, static_cast<std::size_t>(times().history)));
    if (known.back().empty()) return Refitted::kForgotten;
  }
  refits().Publish(fitted, std::make_shared<const LearnedNumber>(Learn(known, fitted, plan(), times().step)));
  return Refitted::kMade;
}

}  // namespace loadline
