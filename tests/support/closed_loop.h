// A queue, its workers and who scales them, second by second: what the history of such a one looks like, with the truth
// behind it.
#ifndef LOADLINE_TESTS_SUPPORT_CLOSED_LOOP_H_
#define LOADLINE_TESTS_SUPPORT_CLOSED_LOOP_H_

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <random>
#include <vector>

namespace loadline::testing {

struct ClosedLoopShape {
  int hours = 24;
  int step = 15;            // seconds between two values
  double throughput = 20;   // items per second that a replica works off
  double load = 200;        // items per second, in the mean over time in which there is any
  double idle = 0.3;        // share of the time without any
  double start_least = 40;  // seconds until a pod is ready: at least, and for how much longer in the mean
  double start_more = 30;
  int most_replicas = 15;  // less than the peaks need: then it is saturated for long
  double noise = 0;        // of each measured rate, its deviation over its value
  double missing = 0;      // share of the values that are not known
  double stuck = 0;        // share of the time in which workers do half as much
  double window = 60;      // seconds over which rates are means
};

struct ClosedLoop {
  std::vector<double> wanted, ready, depth, arrivals, done;
  std::vector<double> delays;  // of rises, also of those that were taken back: seconds
};

inline ClosedLoop RunClosedLoop(unsigned seed, const ClosedLoopShape& shape) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::normal_distribution<double> normal;
  std::exponential_distribution<double> more(1 / shape.start_more);
  const auto count = [&](double mean) {
    if (mean > 30) return std::max(0.0, std::round(mean + std::sqrt(mean) * normal(random)));
    return mean > 0 ? static_cast<double>(std::poisson_distribution<int>(mean)(random)) : 0.0;
  };
  ClosedLoop loop;
  std::deque<double> arrived, worked;  // the last seconds
  std::vector<double> starting;        // when each pod is ready, in order
  double sum_arrived = 0, sum_worked = 0, depth = 0, level = 1;
  int wanted = 1, ready = 1;
  bool idle = false, stuck = false;
  const auto push = [&](std::deque<double>& last, double& sum, double value) {
    last.push_back(value);
    sum += value;
    if (static_cast<double>(last.size()) > shape.window) {
      sum -= last.front();
      last.pop_front();
    }
    return sum / static_cast<double>(last.size());
  };
  for (int second = 0; second < shape.hours * 3600; ++second) {
    if (second % 1200 == 0) {
      idle = uniform(random) < shape.idle;
      level = 0.2 + 1.6 * uniform(random);
    }
    if (second % 600 == 0) stuck = uniform(random) < shape.stuck;
    const double comes = idle ? 0 : count(shape.load * level);
    const double can = count(shape.throughput * ready * (stuck ? 0.5 : 1));
    const double goes = std::min(depth + comes, can);
    depth += comes - goes;
    const double arrival_rate = push(arrived, sum_arrived, comes);
    const double done_rate = push(worked, sum_worked, goes);

    for (std::size_t i = 0; i < starting.size();) {
      if (starting[i] > second) {
        ++i;
        continue;
      }
      ++ready;
      starting.erase(starting.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (second % 30 == 7) {  // KEDA and the HPA
      const double need = (arrival_rate + depth / 120) / shape.throughput;
      const int now = std::clamp(static_cast<int>(std::ceil(need)), 1, shape.most_replicas);
      if (now > wanted || (now < wanted && second % 300 == 7)) {
        // The pods of a rise are ready together, and not before those of an earlier one.
        const double ready_at =
            std::max(second + shape.start_least + more(random), starting.empty() ? 0 : starting.back());
        if (now > wanted) loop.delays.push_back(ready_at - second);
        for (; wanted < now; ++wanted) {
          starting.push_back(ready_at);
        }
        for (; wanted > now; --wanted) {
          if (starting.empty()) {
            --ready;
          } else {
            starting.pop_back();
          }
        }
      }
    }
    if (second % shape.step != 0) continue;
    const auto seen = [&](double value, bool rate) {
      if (uniform(random) < shape.missing) return std::numeric_limits<double>::quiet_NaN();
      return rate ? std::max(0.0, value * (1 + shape.noise * normal(random))) : value;
    };
    loop.wanted.push_back(seen(wanted, false));
    loop.ready.push_back(seen(ready, false));
    loop.depth.push_back(seen(depth, false));
    loop.arrivals.push_back(seen(arrival_rate, true));
    loop.done.push_back(seen(done_rate, true));
  }
  return loop;
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_CLOSED_LOOP_H_
