#include "forecast/trust.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "forecast/forecaster.h"
#include "forecast/history.h"
#include "forecast/naive.h"
#include "forecast/pinball.h"

namespace loadline {
namespace {

constexpr int kLeastOrigins = 8;  // that a refit is judged by, and that a shift is learned from
constexpr double kFarOff = 1.5;   // times the naive loss at the newest of them: off at once
constexpr int kLeastValues = 64;  // to forecast by, at the oldest origin
constexpr int kUnknownAtEnd = 3;  // values: so many are no late sample
constexpr Duration kDay = std::chrono::hours(24);

struct Words {
  TrustReason reason;
  std::string_view code;
  std::string_view sentence;
};
constexpr std::array kWords = {
    Words{TrustReason::kBetter, "Better", "better than the naive rules by the margin"},
    Words{TrustReason::kStillBetter, "StillBetter", "it was better than the naive rules, and is not worse"},
    Words{TrustReason::kNotBetter, "NotBetter", "not better than the naive rules by the margin"},
    Words{TrustReason::kWorse, "Worse", "it was better than the naive rules, and is worse now"},
    Words{TrustReason::kShortHistory, "ShortHistory", "the history is too short to judge it by"},
    Words{TrustReason::kGaps, "Gaps", "too much of the history is missing"},
    Words{TrustReason::kOutage, "Outage", "the history ends in an outage"},
    Words{TrustReason::kClockJump, "ClockJump", "the clock jumped"},
};

// Sums over the judged values of one origin.
struct Sums {
  double ours = 0;
  std::array<std::optional<double>, kNaiveRules.size()> naive;  // none: the rule had too little to go by
  int count = 0;
  int covered = 0;
  int covered_shifted = 0;
  std::vector<double> missed_by;  // truth less forecast, each
};

// The loss of all that was judged at some origins.
struct Verdict {
  double ours = 0;
  double naive = std::numeric_limits<double>::infinity();
  std::string_view rule;

  explicit Verdict(std::span<const Sums> origins) {
    double judged = 0;
    std::array<std::optional<double>, kNaiveRules.size()> sums;
    sums.fill(0.0);
    for (const Sums& each : origins) {
      if (each.count == 0) continue;
      ours += each.ours;
      judged += each.count;
      for (std::size_t r = 0; r < sums.size(); ++r) {
        if (sums[r] && each.naive[r]) {
          *sums[r] += *each.naive[r];
        } else {
          sums[r].reset();
        }
      }
    }
    if (judged == 0) return;
    ours /= judged;
    for (std::size_t r = 0; r < sums.size(); ++r) {
      if (!sums[r] || *sums[r] / judged >= naive) continue;
      naive = *sums[r] / judged;
      rule = NameOf(kNaiveRules[r]);
    }
  }
};

class Judge {
 public:
  Judge(std::span<const double> history, const TrustOptions& options)
      : options_(options),
        day_(kDay % options.step == Duration::zero() ? static_cast<int>(kDay / options.step) : 0),
        refit_(std::max(1, static_cast<int>(options.refit / options.step))) {
    const auto first = std::ranges::find_if(history, [](double value) { return std::isfinite(value); });
    raw_ = history.subspan(static_cast<std::size_t>(first - history.begin()));
    clean_ = CleanHistory(raw_, day_);
    const int room = size() - options_.horizon - std::max(kLeastValues, day_);
    const int fits = room < 0 ? 0 : room / refit_ + 1;
    // All refits are judged by equally many.
    origins_ = std::min(options_.origins, fits - (options_.refits - 1));
  }

  Trust Run() {
    if (size() == 0 || origins_ < kLeastOrigins) return Off(TrustReason::kShortHistory);
    if (EndsInOutage()) return Off(TrustReason::kOutage);
    if (ShareUnknown() > options_.most_missing) return Off(TrustReason::kGaps);
    for (int i = judged_by() - 1; i >= 0; --i) judged_.push_back(JudgeAt(OriginAt(i)));
    return Conclude();
  }

 private:
  int size() const { return static_cast<int>(raw_.size()); }
  // Origins of all refits together.
  int judged_by() const { return origins_ + options_.refits - 1; }
  static Trust Off(TrustReason reason) { return {.reason = reason}; }

  // The i-th newest at which all that was forecast is known by now.
  int OriginAt(int i) const { return size() - options_.horizon - i * refit_; }

  // A truth is what was said, and no outage.
  bool IsKnown(int t) const {
    const auto at = static_cast<std::size_t>(t);
    return std::isfinite(raw_[at]) && raw_[at] == clean_.values[at];
  }

  bool EndsInOutage() const {
    for (int t = size() - 1; t >= size() - kUnknownAtEnd; --t) {
      if (IsKnown(t)) return false;
    }
    return true;
  }

  double ShareUnknown() const {
    const auto share = [&](int first) {
      int unknown = 0;
      for (int t = first; t < size(); ++t) unknown += IsKnown(t) ? 0 : 1;
      return static_cast<double>(unknown) / (size() - first);
    };
    return std::max(share(0), share(OriginAt(judged_by() - 1)));
  }

