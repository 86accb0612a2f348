#include "support/fake_sources.h"

namespace loadline::testing {

std::vector<Answer> FakeMetricSource::Ask(const std::vector<Question>& questions, Duration) {
  std::vector<Answer> answers;
  for (const Question& question : questions) {
    Answer answer;
    for (Timestamp time = question.begin; time <= question.end; time += question.step) {
      answer.readings.push_back(said_(question.query, time));
      if (question.begin == question.end) break;
    }
    if (answer.readings.back().state != ReadingState::kValue) answer.problem = "as the test says";
    answers.push_back(std::move(answer));
  }
  const std::lock_guard lock(mutex_);
  questions_.insert(questions_.end(), questions.begin(), questions.end());
  return answers;
}

std::vector<Question> FakeMetricSource::TakeQuestions() {
  const std::lock_guard lock(mutex_);
  return std::exchange(questions_, {});
}

void FakePolicySource::Give(PolicySet set) {
  const std::lock_guard lock(mutex_);
  next_ = std::move(set);
  given_.notify_all();
}

void FakePolicySource::Run(std::stop_token stop, const std::function<void(PolicySet)>& on_change) {
  while (!stop.stop_requested()) {
    std::optional<PolicySet> set;
    {
      std::unique_lock lock(mutex_);
      given_.wait(lock, stop, [this] { return next_.has_value(); });
      set = std::exchange(next_, std::nullopt);
    }
    if (set) on_change(std::move(*set));
  }
}

}  // namespace loadline::testing
