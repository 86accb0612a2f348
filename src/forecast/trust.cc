#include "forecast/trust.h"

#include <algorithm>
#include <array>
#include <bit>
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

// The same, once it is known how far the forecast is to be shifted.
struct Scored {
  const JudgedOrigin* origin = nullptr;
  double loss = 0;
  int covered_shifted = 0;

  int count() const { return static_cast<int>(origin->missed_by.size()); }
};

// Of two values that are equal here the forecasts are equal, too.
std::uint64_t Mixed(std::uint64_t hash, double value) {
  const double same = std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
  hash = (hash ^ std::bit_cast<std::uint64_t>(same)) * 0x9E37'79B9'7F4A'7C15u;
  return hash ^ hash >> 32;
}

// The loss of all that was judged at some origins.
struct Verdict {
  double ours = 0;
  double naive = std::numeric_limits<double>::infinity();
  std::string_view rule;

  explicit Verdict(std::span<const Scored> origins) {
    double judged = 0;
    std::array<std::optional<double>, kNaiveRules.size()> sums;
    sums.fill(0.0);
    for (const Scored& each : origins) {
      if (each.count() == 0) continue;
      ours += each.loss;
      judged += each.count();
      for (std::size_t r = 0; r < sums.size(); ++r) {
        if (sums[r] && each.origin->naive[r]) {
          *sums[r] += *each.origin->naive[r];
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
  Judge(std::span<const double> history, const TrustOptions& options, TrustMemo& memo)
      : options_(options),
        memo_(memo),
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
    if (clean_.unknown_at_end >= kOutageAtEnd) return Off(TrustReason::kOutage);
    if (ShareUnknown() > options_.most_missing) return Off(TrustReason::kGaps);
    TrustMemo judged;
    for (int i = judged_by() - 1; i >= 0; --i) {
      const int origin = OriginAt(i);
      const std::uint64_t key = KeyOf(origin);
      const auto known = memo_.find(key);
      const auto& kept = *judged.emplace(key, known != memo_.end() ? known->second : JudgeAt(origin)).first;
      scored_.push_back(Score(kept.second, ShiftKnownAt(origin)));
    }
    memo_ = std::move(judged);
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

  double ShareUnknown() const {
    const auto share = [&](int first) {
      int unknown = 0;
      for (int t = first; t < size(); ++t) unknown += IsKnown(t) ? 0 : 1;
      return static_cast<double>(unknown) / (size() - first);
    };
    return std::max(share(0), share(OriginAt(judged_by() - 1)));
  }

  // What the result of an origin is a function of: what was known then, from the first known value on, and what came.
  std::span<const double> WindowOf(int origin) const {
    int begin = options_.window > 0 ? std::max(0, origin - options_.window) : 0;
    while (begin < origin && !std::isfinite(raw_[static_cast<std::size_t>(begin)])) ++begin;
    return raw_.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(origin - begin + options_.horizon));
  }

  std::uint64_t KeyOf(int origin) const {
    std::uint64_t key = 0;
    for (const double each : {static_cast<double>(options_.step.count()), static_cast<double>(options_.horizon),
                              static_cast<double>(options_.ahead), options_.quantile})
      key = Mixed(key, each);
    for (const double value : WindowOf(origin)) key = Mixed(key, value);
    for (const Holiday& each : HolidaysOf(origin)) {
      for (const int part : {each.begin, each.end, each.weekday}) key = Mixed(key, part);
    }
    return key;
  }

  std::vector<Holiday> HolidaysOf(int origin) const {
    const int later = size() - origin;
    const int known = static_cast<int>(WindowOf(origin).size()) - options_.horizon;
    std::vector<Holiday> holidays;
    for (const Holiday& each : options_.holidays) {
      if (each.end + later <= -known || each.begin + later >= options_.horizon) continue;
      holidays.push_back({each.begin + later, each.end + later, each.weekday});
    }
    return holidays;
  }

  JudgedOrigin JudgeAt(int end) const {
    JudgedOrigin judged;
    const std::span<const double> window = WindowOf(end);
    const int origin = static_cast<int>(window.size()) - options_.horizon;
    ForecastRequest request;
    request.step = options_.step;
    request.horizon = options_.horizon;
    request.quantiles = {options_.quantile};
    request.holidays = HolidaysOf(end);
    const Result<Forecast> forecast = MakeForecast(window.first(static_cast<std::size_t>(origin)), request);
    if (!forecast) return judged;
    const std::vector<double> clean = CleanHistory(window, day_).values;
    NaiveRules rules(clean, origin, day_, options_.quantile);
    judged.naive.fill(0.0);
    for (int step = std::max(1, options_.ahead); step <= options_.horizon; ++step) {
      const auto target = static_cast<std::size_t>(origin + step - 1);
      const double truth = window[target];
      if (!std::isfinite(truth) || truth != clean[target]) continue;
      judged.missed_by.push_back(truth - forecast->quantiles.front()[static_cast<std::size_t>(step) - 1]);
      AddNaive(rules, origin, step, truth, judged);
    }
    return judged;
  }

  void AddNaive(NaiveRules& rules, int origin, int step, double truth, JudgedOrigin& judged) const {
    const int target = origin + step - 1;
    const int known = options_.ahead > 0 ? target - options_.ahead + 1 : origin;
    for (std::size_t r = 0; r < kNaiveRules.size(); ++r) {
      if (!judged.naive[r]) continue;
      if (const auto quantile = rules.Quantile(kNaiveRules[r], target, known)) {
        *judged.naive[r] += PinballLoss(truth, *quantile, options_.quantile);
      } else {
        judged.naive[r].reset();
      }
    }
  }

  Scored Score(const JudgedOrigin& origin, double shift) const {
    Scored scored{.origin = &origin};
    for (const double missed : origin.missed_by) {
      scored.loss += PinballLoss(missed, shift, options_.quantile);
      scored.covered_shifted += missed <= shift ? 1 : 0;
    }
    return scored;
  }

  // By what those forecasts missed, of all judged so far, whose truth was known at `time`.
  double ShiftKnownAt(int time) const {
    std::vector<double> missed_by;
    int learned = 0;
    for (std::size_t i = scored_.size(); i-- > 0 && learned < options_.origins;) {
      const int at = OriginAt(judged_by() - 1 - static_cast<int>(i));
      if (at + options_.horizon > time || scored_[i].count() == 0) continue;
      const std::vector<double>& each = scored_[i].origin->missed_by;
      missed_by.insert(missed_by.end(), each.begin(), each.end());
      ++learned;
    }
    return learned < kLeastOrigins ? 0 : ConformalQuantile(missed_by, options_.quantile);
  }

  Trust Conclude() {
    Trust trust;
    trust.reason = TrustReason::kNotBetter;
    trust.origins = origins_;
    const std::span<const Scored> all(scored_);
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
    for (const Scored& each : all.last(static_cast<std::size_t>(origins_))) {
      count += each.count();
      trust.coverage +=
          static_cast<double>(std::ranges::count_if(each.origin->missed_by, [](double m) { return m <= 0; }));
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
  TrustMemo& memo_;
  int day_;
  int refit_;
  int origins_ = 0;
  std::span<const double> raw_;  // from the first known value on
  History clean_;
  std::vector<Scored> scored_;  // oldest first
};

const Words& WordsOf(TrustReason reason) { return *std::ranges::find(kWords, reason, &Words::reason); }

}  // namespace

int StepsJudged(const TrustOptions& options) {
  const int refit = std::max(1, static_cast<int>(options.refit / options.step));
  return options.horizon + (options.origins + options.refits - 2) * refit;
}

Trust JudgeTrust(std::span<const double> history, const TrustOptions& options, TrustMemo& memo) {
  return Judge(history, options, memo).Run();
}

Trust JudgeTrust(std::span<const double> history, const TrustOptions& options) {
  TrustMemo nothing;
  return JudgeTrust(history, options, nothing);
}

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
