// What the board works on: something that is made anew at each refit time, from the histories of some queries.
#ifndef LOADLINE_CONTROLLER_REFIT_TRACK_H_
#define LOADLINE_CONTROLLER_REFIT_TRACK_H_

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "controller/forecast_options.h"
#include "controller/query_history.h"

namespace loadline {

// What came of a refit. kForgotten: the history was dropped after it had been fetched; it is to be fetched anew.
enum class Refitted { kMade, kNothing, kForgotten };

// Thread-safe, but for Fit, which one worker calls at a time.
class RefitTrack {
 public:
  virtual ~RefitTrack() = default;

  virtual const std::string& source() const = 0;
  // All of that source.
  virtual std::span<const std::shared_ptr<QueryHistory>> histories() const = 0;

  // The refit time that is to be worked on, if any; who works on it says so, and what came of it.
  virtual std::optional<Timestamp> Due(Timestamp tick) const = 0;
  virtual void Begin() = 0;
  virtual void Fail(Timestamp fitted, Timestamp now, std::string problem) = 0;
  // Makes it of the histories, and publishes it, or that nothing can be made of them. REQUIRES: they have been complete
  // up to `fitted`.
  virtual Refitted Fit(Timestamp fitted, const ForecastOptions& options) = 0;
};

}  // namespace loadline

#endif  // LOADLINE_CONTROLLER_REFIT_TRACK_H_
