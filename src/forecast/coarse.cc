#include "forecast/coarse.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "forecast/scale.h"

namespace loadline {

std::vector<double> Coarsen(std::span<const double> values, int factor) {
  std::vector<double> coarse;
  for (std::size_t t = values.size() % factor; t < values.size(); t += factor) {
    const auto bin = values.subspan(t, factor);
    coarse.push_back(std::accumulate(bin.begin(), bin.end(), 0.0) / factor);
  }
  return coarse;
}

std::vector<std::vector<double>> Refine(const std::vector<std::vector<double>>& coarse, int factor, int horizon,
                                        std::span<const double> values, int recent, std::span<const double> levels) {
  // On the scale of roots, where a count's noise is the same at every level.
  const Curve curve = AllowedCurve(Curve::kRoot, values);

  const int bins = std::max(1, std::min<int>(recent, static_cast<int>(values.size())) / factor);
  const auto tail = values.last(static_cast<std::size_t>(bins) * factor);
  std::vector<double> noise;
  for (int b = 0; b < bins; ++b) {
    const auto bin = tail.subspan(static_cast<std::size_t>(b) * factor, factor);
    const double mean = std::accumulate(bin.begin(), bin.end(), 0.0) / factor;
    for (double value : bin) noise.push_back(Bend(curve, value) - Bend(curve, mean));
  }
  std::ranges::sort(noise);

  const auto middle = [&](const std::vector<double>& row, int step) {
    const double place = std::clamp((step + 0.5) / factor - 0.5, 0.0, static_cast<double>(row.size() - 1));
    const auto bin = static_cast<std::size_t>(place);
    const double next = bin + 1 < row.size() ? row[bin + 1] : row[bin];
    return row[bin] + (place - static_cast<double>(bin)) * (next - row[bin]);
  };
  const auto nearest = std::ranges::min_element(levels, {}, [](double level) { return std::abs(level - 0.5); });
  const std::vector<double>& centre = coarse[nearest - levels.begin()];

  std::vector<std::vector<double>> fine;
  for (std::size_t q = 0; q < levels.size(); ++q) {
    const double off = noise[static_cast<std::size_t>(levels[q] * static_cast<double>(noise.size() - 1))];
    std::vector<double>& row = fine.emplace_back(horizon);
    for (int step = 0; step < horizon; ++step) {
      const double base = Bend(curve, middle(centre, step));
      const double wide = Bend(curve, middle(coarse[q], step)) - base;
      const double both = std::hypot(wide, levels[q] == 0.5 ? 0 : off);  // independent of each other
      row[step] = Unbend(curve, base + (levels[q] < 0.5 ? -both : both));
    }
  }
  return fine;
}

}  // namespace loadline
