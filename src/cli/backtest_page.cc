#include "cli/backtest_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "forecast/pinball.h"
#include "replay/svg.h"

namespace loadline {
namespace {

constexpr Duration kDay{24 * 3'600'000};
constexpr double kWidth = 960, kHeight = 360, kLeft = 70, kRight = 10, kTop = 10, kBottom = 30;

constexpr std::string_view kStyle =
    "body{font:15px/1.4 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;"
    "background:#fff}table{border-collapse:collapse}th,td{text-align:right;padding:.15rem .8rem .15rem 0}"
    "th:first-child,td:first-child{text-align:left}svg{width:100%;height:auto}svg text{font-size:12px;fill:#57606a}"
    ".grid{stroke:#d0d7de;stroke-width:1}.band{fill:#54aeff;opacity:.25}.middle{fill:none;stroke:#0969da;"
    "stroke-width:1.5}.actual{fill:none;stroke:#1b1f24;stroke-width:1.2}.key{display:inline-block;width:1.2rem;"
    "height:.6rem;margin:0 .3rem 0 1rem}@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}"
    ".actual{stroke:#e6edf3}.grid{stroke:#30363d}svg text{fill:#9198a1}}";

Timestamp TimeOf(const BacktestPoint& point, Timestamp first, Duration step) { return first + step * point.index; }

class Plot {
 public:
  Plot(const BacktestDay& day, std::span<const double> history, Timestamp first, const BacktestOptions& options)
      : day_(day), history_(history), first_(first), options_(options) {
    // A band that is drawn from 0 shows how much an error is of the whole, wherever that leaves anything to be seen.
    least_ = 1e300;
    most_ = -1e300;
    const auto see = [&](double value) {
      if (!std::isfinite(value)) return;
      least_ = std::min(least_, value);
      most_ = std::max(most_, value);
    };
    for (const BacktestPoint& point : day.points) {
      see(point.lower);
      see(point.upper);
      see(Actual(point));
    }
    if (least_ > 0 && least_ < 0.7 * most_) least_ = 0;
    if (!(most_ > least_)) most_ = least_ + 1;
  }

  std::string Svg() const {
    std::string svg = fmt::format(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"What came, and what was forecast\">\n", kWidth, kHeight);
    svg += Grid();
    std::string band, middle, actual;
    const BacktestPoint* before = nullptr;
    std::vector<const BacktestPoint*> piece;
    bool drawing = false;
    for (const BacktestPoint& point : day_.points) {
      // Where origins are further apart than the horizon, nothing was forecast in between.
      if (before != nullptr && point.index != before->index + 1) {
        band += Band(piece);
        piece.clear();
      }
      middle += fmt::format("{}{:.1f} {:.1f}", piece.empty() ? 'M' : 'L', X(point), Y(point.middle));
      piece.push_back(&point);
      const double value = Actual(point);
      if (std::isfinite(value)) {
        const bool joined = drawing && point.index == before->index + 1;
        actual += fmt::format("{}{:.1f} {:.1f}", joined ? 'L' : 'M', X(point), Y(value));
      }
      drawing = std::isfinite(value);
      before = &point;
    }
    band += Band(piece);
    svg += fmt::format("<path class=\"band\" d=\"{}\"/>\n<path class=\"middle\" d=\"{}\"/>\n", band, middle);
    svg += fmt::format("<path class=\"actual\" d=\"{}\"/>\n</svg>\n", actual);
    return svg;
  }

 private:
  double Actual(const BacktestPoint& point) const { return history_[static_cast<std::size_t>(point.index)]; }
  double X(const BacktestPoint& point) const { return X(TimeOf(point, first_, options_.step) - day_.begin); }
  static double X(Duration of_day) { return kLeft + (kWidth - kLeft - kRight) * ToSeconds(of_day) / ToSeconds(kDay); }
  double Y(double value) const { return kTop + (kHeight - kTop - kBottom) * (most_ - value) / (most_ - least_); }

  std::string Grid() const {
    std::string grid;
    const double step = NiceStep(most_ - least_);
    for (double value = std::ceil(least_ / step) * step; value <= most_; value += step) {
      grid += fmt::format("<path class=\"grid\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", kLeft, Y(value), kWidth - kRight);
      // A multiple of the step, which the sum only nearly is.
      grid += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 6, Y(value) + 4,
                          FormatNumber(std::round(value / step) * step));
    }
    for (int hour = 0; hour <= 24; hour += 3) {
      grid += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{:02}:00</text>\n",
                          X(std::chrono::hours(hour)) - (hour == 24 ? 10 : 0), kHeight - 8, hour);
    }
    return grid;
  }

  std::string Band(const std::vector<const BacktestPoint*>& piece) const {
    std::string band;
    for (const BacktestPoint* point : piece)
      band += fmt::format("{}{:.1f} {:.1f}", band.empty() ? 'M' : 'L', X(*point), Y(point->upper));
    for (auto point = piece.rbegin(); point != piece.rend(); ++point)
      band += fmt::format("L{:.1f} {:.1f}", X(**point), Y((*point)->lower));
    return band.empty() ? band : band + "Z";
  }

  const BacktestDay& day_;
  std::span<const double> history_;
  Timestamp first_;
  const BacktestOptions& options_;
  double least_;
  double most_;
};

}  // namespace

BacktestDay WorstDay(const Backtest& backtest, std::span<const double> history, Timestamp first,
                     const BacktestOptions& options) {
  std::map<Timestamp, BacktestDay> days;
  int fullest = 0;
  for (const BacktestPoint& point : backtest.points) {
    const Timestamp begin = AlignDown(TimeOf(point, first, options.step), kDay);
    BacktestDay& day = days[begin];
    day.begin = begin;
    day.points.push_back(point);
    const double value = history[static_cast<std::size_t>(point.index)];
    if (!std::isfinite(value)) continue;
    day.pinball += PinballLoss(value, point.upper, options.quantile);
    fullest = std::max(fullest, ++day.values);
  }
  BacktestDay worst;
  for (auto& [_, day] : days) {
    if (day.values == 0 || 2 * day.values < fullest) continue;
    day.pinball /= day.values;
    if (worst.values == 0 || day.pinball > worst.pinball) worst = day;
  }
  return worst;
}

std::string FormatBacktestPage(const BacktestPage& page, const BacktestDay& day, std::span<const double> history,
                               Timestamp first, const BacktestOptions& options) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"/><title>Backtest of {0}</title>"
      "<style>{1}</style></head>\n<body>\n<h1>Backtest</h1>\n<p><code>{0}</code></p>\n<p>{2}</p>\n",
      EscapeXml(page.title), kStyle, EscapeXml(page.summary));
  html += HtmlTable(page.table);
  html += fmt::format(
      "<h2>The worst day: {} (UTC)</h2>\n<p>Mean loss {}.<span class=\"key\" style=\"background:currentColor\"></span>"
      "what came<span class=\"key\" style=\"background:#0969da\"></span>median<span class=\"key\" "
      "style=\"background:#54aeff;opacity:.4\"></span>quantiles {} to {}</p>\n",
      FormatTimestamp(day.begin).substr(0, 10), FormatNumber(day.pinball), FormatNumber(1 - options.quantile),
      FormatNumber(options.quantile));
  html += Plot(day, history, first, options).Svg();
  return html + "</body>\n</html>\n";
}

}  // namespace loadline
