#include "replay/replay_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "replay/table.h"

namespace loadline {
namespace {

using Json = nlohmann::ordered_json;

std::optional<double> CostOf(const Replayed& replayed, const ReplayTally& total) {
  if (!replayed.cost_per_replica_hour) return std::nullopt;
  return *replayed.cost_per_replica_hour * total.ReplicaHours();
}

std::string Rounded(double value) {
  return value >= 100  ? fmt::format("{:.0f}", value)
         : value >= 10 ? fmt::format("{:.1f}", value)
                       : fmt::format("{:.2f}", value);
}

std::string ShareOf(double part, double whole) { return whole > 0 ? AsPercent(part / whole) : "-"; }

Json JsonOf(const ReplayTally& tally, bool is_queue) {
  const auto share = [](double part, double whole) { return whole > 0 ? Json(part / whole) : Json(); };
  Json json;
  json["replica_hours"] = tally.ReplicaHours();
  const auto violations = tally.Violations(is_queue);
  json["violations"] = violations ? Json(*violations) : Json();
  json["short_of_capacity"] = share(tally.short_seconds, tally.judged_seconds);
  if (is_queue) {
    json["items"] = tally.items;
    json["late"] = tally.late;
  }
  json["at_min"] = share(tally.min_seconds, tally.counted_seconds);
  json["at_max"] = share(tally.max_seconds, tally.counted_seconds);
  json["changes"] = tally.changes;
  json["no_answer"] = share(tally.error_seconds, tally.seconds);
  json["held"] = share(tally.held_seconds, tally.seconds);
  json["judged"] = share(tally.judged_seconds, tally.seconds);
  return json;
}

// A plot has a few hundred pixels: of longer runs the greatest value of each stretch, so that no peak is lost.
constexpr std::size_t kPlotted = 400;

std::size_t Stretch(const ReplayResult& result) { return (result.series.replicas.size() + kPlotted - 1) / kPlotted; }

Json Plotted(const std::vector<float>& values, std::size_t stretch) {
  Json plotted = Json::array();
  for (std::size_t at = 0; at < values.size(); at += stretch) {
    float most = std::numeric_limits<float>::quiet_NaN();
    for (std::size_t i = at; i < std::min(values.size(), at + stretch); ++i) most = std::fmax(most, values[i]);
    plotted.push_back(std::isfinite(most) ? Json(std::round(most * 1000.0) / 1000) : Json());
  }
  return plotted;
}

Json SeriesOf(const ReplayResult& result) {
  const std::size_t stretch = std::max<std::size_t>(1, Stretch(result));
  return {{"begin", FormatTimestamp(result.begin)},
          {"interval_seconds", ToSeconds(result.interval) * static_cast<double>(stretch)},
          {"needed", Plotted(result.series.needed, stretch)},
          {"wanted", Plotted(result.series.wanted, stretch)},
          {"replicas", Plotted(result.series.replicas, stretch)}};
}

Json JsonOf(const ReplayMoment& moment) {
  return {{"begin", FormatTimestamp(moment.begin)},
          {"end", FormatTimestamp(moment.end)},
          {"peak", FormatTimestamp(moment.peak)},
          {"severity", moment.severity},
          {"load", moment.load},
          {"needed", moment.needed},
          {"ready", moment.ready},
          {"replicas", moment.replicas},
          {"said", moment.said}};
}

std::string NumberOf(float value) { return FormatNumber(static_cast<double>(value)); }

}  // namespace

std::string ShortTime(Timestamp time) {
  std::string text = FormatTimestamp(time).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string AsPercent(double share) {
  const double percent = 100 * share;
  if (percent == 0) return "0 %";
  if (percent < 0.01) return "<0.01 %";
  return percent < 10 ? fmt::format("{:.2f} %", percent) : fmt::format("{:.1f} %", percent);
}

std::string RangeSentence(const ReplayReport& report) {
  return fmt::format("{} from {} to {} (UTC), a decision each {}", FormatDuration(report.end - report.begin),
                     ShortTime(report.begin), ShortTime(report.end), FormatDuration(report.interval));
}

std::vector<std::string> Headlines(const ReplayReport& report) {
  std::vector<std::string> headlines;
  if (report.replayed.empty()) return headlines;
  const bool is_queue = report.replayed.front().result.is_queue;
  const ReplayTally base = report.replayed.front().result.Total();
  for (std::size_t i = 1; i < report.replayed.size(); ++i) {
    const ReplayTally total = report.replayed[i].result.Total();
    if (base.MeanReplicas() <= 0) continue;
    // By the mean: what really was may not be known all the time.
    const double more = total.MeanReplicas() / base.MeanReplicas() - 1;
    std::string text = fmt::format("{}: {} {} replica-hours than {}", report.replayed[i].label,
                                   AsPercent(std::abs(more)), more < 0 ? "fewer" : "more",
                                   report.has_reality ? "there really were" : report.replayed.front().label);
    const auto before = base.Violations(is_queue), after = total.Violations(is_queue);
    if (before && after) {
      text += is_queue ? fmt::format("; {} of the items late instead of {}", AsPercent(*after), AsPercent(*before))
                       : fmt::format("; short of capacity {} of the time instead of {}", AsPercent(*after),
                                     AsPercent(*before));
    }
    headlines.push_back(text + ".");
  }
  return headlines;
}

std::vector<std::vector<std::string>> ResultTable(const ReplayReport& report) {
  std::vector<ReplayTally> totals;
  for (const Replayed& each : report.replayed) totals.push_back(each.result.Total());
  std::vector<std::vector<std::string>> rows;
  const auto row = [&](std::string name, const auto& cell) {
    rows.push_back({std::move(name)});
    for (std::size_t i = 0; i < totals.size(); ++i) rows.back().push_back(cell(report.replayed[i], totals[i]));
  };
  const auto answered = [&](const Replayed& each, const std::string& text) {
    return report.has_reality && &each == &report.replayed.front() ? std::string("-") : text;
  };
  row("", [](const Replayed& each, const ReplayTally&) { return each.label; });
  row("replica-hours", [](const Replayed&, const ReplayTally& total) { return Rounded(total.ReplicaHours()); });
  row("mean replicas", [](const Replayed&, const ReplayTally& total) { return Rounded(total.MeanReplicas()); });
  if (std::ranges::any_of(report.replayed,
                          [](const Replayed& each) { return each.cost_per_replica_hour.has_value(); })) {
    row("cost", [](const Replayed& each, const ReplayTally& total) {
      const auto cost = CostOf(each, total);
      return cost ? Rounded(*cost) : std::string("-");
    });
  }
  const bool is_queue = !report.replayed.empty() && report.replayed.front().result.is_queue;
  if (!report.load.empty()) {
    if (is_queue) {
      row("late items", [](const Replayed&, const ReplayTally& total) { return ShareOf(total.late, total.items); });
    }
    row(is_queue ? "load above capacity" : "short of capacity",
        [](const Replayed&, const ReplayTally& total) { return ShareOf(total.short_seconds, total.judged_seconds); });
  }
  row("at minimum",
      [](const Replayed&, const ReplayTally& total) { return ShareOf(total.min_seconds, total.counted_seconds); });
  row("at maximum",
      [](const Replayed&, const ReplayTally& total) { return ShareOf(total.max_seconds, total.counted_seconds); });
  row("changes a day", [](const Replayed& each, const ReplayTally&) { return Rounded(each.result.ChangesADay()); });
  row("no answer", [&](const Replayed& each, const ReplayTally& total) {
    return answered(each, ShareOf(total.error_seconds, total.seconds));
  });
  row("answered without all data", [&](const Replayed& each, const ReplayTally& total) {
    return answered(each, ShareOf(total.held_seconds, total.seconds));
  });
  if (!report.load.empty()) {
    row("load or replicas unknown", [](const Replayed&, const ReplayTally& total) {
      return ShareOf(total.seconds - total.judged_seconds, total.seconds);
    });
  }
  return rows;
}

std::vector<std::vector<std::string>> FieldTable(const ReplayReport& report, const ReplayContrast& contrast) {
  std::vector<std::vector<std::string>> rows = {
      {"field", report.replayed[contrast.first].label, report.replayed[contrast.second].label}};
  const auto cell = [](const std::string& text) { return text.empty() ? std::string("-") : OneLine(text, 80); };
  for (const NodeDifference& each : contrast.fields) rows.push_back({each.path, cell(each.first), cell(each.second)});
  return rows;
}

std::string MomentSentence(const ReplayMoment& moment, bool is_queue) {
  std::string text = fmt::format("for {}; ", FormatDuration(moment.end - moment.begin));
  if (is_queue) text += fmt::format("{} items became late; ", FormatNumber(std::round(moment.severity)));
  text += fmt::format("at {} {}/s needed {}, and {} of {} were ready", ShortTime(moment.peak).substr(11),
                      FormatNumber(moment.load), FormatNumber(moment.needed), moment.ready, moment.replicas);
  return moment.said.empty() ? text : text + ": " + moment.said;
}

std::string FormatReplayText(const ReplayReport& report) {
  std::string text = fmt::format("{}: {}.\n", report.object, RangeSentence(report));
  text += report.load.empty() ? "No load is known: say with --load what it is, to see where it is too much.\n"
                              : fmt::format("Load: {}.\n", report.load);
  for (const std::string& warning : report.warnings) text += "Note: " + warning + "\n";
  text += "\n" + FormatTable(ResultTable(report));
  const std::vector<std::string> headlines = Headlines(report);
  for (const std::string& headline : headlines) text += (&headline == &headlines.front() ? "\n" : "") + headline + "\n";
  for (const Replayed& each : report.replayed) {
    if (!each.result.first_error.empty()) {
      text += fmt::format("\n{} has no answer first at {}: {}\n", each.label, ShortTime(each.result.first_error_time),
                          each.result.first_error);
    }
    if (each.result.worst.empty()) continue;
    text += fmt::format("\nWorst moments, {}:\n", each.label);
    for (const ReplayMoment& moment : each.result.worst)
      text += fmt::format("  {}  {}\n", ShortTime(moment.begin), MomentSentence(moment, each.result.is_queue));
  }
  for (const ReplayContrast& contrast : report.contrasts) {
    const std::string& first = report.replayed[contrast.first].label;
    const std::string& second = report.replayed[contrast.second].label;
    text += fmt::format("\n{} and {} had different numbers of replicas in {} of the time{}\n", first, second,
                        AsPercent(contrast.share), contrast.moments.empty() ? "." : ", most:");
    for (const auto& [at, first_said, second_said] : contrast.moments) {
      text += fmt::format("  {}  {} against {}\n", ShortTime(at.peak), NumberOf(at.first), NumberOf(at.second));
      if (!first_said.empty()) text += fmt::format("    {}: {}\n", first, first_said);
      if (!second_said.empty()) text += fmt::format("    {}: {}\n", second, second_said);
    }
    if (!contrast.fields.empty())
      text += "  The policies differ in\n" + FormatTable(FieldTable(report, contrast), "    ");
  }
  return text + fmt::format("\n{:.2f} s of CPU.\n", report.cpu_seconds);
}

std::string FormatReplayJson(const ReplayReport& report) {
  Json json;
  json["object"] = report.object;
  json["begin"] = FormatTimestamp(report.begin);
  json["end"] = FormatTimestamp(report.end);
  json["interval_seconds"] = ToSeconds(report.interval);
  json["load"] = report.load.empty() ? Json() : Json(report.load);
  json["warnings"] = report.warnings;
  json["replayed"] = Json::array();
  for (std::size_t i = 0; i < report.replayed.size(); ++i) {
    const Replayed& each = report.replayed[i];
    const ReplayTally total = each.result.Total();
    Json one;
    one["name"] = each.label;
    one["really_was"] = report.has_reality && i == 0;
    one["is_queue"] = each.result.is_queue;
    one["total"] = JsonOf(total, each.result.is_queue);
    one["total"]["mean_replicas"] = total.MeanReplicas();
    const auto cost = CostOf(each, total);
    one["total"]["cost"] = cost ? Json(*cost) : Json();
    one["total"]["changes_a_day"] = each.result.ChangesADay();
    one["first_error"] = each.result.first_error.empty() ? Json() : Json(each.result.first_error);
    one["days"] = Json::array();
    for (const ReplayDay& day : each.result.days) {
      Json of_day = {{"day", FormatTimestamp(day.begin).substr(0, 10)}};
      of_day.update(JsonOf(day.tally, each.result.is_queue));
      one["days"].push_back(std::move(of_day));
    }
    one["worst"] = Json::array();
    for (const ReplayMoment& moment : each.result.worst) one["worst"].push_back(JsonOf(moment));
    one["series"] = SeriesOf(each.result);
    json["replayed"].push_back(std::move(one));
  }
  json["contrasts"] = Json::array();
  for (const ReplayContrast& contrast : report.contrasts) {
    Json one = {{"first", report.replayed[contrast.first].label},
                {"second", report.replayed[contrast.second].label},
                {"share_of_time", contrast.share},
                {"fields", Json::array()},
                {"moments", Json::array()}};
    for (const NodeDifference& each : contrast.fields)
      one["fields"].push_back({{"field", each.path}, {"first", each.first}, {"second", each.second}});
    for (const auto& [at, first_said, second_said] : contrast.moments) {
      one["moments"].push_back({{"peak", FormatTimestamp(at.peak)},
                                {"first", at.first},
                                {"second", at.second},
                                {"first_said", first_said},
                                {"second_said", second_said}});
    }
    json["contrasts"].push_back(std::move(one));
  }
  json["cpu_seconds"] = report.cpu_seconds;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace loadline
