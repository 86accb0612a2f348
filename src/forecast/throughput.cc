#include "forecast/throughput.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

namespace loadline {
namespace {

constexpr Duration kStretch = std::chrono::minutes(5);
constexpr Duration kBefore = std::chrono::minutes(2);  // likewise saturated, but not counted
constexpr Duration kBehind = std::chrono::minutes(1);  // a mean of the last two minutes is of a minute ago
constexpr double kNormal95 = 1.959964;                 // 95 % of a normal distribution lie within so many deviations
constexpr double kMostDisagreement = 1.5;              // high over low
constexpr double kFarOff = 3.5;                        // deviations from where most are
constexpr double kMostFarOff = 0.45;                   // of the samples: with more, what is right is not known

std::size_t StepsOf(Duration span, Duration step) {
  return static_cast<std::size_t>((span + step - Duration(1)) / step);
}

struct Sample {
  std::size_t begin = 0;
  double throughput = 0;
  double doubt = 0;  // how far it may be off for reasons other than chance
};

class Stretches {
 public:
  Stretches(const QueueHistory& history, Duration step)
      : history_(history), step_(ToSeconds(step)), length_(StepsOf(kStretch, step)), before_(StepsOf(kBefore, step)) {}

  std::size_t length() const { return length_; }

  std::vector<Sample> Find() const {
    std::vector<Sample> samples;
    const std::size_t size = history_.depth.size();
    for (std::size_t run = 0; run < size;) {
      std::size_t end = run;  // of as many replicas, with work all along
      while (end < size && IsBusy(end) && history_.replicas[end] == history_.replicas[run]) ++end;
      for (std::size_t begin = run + before_; begin + length_ < end; begin += length_) {
        if (const auto sample = SampleAt(begin)) samples.push_back(*sample);
      }
      run = std::max(end, run + 1);
    }
    return samples;
  }

 private:
  const std::span<const double>& rates() const { return history_.done.empty() ? history_.arrivals : history_.done; }

  bool IsBusy(std::size_t i) const {
    return history_.depth[i] > 0 && std::isfinite(history_.depth[i]) && history_.replicas[i] > 0 &&
           std::isfinite(history_.replicas[i]) && std::isfinite(rates()[i]);
  }

  // Of what happened from the value at `begin` to the one `length_` later.
  std::optional<Sample> SampleAt(std::size_t begin) const {
    const std::size_t end = begin + length_;
    double done = 0;
    for (std::size_t i = begin + 1; i <= end; ++i) done += rates()[i] * step_;
    if (history_.done.empty()) done -= history_.depth[end] - history_.depth[begin];
    const double least = *std::ranges::min_element(history_.depth.subspan(begin - before_, before_ + length_ + 1));
    if (done <= 0 || least < done / static_cast<double>(length_)) return std::nullopt;
    const double replica_seconds = static_cast<double>(length_) * step_ * history_.replicas[begin];
    double doubt = 0.5;  // things that are counted are whole
    if (history_.done.empty()) doubt += std::abs(rates()[end] - rates()[begin]) * ToSeconds(kBehind);
    return Sample{begin, done / replica_seconds, doubt / replica_seconds};
  }

  const QueueHistory history_;
  const double step_;
  const std::size_t length_;
  const std::size_t before_;
};

// Where most of the samples are: the shortest interval that holds half of them, as a centre and a deviation.
struct Bulk {
  double centre = 0;
  double deviation = 0;
};
Bulk BulkOf(const std::vector<double>& sorted) {
  constexpr double kHalfOfNormal = 0.6745;  // half of a normal distribution lies within so many deviations
  const std::size_t half = sorted.size() / 2;
  std::size_t best = 0;
  for (std::size_t i = 0; i + half < sorted.size(); ++i) {
    if (sorted[i + half] - sorted[i] < sorted[best + half] - sorted[best]) best = i;
  }
  return {(sorted[best] + sorted[best + half]) / 2, (sorted[best + half] - sorted[best]) / (2 * kHalfOfNormal)};
}

std::vector<double> SortedBy(const std::vector<Sample>& samples, double Sample::*member) {
  std::vector<double> sorted;
  for (const Sample& each : samples) sorted.push_back(each.*member);
  std::ranges::sort(sorted);
  return sorted;
}

// How much wider the dependence of neighbours makes an interval, squared.
double Dependence(const std::vector<Sample>& samples, double median, std::size_t length) {
  double sum = 0;
  int pairs = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (samples[i].begin != samples[i - 1].begin + length) continue;
    const double product = (samples[i].throughput - median) * (samples[i - 1].throughput - median);
    sum += product > 0 ? 1 : product < 0 ? -1 : 0;
    ++pairs;
  }
  if (pairs == 0) return 1;
  const double correlation = std::clamp(sum / pairs, 0.0, 0.9);
  return (1 + correlation) / (1 - correlation);
}

}  // namespace

Estimate EstimateThroughput(const QueueHistory& history, Duration step) {
  assert(history.arrivals.empty() != history.done.empty() || history.depth.empty());
  const Stretches stretches(history, step);
  std::vector<Sample> samples = stretches.Find();
  Estimate estimate;
  estimate.count = static_cast<int>(samples.size());
  if (estimate.count < kFewestStretches) return estimate;

  const double doubt = SortedBy(samples, &Sample::doubt)[samples.size() / 2];
  const Bulk bulk = BulkOf(SortedBy(samples, &Sample::throughput));
  const double near = kFarOff * std::max(bulk.deviation, doubt);
  const std::size_t far_off =
      std::erase_if(samples, [&](const Sample& each) { return std::abs(each.throughput - bulk.centre) > near; });
  if (static_cast<double>(far_off) > kMostFarOff * estimate.count) return estimate;
  const std::vector<double> sorted = SortedBy(samples, &Sample::throughput);
  const std::size_t count = sorted.size();
  const double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;

  const auto size = static_cast<double>(count);
  const double ranks = kNormal95 / 2 * std::sqrt(size * Dependence(samples, median, stretches.length()));
  const double first = std::floor((size - 1) / 2 - ranks);
  if (first < 0) return estimate;
  estimate.low = std::max(0.0, sorted[static_cast<std::size_t>(first)] - doubt);
  estimate.high = sorted[count - 1 - static_cast<std::size_t>(first)] + doubt;
  if (estimate.high <= kMostDisagreement * estimate.low) estimate.value = median;
  return estimate;
}

}  // namespace loadline
