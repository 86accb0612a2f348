#include "controller/query_history.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace loadline {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

float ValueOf(const Reading& reading, bool empty_is_zero) {
  if (reading.state == ReadingState::kEmpty && empty_is_zero) return 0;
  // A value from which data is missing is too low, and a forecast would learn it.
  if (reading.state != ReadingState::kValue) return kUnknown;
  const auto value = static_cast<float>(reading.value);
  return std::isfinite(value) ? value : kUnknown;
}

Duration Times(Duration step, std::size_t count) { return step * static_cast<Duration::rep>(count); }

}  // namespace

void QueryHistory::Need(std::size_t values) {
  const MutexLock lock(mutex_);
  most_ = std::max(most_, values + spare_);
}

Timestamp QueryHistory::Begin() const { return end_ + step_ - Times(step_, values_.size()); }

std::optional<Question> QueryHistory::Missing(Timestamp end, std::size_t most_points) {
  const MutexLock lock(mutex_);
  if (!values_.empty() && end_ - end > Times(step_, spare_)) {
    values_.resize(values_.size() - std::min(values_.size(), static_cast<std::size_t>((end_ - end) / step_)));
    end_ = end;
  }
  if (values_.empty() || end_ < end - Times(step_, most_)) {
    values_.clear();
    end_ = end;
  }
  const Timestamp oldest = std::max(end, end_) - Times(step_, most_ - 1);
  const Duration longest = Times(step_, most_points - 1);
  if (end_ < end) return Question{text_, end_ + step_, std::min(end, end_ + step_ + longest), step_};
  if (Begin() <= oldest) return std::nullopt;
  const Timestamp last = Begin() - step_;
  return Question{text_, std::max(oldest, last - longest), last, step_};
}

bool QueryHistory::Store(const Question& question, const Answer& answer) {
  const auto unanswered = [](const Reading& reading) {
    return reading.state == ReadingState::kFailed || reading.state == ReadingState::kRefused;
  };
  if (std::ranges::any_of(answer.readings, unanswered)) return false;
  std::vector<float> said;
  said.reserve(answer.readings.size());
  for (const Reading& reading : answer.readings) said.push_back(ValueOf(reading, empty_is_zero_));
  const MutexLock lock(mutex_);
  if (question.begin == end_ + step_) {
    values_.insert(values_.end(), said.begin(), said.end());
    end_ = question.end;
  } else if (question.end == Begin() - step_) {
    values_.insert(values_.begin(), said.begin(), said.end());
  }
  Trim();
  return true;
}

void QueryHistory::Trim() {
  if (values_.size() > most_) values_.erase(values_.begin(), values_.end() - static_cast<std::ptrdiff_t>(most_));
  if (values_.capacity() > most_ + most_ / 8) values_.shrink_to_fit();
}

void QueryHistory::Forget() {
  const MutexLock lock(mutex_);
  values_.clear();
  end_ = Timestamp();  // so that what is being asked finds no place
}

std::vector<double> QueryHistory::UpTo(Timestamp end, std::size_t count) const {
  const MutexLock lock(mutex_);
  const auto newer = end < end_ ? static_cast<std::size_t>((end_ - end) / step_) : 0;
  if (values_.empty() || end > end_) return {};
  const std::size_t last = values_.size() - std::min(newer, values_.size());
  const std::size_t first = last - std::min(count, last);
  return {values_.begin() + static_cast<std::ptrdiff_t>(first), values_.begin() + static_cast<std::ptrdiff_t>(last)};
}

std::size_t QueryHistory::bytes() const {
  const MutexLock lock(mutex_);
  return values_.capacity() * sizeof(float);
}

}  // namespace loadline
