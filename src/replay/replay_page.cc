#include "replay/replay_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "replay/svg.h"
#include "replay/time_plot.h"

namespace loadline {
namespace {

constexpr std::size_t kMostZoomed = 3;

constexpr std::string_view kStyle =
    ":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#57606a;--line:#d0d7de;--load:#b6c2cf;"
    "--wanted:#8250df;--replicas:#0969da;--ready:#1a7f37;--short:#cf222e;--panel:#f6f8fa}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--soft:#9198a1;--line:#30363d;"
    "--load:#3d4b5c;--wanted:#bc8cff;--replicas:#58a6ff;--ready:#3fb950;--short:#ff7b72;--panel:#161b22}}"
    "*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1.5rem 1rem "
    "4rem;color:var(--ink);background:var(--paper)}h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 .6rem}"
    "h2{font-size:1.25rem;margin:2.4rem 0 .6rem;padding-top:.8rem;border-top:1px solid var(--line)}"
    "h3{font-size:1rem;margin:1.4rem 0 .3rem}p{margin:.4rem "
    "0}.head{font-size:1.08rem}.soft{color:var(--soft);font-size:.92rem}"
    ".wide{overflow-x:auto;margin:.8rem 0}table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "th,td{text-align:right;padding:.3rem .9rem .3rem 0;max-width:32rem;overflow-wrap:anywhere;border-bottom:1px solid "
    "var(--line);white-space:nowrap}"
    "th:first-child,td:first-child{text-align:left}th{font-weight:600}.plot{overflow-x:auto;margin:.3rem 0 .2rem}"
    "svg{display:block;width:100%;min-width:44rem;height:auto}svg text{font-size:13px;fill:var(--soft)}"
    ".grid{stroke:var(--line);stroke-width:1;fill:none}.load{fill:var(--load);opacity:.75}"
    ".wanted{fill:none;stroke:var(--wanted);stroke-width:1.2;stroke-dasharray:4 2}"
    ".replicas{fill:none;stroke:var(--replicas);stroke-width:1.6}.ready{fill:none;stroke:var(--ready);stroke-width:1.2}"
    ".waiting{fill:var(--short);opacity:.45}.short{fill:var(--short)}"
    ".keys{color:var(--soft);font-size:.92rem;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:.4rem 0}"
    ".key{display:inline-block;width:1.3rem;height:.55rem;margin-right:.4rem;border-radius:2px}"
    "figure{margin:1rem 0 1.4rem}figcaption{font-size:.95rem}code{font-size:.9em;overflow-wrap:anywhere}"
    ".note{background:var(--panel);border-left:4px solid var(--short);padding:.5rem .8rem;margin:.6rem 0;"
    "overflow-wrap:anywhere}summary{cursor:pointer}"
    "@media(max-width:40rem){table{font-size:.85rem}th,td{padding-right:.6rem}}";

std::string Key(std::string_view color, std::string_view text, std::string_view opacity = "1") {
  return fmt::format("<span><span class=\"key\" style=\"background:var(--{});opacity:{}\"></span>{}</span>", color,
                     opacity, text);
}

// A number stays on a line with its unit.
std::string WithUnits(std::string_view text) {
  std::string escaped = EscapeXml(text);
  for (std::size_t at = escaped.find(" %"); at != std::string::npos; at = escaped.find(" %", at))
    escaped.replace(at, 2, "\u00a0%");
  return escaped;
}

class Page {
 public:
  explicit Page(const ReplayReport& report) : report_(report) {
    // Runs that stand below each other are to be compared: one scale for all.
    for (const Replayed& each : report.replayed) {
      for (const auto* values :
           {&each.result.series.needed, &each.result.series.replicas, &each.result.series.wanted}) {
        for (const float value : *values) {
          if (std::isfinite(value)) most_ = std::max(most_, static_cast<double>(value));
        }
      }
      for (const float value : each.result.series.waiting)
        most_waiting_ = std::max(most_waiting_, static_cast<double>(value));
    }
  }

  std::string Html() const {
    std::string html = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"/><meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\"/><title>Replay of {0}</title><style>{1}</style></head>\n"
        "<body>\n<p class=\"soft\">Loadline replay</p>\n<h1>{0}</h1>\n<p>{2}.</p>\n",
        EscapeXml(report_.object), kStyle, EscapeXml(RangeSentence(report_)));
    html += report_.load.empty() ? "<p>No load is known, so nothing is said to be short of capacity.</p>\n"
                                 : fmt::format("<p>Load: {}.</p>\n", EscapeXml(report_.load));
    for (const std::string& warning : report_.warnings)
      html += fmt::format("<p class=\"note\">{}</p>\n", EscapeXml(warning));
    for (const std::string& headline : Headlines(report_))
      html += fmt::format("<p class=\"head\">{}</p>\n", WithUnits(headline));
    html += "<div class=\"wide\">" + HtmlTable(ResultTable(report_)) + "</div>\n";
    html += Runs() + Days() + Worst() + Contrasts();
    return html + "</body>\n</html>\n";
  }

 private:
  const ReplayResult& Of(std::size_t index) const { return report_.replayed[index].result; }
  bool IsQueue() const { return !report_.replayed.empty() && Of(0).is_queue; }
  bool HasLoad() const { return !report_.load.empty(); }

  std::string Keys(bool near) const {
    std::string keys = "<p class=\"keys\">";
    if (HasLoad()) keys += Key("load", "replicas that the load needs", ".75");
    keys += Key("replicas", "replicas") + Key("wanted", "wanted by the policy");
    if (near) keys += Key("ready", "ready to serve");
    if (HasLoad()) keys += Key("short", IsQueue() ? "items became late" : "short of capacity");
    return keys + "</p>\n";
  }

  PlotSeries SeriesOf(std::size_t index, std::string css, PlotSeries::As as,
                      const std::vector<float> ReplaySeries::*values) const {
    const ReplayResult& result = Of(index);
    return {std::move(css), as, result.series.*values, result.begin, result.interval};
  }

  TimePlot PlotOf(std::size_t index, Timestamp begin, Timestamp end, bool near) const {
    TimePlot plot;
    plot.label = fmt::format("Replicas of {}", report_.replayed[index].label);
    plot.begin = begin;
    plot.end = end;
    plot.height = near ? 200 : 190;
    if (!near) plot.most = most_;
    plot.series.push_back(SeriesOf(index, "load", PlotSeries::As::kArea, &ReplaySeries::needed));
    if (near) plot.series.push_back(SeriesOf(index, "ready", PlotSeries::As::kSteps, &ReplaySeries::ready));
    plot.series.push_back(SeriesOf(index, "wanted", PlotSeries::As::kSteps, &ReplaySeries::wanted));
    plot.series.push_back(SeriesOf(index, "replicas", PlotSeries::As::kSteps, &ReplaySeries::replicas));
    plot.over = IsQueue() ? Of(index).series.late : Of(index).series.needed;
    if (!IsQueue()) plot.under = Of(index).series.ready;
    return plot;
  }

  std::string Waiting(std::size_t index, Timestamp begin, Timestamp end, bool near) const {
    TimePlot plot;
    plot.label = fmt::format("Items that wait, {}", report_.replayed[index].label);
    plot.begin = begin;
    plot.end = end;
    plot.height = 110;
    if (!near) plot.most = most_waiting_;
    plot.series.push_back(SeriesOf(index, "waiting", PlotSeries::As::kArea, &ReplaySeries::waiting));
    return "<p class=\"soft\">Items that wait</p>\n" + FormatTimePlot(plot);
  }

  std::string Runs() const {
    std::string html = "<h2>The whole time</h2>\n" + Keys(false);
    for (std::size_t i = 0; i < report_.replayed.size(); ++i) {
      html += fmt::format("<h3>{}</h3>\n", EscapeXml(report_.replayed[i].label));
      html += FormatTimePlot(PlotOf(i, report_.begin, report_.end, false));
      if (IsQueue()) html += Waiting(i, report_.begin, report_.end, false);
    }
    return html;
  }

  std::string Days() const {
    if (Of(0).days.size() < 2) return "";
    std::vector<std::vector<std::string>> rows = {{"day (UTC)"}};
    for (const Replayed& each : report_.replayed) {
      rows.front().push_back(each.label + ": replica-hours");
      if (HasLoad()) rows.front().push_back(IsQueue() ? "late" : "short");
    }
    for (std::size_t day = 0; day < Of(0).days.size(); ++day) {
      rows.push_back({FormatTimestamp(Of(0).days[day].begin).substr(0, 10)});
      for (const Replayed& each : report_.replayed) {
        const ReplayTally& tally = each.result.days[day].tally;
        const auto violations = tally.Violations(each.result.is_queue);
        rows.back().push_back(fmt::format("{:.1f}", tally.ReplicaHours()));
        if (HasLoad()) rows.back().push_back(violations ? AsPercent(*violations) : "-");
      }
    }
    return "<h2>Day by day</h2>\n<details><summary>" + std::to_string(rows.size() - 1) +
           " days</summary>\n<div class=\"wide\">" + HtmlTable(rows) + "</div></details>\n";
  }

  // A moment with what came before it: what was decided then is why.
  std::pair<Timestamp, Timestamp> Around(Timestamp begin, Timestamp end) const {
    const Duration margin = std::clamp<Duration>((end - begin) / 2, std::chrono::minutes(20), std::chrono::hours(2));
    return {std::max(begin - margin, report_.begin), std::min(end + margin, report_.end)};
  }

  std::string Worst() const {
    std::string html;
    for (std::size_t i = 0; i < report_.replayed.size(); ++i) {
      const auto& moments = Of(i).worst;
      if (moments.empty()) continue;
      html += fmt::format("<h3>{}</h3>\n", EscapeXml(report_.replayed[i].label));
      for (std::size_t m = 0; m < std::min(moments.size(), kMostZoomed); ++m) {
        const auto [begin, end] = Around(moments[m].begin, moments[m].end);
        html +=
            fmt::format("<figure><figcaption><b>{}</b> {}</figcaption>\n{}", ShortTime(moments[m].begin),
                        EscapeXml(MomentSentence(moments[m], IsQueue())), FormatTimePlot(PlotOf(i, begin, end, true)));
        if (IsQueue()) html += Waiting(i, begin, end, true);
        html += "</figure>\n";
      }
    }
    if (html.empty())
      return !HasLoad()  ? ""
             : IsQueue() ? "<h2>Worst moments</h2>\n<p>None: no item waited too long.</p>\n"
                         : "<h2>Worst moments</h2>\n<p>None: there was always enough.</p>\n";
    return "<h2>Worst moments</h2>\n" + Keys(true) + html;
  }

  std::string Contrasts() const {
    std::string html;
    for (const ReplayContrast& contrast : report_.contrasts) {
      const std::string first = EscapeXml(report_.replayed[contrast.first].label);
      const std::string second = EscapeXml(report_.replayed[contrast.second].label);
      html += fmt::format("<h3>{} and {}</h3>\n<p>Different numbers of replicas in {} of the time.</p>\n", first,
                          second, AsPercent(contrast.share));
      if (!contrast.fields.empty())
        html += "<div class=\"wide\">" + HtmlTable(FieldTable(report_, contrast)) + "</div>\n";
      for (const auto& [at, first_said, second_said] : contrast.moments) {
        html += fmt::format("<figure><figcaption><b>{}</b> {} against {}</figcaption>\n", ShortTime(at.peak),
                            FormatNumber(at.first), FormatNumber(at.second));
        for (const auto& [name, said] : {std::pair(&first, &first_said), std::pair(&second, &second_said)}) {
          if (!said->empty()) html += fmt::format("<p class=\"soft\">{}: {}</p>\n", *name, EscapeXml(*said));
        }
        html += Both(contrast, at) + "</figure>\n";
      }
    }
    if (html.empty()) return "";
    return "<h2>Where they differ</h2>\n<p class=\"keys\">" + Key("load", "replicas that the load needs", ".75") +
           Key("replicas", "the first") + Key("wanted", "the second") + "</p>\n" + html;
  }

  std::string Both(const ReplayContrast& contrast, const ReplayDifference& at) const {
    const Duration most = std::chrono::hours(3);
    const auto [begin, end] = Around(std::max(at.begin, at.peak - most), std::min(at.end, at.peak + most));
    TimePlot plot;
    plot.label = "Replicas of both";
    plot.begin = begin;
    plot.end = end;
    plot.series.push_back(SeriesOf(contrast.first, "load", PlotSeries::As::kArea, &ReplaySeries::needed));
    plot.series.push_back(SeriesOf(contrast.first, "replicas", PlotSeries::As::kSteps, &ReplaySeries::replicas));
    plot.series.push_back(SeriesOf(contrast.second, "wanted", PlotSeries::As::kSteps, &ReplaySeries::replicas));
    return FormatTimePlot(plot);
  }

  const ReplayReport& report_;
  double most_ = 0;
  double most_waiting_ = 0;
};

}  // namespace

std::string FormatReplayPage(const ReplayReport& report) { return Page(report).Html(); }

}  // namespace loadline
