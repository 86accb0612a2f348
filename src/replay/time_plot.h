// A plot over time, as SVG: areas, lines and bands of regular series. No script, and no font but the page's.
#ifndef LOADLINE_REPLAY_TIME_PLOT_H_
#define LOADLINE_REPLAY_TIME_PLOT_H_

#include <span>
#include <string>
#include <vector>

#include "base/time.h"

namespace loadline {

struct PlotSeries {
  enum class As { kArea, kLine, kSteps };
  std::string css_class;  // how it looks
  As as = As::kLine;
  std::span<const float> values;  // one for each interval from `first` on; NaN where not known: a gap
  Timestamp first;
  Duration interval{15000};
};

struct TimePlot {
  std::string label;  // for who cannot see it
  Timestamp begin;
  Timestamp end;
  double height = 200;
  double most = 0;                 // the highest value that is to have room, such as that of a plot beside it
  std::vector<PlotSeries> series;  // the first is drawn first
  // Marked above the axis, where the first is above the second, or above 0 where there is no second. Times are those of
  // the first of `series`.
  std::span<const float> over;
  std::span<const float> under;
};

// More values than pixels become the least and the highest of each pixel: a peak of one tick is to be seen.
std::string FormatTimePlot(const TimePlot& plot);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_TIME_PLOT_H_
