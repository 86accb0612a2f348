#include "replay/time_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "replay/svg.h"

namespace loadline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr double kWidth = 960, kLeft = 52, kRight = 8, kTop = 8, kBottom = 26;
constexpr double kMark = 5;  // height of the marks above the axis
constexpr std::size_t kColumns = 900;
constexpr std::array<Duration, 13> kTimeSteps = {minutes(1), minutes(5), minutes(10), minutes(15), minutes(30),
                                                 hours(1),   hours(2),   hours(3),    hours(6),    hours(12),
                                                 hours(24),  hours(48),  hours(168)};
constexpr std::array<const char*, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// 40000 -> "40k"
std::string Short(double value) {
  if (value >= 1e7) return FormatNumber(value / 1e6) + "M";
  return value >= 1e4 ? FormatNumber(value / 1e3) + "k" : FormatNumber(value);
}

// What is seen of several values.
struct Column {
  Timestamp time;
  float least;
  float most;
};

class Drawing {
 public:
  explicit Drawing(const TimePlot& plot) : plot_(plot), most_(plot.most) {
    for (const PlotSeries& each : plot.series) {
      ForEach(each, [&](Timestamp, float value) { most_ = std::max(most_, static_cast<double>(value)); });
    }
    if (most_ <= 0) most_ = 1;
    most_ *= 1.04;
  }

  std::string Svg() const {
    std::string svg =
        fmt::format("<div class=\"plot\"><svg viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"{}\">\n", kWidth,
                    plot_.height, EscapeXml(plot_.label));
    svg += Grid() + Times();
    for (const PlotSeries& each : plot_.series)
      svg += fmt::format("<path class=\"{}\" d=\"{}\"/>\n", each.css_class, PathOf(each));
    return svg + Marks() + "</svg></div>\n";
  }

 private:
  template <class See>
  void ForEach(const PlotSeries& series, const See& see) const {
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      const Timestamp time = series.first + series.interval * static_cast<Duration::rep>(i);
      if (time + series.interval <= plot_.begin || time >= plot_.end) continue;
      if (std::isfinite(series.values[i])) see(std::max(time, plot_.begin), series.values[i]);
    }
  }

  double X(Timestamp time) const {
    return kLeft + (kWidth - kLeft - kRight) * ToSeconds(time - plot_.begin) / ToSeconds(plot_.end - plot_.begin);
  }
  double Bottom() const { return plot_.height - kBottom; }
  double Y(double value) const { return kTop + (Bottom() - kTop) * (1 - value / most_); }

  std::string Grid() const {
    std::string grid;
    const double step = NiceStep(most_);
    for (int i = 0; i * step <= most_; ++i) {
      grid += fmt::format("<path class=\"grid\" d=\"M{:.0f} {:.1f}H{:.0f}\"/>", kLeft, Y(i * step), kWidth - kRight);
      grid += fmt::format("<text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 6, Y(i * step) + 4,
                          Short(i * step));
    }
    return grid;
  }

  std::string Times() const {
    std::string times;
    const Duration range = plot_.end - plot_.begin;
    Duration step = kTimeSteps.back();
    for (auto each = kTimeSteps.rbegin(); each != kTimeSteps.rend(); ++each) {
      if (range / *each <= 8) step = *each;
    }
    for (Timestamp time = AlignDown(plot_.begin + step - Duration(1), step); time < plot_.end; time += step) {
      const double x = X(time);
      times += fmt::format("<path class=\"grid\" d=\"M{0:.1f} {1:.0f}V{2:.1f}\"/>", x, kTop, Bottom());
      if (x > kWidth - 30) continue;  // its label would be cut
      times += fmt::format("<text x=\"{:.1f}\" y=\"{:.0f}\" text-anchor=\"middle\">{}</text>\n", x, plot_.height - 8,
                           Label(time, step));
    }
    return times;
  }

  static std::string Label(Timestamp time, Duration step) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::string text = FormatTimestamp(time);
    if (time != day) return text.substr(11, 5);
    const std::chrono::weekday weekday{day};
    const std::chrono::year_month_day date(day);
    return fmt::format("{} {}{}", kWeekdays[weekday.c_encoding()], static_cast<unsigned>(date.day()),
                       step < hours(24) ? "" : std::string(" ") + kMonths[static_cast<unsigned>(date.month()) - 1]);
  }

  // Runs of what is known, thinned to what can be seen.
  std::vector<std::vector<Column>> Runs(const PlotSeries& series) const {
    std::vector<std::vector<Column>> runs;
    const Duration width = std::max<Duration>((plot_.end - plot_.begin) / static_cast<int>(kColumns), series.interval);
    Timestamp after;  // the end of the run's last value
    ForEach(series, [&](Timestamp time, float value) {
      if (runs.empty() || time - after > std::max(series.interval, width)) runs.emplace_back();
      after = time + series.interval;
      std::vector<Column>& run = runs.back();
      if (run.empty() || time - run.back().time >= width) {
        run.push_back({time, value, value});
      } else {
        run.back().least = std::min(run.back().least, value);
        run.back().most = std::max(run.back().most, value);
      }
    });
    return runs;
  }

  std::string PathOf(const PlotSeries& series) const {
    std::string path;
    for (const std::vector<Column>& run : Runs(series)) {
      const bool area = series.as == PlotSeries::As::kArea;
      const bool steps = series.as == PlotSeries::As::kSteps;
      path += area ? fmt::format("M{:.1f} {:.1f}", X(run.front().time), Bottom()) : "";
      float before = run.front().most;
      for (const Column& column : run) {
        const bool first = &column == &run.front();
        const double x = X(column.time);
        if (steps && !first && column.least == before && column.most == before) continue;
        if (steps && !first) path += fmt::format("H{:.1f}", x);
        path += fmt::format("{}{:.1f} {:.1f}", first && !area ? 'M' : 'L', x, Y(column.most));
        if (!area && column.least != column.most) path += fmt::format("V{:.1f}", Y(column.least));
        before = column.least;
      }
      const double end = std::min(X(run.back().time + series.interval), kWidth - kRight);
      path += fmt::format("H{:.1f}", end);
      if (area) path += fmt::format("V{:.1f}Z", Bottom());
    }
    return path;
  }

  // Short marks would be thinner than a pixel: each is at least two wide.
  std::string Marks() const {
    if (plot_.over.empty() || plot_.series.empty()) return "";
    std::string path;
    const PlotSeries& times = plot_.series.front();
    double drawn = 0;
    for (std::size_t i = 0; i < plot_.over.size(); ++i) {
      const float under = i < plot_.under.size() ? plot_.under[i] : 0;
      const Timestamp time = times.first + times.interval * static_cast<Duration::rep>(i);
      if (time < plot_.begin || time >= plot_.end || !(plot_.over[i] > under + 1e-4f)) continue;
      const double begin = std::max(X(time), drawn), end = std::max(X(time + times.interval), X(time) + 2);
      if (end <= begin) continue;
      path += fmt::format("M{:.1f} {:.1f}H{:.1f}V{:.1f}H{:.1f}Z", begin, Bottom(), end, Bottom() - kMark, begin);
      drawn = end;
    }
    return path.empty() ? "" : fmt::format("<path class=\"short\" d=\"{}\"/>\n", path);
  }

  const TimePlot& plot_;
  double most_;
};

}  // namespace

std::string FormatTimePlot(const TimePlot& plot) { return Drawing(plot).Svg(); }

}  // namespace loadline