  Sums JudgeAt(int origin) {
    Sums sums;
    ForecastRequest request;
    request.step = options_.step;
    request.horizon = options_.horizon;
    request.quantiles = {options_.quantile};
    const Result<Forecast> forecast = MakeForecast(raw_.first(static_cast<std::size_t>(origin)), request);
    if (!forecast) return sums;
    const double shift = ShiftKnownAt(origin);
    NaiveRules rules(clean_.values, origin, day_, options_.quantile);
    sums.naive.fill(0.0);
    for (int step = std::max(1, options_.ahead); step <= options_.horizon; ++step) {
      const int target = origin + step - 1;
      if (!IsKnown(target)) continue;
      const double truth = raw_[static_cast<std::size_t>(target)];
      const double upper = forecast->quantiles.front()[static_cast<std::size_t>(step) - 1];
      ++sums.count;
      sums.covered += truth <= upper ? 1 : 0;
      sums.covered_shifted += truth <= upper + shift ? 1 : 0;
      sums.ours += PinballLoss(truth, upper + shift, options_.quantile);
      sums.missed_by.push_back(truth - upper);
      AddNaive(rules, target, options_.ahead > 0 ? target - options_.ahead + 1 : origin, truth, sums);
    }
    return sums;
  }

  void AddNaive(NaiveRules& rules, int target, int known, double truth, Sums& sums) const {
    for (std::size_t r = 0; r < kNaiveRules.size(); ++r) {
      if (!sums.naive[r]) continue;
      if (const auto quantile = rules.Quantile(kNaiveRules[r], target, known)) {
        *sums.naive[r] += PinballLoss(truth, *quantile, options_.quantile);
      } else {
        sums.naive[r].reset();
      }
    }
  }

  // By what those forecasts missed, of all judged so far, whose truth was known at `time`.
  double ShiftKnownAt(int time) const {
    std::vector<double> missed_by;
    int learned = 0;
    for (std::size_t i = judged_.size(); i-- > 0 && learned < options_.origins;) {
      const int at = OriginAt(judged_by() - 1 - static_cast<int>(i));
      if (at + options_.horizon > time || judged_[i].count == 0) continue;
      missed_by.insert(missed_by.end(), judged_[i].missed_by.begin(), judged_[i].missed_by.end());
      ++learned;
    }
    return learned < kLeastOrigins ? 0 : ConformalQuantile(missed_by, options_.quantile);
  }

  Trust Conclude() {
    Trust trust;
    trust.reason = TrustReason::kNotBetter;
    trust.origins = origins_;
    const std::span<const Sums> all(judged_);
    const double usual = UsualChange();
    for (int refit = 0; refit < options_.refits; ++refit) {
      const auto judged = all.subspan(static_cast<std::size_t>(refit), static_cast<std::size_t>(origins_));
      const Verdict verdict(judged);
      Step(verdict, Verdict(judged.last(kLeastOrigins)), trust);
      trust.ours = verdict.ours / usual;
      trust.naive = std::isfinite(verdict.naive) ? verdict.naive / usual : 0;
      trust.rule = verdict.rule;
    }
    double count = 0;
    for (const Sums& each : all.last(static_cast<std::size_t>(origins_))) {
      count += each.count;
      trust.coverage += each.covered;
      trust.corrected += each.covered_shifted;
    }
    if (count == 0 || trust.rule.empty()) return Off(TrustReason::kShortHistory);
    trust.coverage /= count;
    trust.corrected /= count;
    trust.shift = ShiftKnownAt(size());
    return trust;
  }

  // `latest`: by the newest few alone, so that what was good for a day does not hide what is far off now.
  void Step(const Verdict& verdict, const Verdict& latest, Trust& trust) const {
    const bool far_off = latest.ours > kFarOff * latest.naive;
    if (verdict.rule.empty()) {
      trust.on = false;
      trust.reason = TrustReason::kShortHistory;
    } else if (verdict.ours < (1 - options_.margin) * verdict.naive && !far_off) {
      trust.on = true;
      trust.reason = TrustReason::kBetter;
    } else if (trust.on) {
      trust.on = verdict.ours <= verdict.naive && !far_off;
      trust.reason = trust.on ? TrustReason::kStillBetter : TrustReason::kWorse;
    } else if (trust.reason != TrustReason::kWorse || (verdict.ours <= verdict.naive && !far_off)) {
      trust.reason = TrustReason::kNotBetter;
    }
  }

  // The mean change from one value to the next, so that losses of different series can be compared.
  double UsualChange() const {
    double sum = 0;
    for (std::size_t t = 1; t < clean_.values.size(); ++t) sum += std::abs(clean_.values[t] - clean_.values[t - 1]);
    return sum > 0 ? sum / static_cast<double>(clean_.values.size() - 1) : 1;
  }

  const TrustOptions& options_;
  int day_;
  int refit_;
  int origins_ = 0;
  std::span<const double> raw_;  // from the first known value on
  History clean_;
  std::vector<Sums> judged_;  // oldest first
};

const Words& WordsOf(TrustReason reason) { return *std::ranges::find(kWords, reason, &Words::reason); }

}  // namespace

Trust JudgeTrust(std::span<const double> history, const TrustOptions& options) { return Judge(history, options).Run(); }

std::string_view TrustCode(TrustReason reason) { return WordsOf(reason).code; }
std::string_view TrustSentence(TrustReason reason) { return WordsOf(reason).sentence; }

std::optional<TrustReason> ParseTrustCode(std::string_view code) {
  const auto* found = std::ranges::find(kWords, code, &Words::code);
  return found == kWords.end() ? std::nullopt : std::optional(found->reason);
}

std::optional<std::string_view> ParseNaiveRule(std::string_view name) {
  for (const NaiveRule rule : kNaiveRules) {
    if (NameOf(rule) == name) return NameOf(rule);
  }
  return name.empty() ? std::optional(std::string_view()) : std::nullopt;
}

}  // namespace loadline
