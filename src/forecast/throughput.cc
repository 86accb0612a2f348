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
constexpr double kMostDisagreement = 2;                // high over low

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

  std::vector<double> sorted;
  std::vector<double> doubts;
  for (const Sample& each : samples) {
    sorted.push_back(each.throughput);
    doubts.push_back(each.doubt);
  }
  std::ranges::sort(sorted);
  std::ranges::sort(doubts);
  const std::size_t count = sorted.size();
  const double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;

  const auto size = static_cast<double>(count);
  const double ranks = kNormal95 / 2 * std::sqrt(size * Dependence(samples, median, stretches.length()));
  const double first = std::floor((size - 1) / 2 - ranks);
  if (first < 0) return estimate;
  const double doubt = doubts[count / 2];
  estimate.low = std::max(0.0, sorted[static_cast<std::size_t>(first)] - doubt);
  estimate.high = sorted[count - 1 - static_cast<std::size_t>(first)] + doubt;
  if (estimate.high <= kMostDisagreement * estimate.low) estimate.value = median;
  return estimate;
}

}  // namespace loadline
