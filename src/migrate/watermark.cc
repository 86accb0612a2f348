#include "migrate/watermark.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace loadline {
namespace {

// As an expression calls the reading of a signal.
std::string ValueOf(const std::string& signal) {
  std::string variable = signal;
  std::replace(variable.begin(), variable.end(), '-', '_');
  if (variable[0] >= '0' && variable[0] <= '9') variable.insert(0, "_");
  return variable + "_value";
}

class Writer {
 public:
  Writer(const WatermarkLaw& law, const WatermarkMetric& metric)
      : law_(law), metric_(metric), value_(ValueOf(metric.signal)) {}

  std::string Write() const {
    std::string text = Between();
    if (metric_.low)
      text = fmt::format("({} ? {} : {})", Beyond("<", *metric_.low * (1 - law_.tolerance)), Down(), text);
    if (metric_.high)
      text = fmt::format("({} ? {} : {})", Beyond(">", *metric_.high * (1 + law_.tolerance)), Up(), text);
    if (!law_.tolerates_zero) text = fmt::format("({} == 0 ? replicas : {})", value_, text);
    return text;
  }

 private:
  std::string Beyond(const char* sign, double watermark) const {
    return fmt::format("{} {} {}{}", value_, sign, SeriesValue(watermark), law_.average ? " * replicas" : "");
  }

  // replicas * usage / watermark
  std::string Share(double watermark) const {
    return fmt::format("{}{} / {}", law_.average ? "" : "replicas * ", value_, SeriesValue(watermark));
  }

  std::string InMultiples(const std::string& count) const {
    return law_.modulo > 1 ? fmt::format("ceil({0} / {1}) * {1}", count, law_.modulo) : count;
  }

  std::string Up() const {
    return fmt::format("max(replicas, {})", InMultiples(fmt::format("ceil({})", Share(*metric_.high))));
  }
  std::string Down() const {
    return fmt::format("min(replicas, {})", InMultiples(fmt::format("max(1, floor({}))", Share(*metric_.low))));
  }

  std::string InBounds(const std::string& count) const {
    return fmt::format("min({}, max({}, {}))", *law_.bounds.max, law_.bounds.min, count);
  }

  std::string Between() const {
    const int by = law_.modulo;
    if (law_.converge == WatermarkLaw::Converge::kHigh && metric_.high) {
      const std::string fewer = fmt::format("max(1, replicas - {})", by);
      return fmt::format("({0} < {1} ? replicas : {0})", fewer,
                         InBounds(fmt::format("ceil({})", Share(*metric_.high))));
    }
    if (law_.converge == WatermarkLaw::Converge::kLow && metric_.low) {
      return fmt::format("(replicas + {0} > {1} ? replicas : replicas + {0})", by,
                         InBounds(fmt::format("floor({})", Share(*metric_.low))));
    }
    return "replicas";
  }

  const WatermarkLaw& law_;
  const WatermarkMetric& metric_;
  std::string value_;
};

std::string Step(double percent) { return fmt::format("max(1, floor(replicas * {} / 100))", SeriesValue(percent)); }

double StepOf(double percent, double replicas) {
  return percent == 0 ? 0 : std::max(1.0, std::floor(percent * replicas / 100));
}

double Multiple(double count, int modulo) {
  const double over = std::fmod(count, modulo);
  return over > 0 ? count + modulo - over : count;
}

double Converged(const WatermarkLaw& law, const WatermarkMetric& metric, double replicas, double usage) {
  const auto bounded = [&](double count) { return std::clamp<double>(count, law.bounds.min, *law.bounds.max); };
  if (law.converge == WatermarkLaw::Converge::kHigh && metric.high) {
    const double fewer = std::max(replicas - law.modulo, 1.0);
    return fewer < bounded(std::ceil(replicas * usage / *metric.high)) ? replicas : fewer;
  }
  if (law.converge == WatermarkLaw::Converge::kLow && metric.low) {
    const double more = replicas + law.modulo;
    return more > bounded(std::floor(replicas * usage / *metric.low)) ? replicas : more;
  }
  return replicas;
}

double CountOf(const WatermarkLaw& law, const WatermarkMetric& metric, double replicas, double value) {
  if (value == 0 && !law.tolerates_zero) return replicas;
  const double usage = law.average ? value / replicas : value;
  if (metric.high && usage > *metric.high * (1 + law.tolerance))
    return std::max(replicas, Multiple(std::ceil(replicas * usage / *metric.high), law.modulo));
  if (metric.low && usage < *metric.low * (1 - law.tolerance))
    return std::min(replicas, Multiple(std::max(1.0, std::floor(replicas * usage / *metric.low)), law.modulo));
  return Converged(law, metric, replicas, usage);
}

}  // namespace

std::string WatermarkExpression(const WatermarkLaw& law) {
  std::vector<std::string> counts;
  for (const WatermarkMetric& each : law.metrics) counts.push_back(Writer(law, each).Write());
  std::string text = counts.size() > 1 ? fmt::format("max({})", fmt::join(counts, ", ")) : counts.front();
  text = fmt::format("min({}, replicas{})", text, law.up_limit == 0 ? "" : " + " + Step(law.up_limit));
  return fmt::format("max({}, replicas{})", text, law.down_limit == 0 ? "" : " - " + Step(law.down_limit));
}

double WatermarkCount(const WatermarkLaw& law, double replicas, const std::vector<double>& values) {
  double highest = 0;
  for (std::size_t i = 0; i < law.metrics.size(); ++i)
    highest = std::max(highest, CountOf(law, law.metrics[i], replicas, values[i]));
  const double limited =
      std::clamp(highest, replicas - StepOf(law.down_limit, replicas), replicas + StepOf(law.up_limit, replicas));
  return std::clamp<double>(limited, law.bounds.min, *law.bounds.max);
}

}  // namespace loadline
