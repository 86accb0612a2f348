// What a forecast has to beat: rules that need no model.
//
// Each takes a value that is known as it was, and adds what it has usually missed by: the quantile of its own residuals
// over the last day. So it states a quantile, as a forecast does, and both are judged by the same loss.
#ifndef LOADLINE_FORECAST_NAIVE_H_
#define LOADLINE_FORECAST_NAIVE_H_

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace loadline {

enum class NaiveRule { kLastValue, kYesterday, kLastWeek };
inline constexpr std::array kNaiveRules = {NaiveRule::kLastValue, NaiveRule::kYesterday, NaiveRule::kLastWeek};

std::string_view NameOf(NaiveRule rule);

// The rules at one origin: what they miss by is learned from the values before it.
class NaiveRules {
 public:
  // `values`: finite, oldest first; must outlive it. `day`: steps of a day, 0 where there is none.
  NaiveRules(std::span<const double> values, int origin, int day, double quantile)
      : values_(values), origin_(origin), day_(day), quantile_(quantile) {}

  // Of the value at `target`, by those before `known`; none where the rule has too little to go by.
  std::optional<double> Quantile(NaiveRule rule, int target, int known);

 private:
  std::optional<double> Residual(int lag);

  std::span<const double> values_;
  int origin_;
  int day_;
  double quantile_;
  std::map<int, std::optional<double>> residuals_;  // by lag
};

// The empirical quantile that holds for one more of the same kind: the ceil((n + 1) q)-th smallest, or the greatest.
// Changes the order of `values`. REQUIRES: not empty.
double ConformalQuantile(std::vector<double>& values, double quantile);

}  // namespace loadline

#endif  // LOADLINE_FORECAST_NAIVE_H_
