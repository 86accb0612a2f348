#include "migrate/watermark_stories.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "migrate/measured.h"
#include "migrate/new_object.h"

namespace loadline {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

// Where it changes nothing.
double Neutral(const WatermarkMetric& metric, double times) {
  if (metric.high && metric.low) return (*metric.high + *metric.low) / 2 * times;
  return (metric.high ? *metric.high * 0.9 : *metric.low * 1.1) * times;
}

class Teller {
 public:
  explicit Teller(const WatermarkScaler& scaler) : scaler_(scaler), law_(scaler.law) {}

  Story Band() const {
    Story story = Begin("as-before", "What the watermarks made of these values, Loadline makes of them.");
    const double observed = std::clamp<double>(kObserved, law_.bounds.min, *law_.bounds.max);
    const double times = law_.average ? observed : 1;
    // Each value long enough for the delays to be over, and for what is smoothed to be of it alone.
    const Duration lasts = std::max(scaler_.up.delay, scaler_.down.delay) + kMinute;
    const auto add = [&](std::size_t metric, double value) {
      std::vector<double> values = Neutrals(observed);
      values[metric] = value;
      StoryStep step = StepFor(values, observed, lasts);
      if (HpaFollows(observed, step.want)) story.steps.push_back(std::move(step));
    };
    if (law_.converge == WatermarkLaw::Converge::kNot)
      story.steps.push_back(StepFor(Neutrals(observed), observed, lasts));
    for (std::size_t i = 0; i < law_.metrics.size(); ++i) {
      const WatermarkMetric& each = law_.metrics[i];
      add(i, 0);
      if (each.high) {
        for (const double share : {1.0, 1 + law_.tolerance / 2, 1.01 + law_.tolerance, 1.4, 3.0})
          add(i, *each.high * share * times);
      }
      if (each.low) {
        for (const double share : {1.0, 1 - law_.tolerance / 2, 0.99 - law_.tolerance, 0.55, 0.1})
          add(i, std::max(0.0, *each.low * share) * times);
      }
    }
    return story;
  }

  std::optional<Story> Window() const {
    const double before = law_.bounds.min;
    const double after = before + 1;
    if (scaler_.up.window < kMinute || scaler_.dry_run || law_.converge != WatermarkLaw::Converge::kNot ||
        after >= *law_.bounds.max || !law_.metrics.front().high || !HpaFollows(before, after))
      return std::nullopt;
    std::vector<double> high = Neutrals(after);
    high.front() = *law_.metrics.front().high * 3 * (law_.average ? after : 1);
    StoryStep waits = StepFor(high, after, kMinute);
    waits.want = after;
    waits.why = "the upscale window is forbidden";
    StoryStep over = StepFor(high, after, std::max(scaler_.up.window, scaler_.up.delay) + kMinute);
    if (!HpaFollows(after, over.want)) return std::nullopt;
    Story story = Begin("it-waits-after-a-change", "So soon after a change up it does not go up again; then it does.");
    story.steps = {StepFor(Neutrals(before), before, kMinute), std::move(waits), std::move(over)};
    return story;
  }

 private:
  std::vector<double> Neutrals(double observed) const {
    std::vector<double> values;
    for (const WatermarkMetric& each : law_.metrics) values.push_back(Neutral(each, law_.average ? observed : 1));
    return values;
  }

  StoryStep StepFor(const std::vector<double>& values, double observed, Duration lasts) const {
    StoryStep step;
    for (const double each : values) step.values.push_back(SeriesValue(each));
    step.values.push_back(SeriesValue(observed));
    step.lasts = std::chrono::ceil<std::chrono::minutes>(lasts);
    const double count = WatermarkCount(law_, observed, values);
    step.want = scaler_.dry_run ? observed : count;
    step.why = scaler_.dry_run ? fmt::format("a dry run: it would be {}", FormatNumber(count))
                               : fmt::format("at {} replicas", FormatNumber(observed));
    return step;
  }

  Story Begin(std::string name, std::string title) const {
    Story story;
    story.name = std::move(name);
    story.title = std::move(title);
    for (const WatermarkMetric& each : law_.metrics) story.keys.push_back(each.signal);
    story.keys.emplace_back("observed");
    return story;
  }

  const WatermarkScaler& scaler_;
  const WatermarkLaw& law_;
};

}  // namespace

std::vector<Story> WatermarkStories(const WatermarkScaler& scaler) {
  const Teller teller(scaler);
  std::vector<Story> stories;
  if (Story band = teller.Band(); !band.steps.empty()) stories.push_back(std::move(band));
  if (auto window = teller.Window()) stories.push_back(std::move(*window));
  return stories;
}

}  // namespace loadline
