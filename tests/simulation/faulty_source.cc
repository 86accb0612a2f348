#include "simulation/faulty_source.h"

#include <utility>

namespace loadline::simulation {

void FaultySource::BeginTurn(Timestamp now, const SourceRates& rates) {
  now_ = now;
  rates_ = rates;
  ++turn_;
  away_ = Mix(seed_ ^ Mix(turn_)) % 10'000 < (away_ ? rates.stays_away : rates.outage);
  if (away_) counts_.Note(Fault::kOutage);
}

std::vector<Answer> FaultySource::Ask(const std::vector<Question>& questions, Duration) {
  if (std::exchange(kills_, false)) {
    counts_.Note(Fault::kKillInTick);
    throw Killed();
  }
  std::vector<Answer> answers;
  answers.reserve(questions.size());
  for (const Question& question : questions) answers.push_back(AnswerOne(question));
  return answers;
}

Fault FaultySource::FaultOf(const std::string& query) const {
  if (rates_.question == 0) return Fault::kNone;
  const std::uint64_t drawn = Mix(seed_ ^ Mix(turn_) ^ HashOf(query));
  if (drawn % 10'000 >= rates_.question) return Fault::kNone;
  static constexpr std::array kKinds = {Fault::kFailed,  Fault::kFailed,    Fault::kFailed,  Fault::kEmpty,
                                        Fault::kSeveral, Fault::kNotFinite, Fault::kRefused, Fault::kPartial,
                                        Fault::kWrong,   Fault::kShort};
  return kKinds[drawn / 10'000 % kKinds.size()];
}

Answer FaultySource::AnswerOne(const Question& question) {
  Answer answer;
  const Fault kind = away_ ? Fault::kOutage : FaultOf(question.query);
  if (kind != Fault::kNone && kind != Fault::kOutage) counts_.Note(kind);
  for (Timestamp time = question.begin; time <= question.end; time += question.step) {
    const Reading truth = load_.Say(question.query, time, now_);
    const bool last = time + question.step > question.end || question.begin == question.end;
    Reading said = truth;
    if (kind == Fault::kOutage || kind == Fault::kFailed || (kind == Fault::kShort && !last)) {
      said = {0, ReadingState::kFailed};
    } else if (last) {
      switch (kind) {
        case Fault::kEmpty: said = {0, ReadingState::kEmpty}; break;
        case Fault::kSeveral: said = {0, ReadingState::kSeveral}; break;
        case Fault::kNotFinite: said = {0, ReadingState::kNotFinite}; break;
        case Fault::kRefused: said = {0, ReadingState::kRefused}; break;
        case Fault::kPartial:
          if (truth.state == ReadingState::kValue) said = {truth.value / 2, ReadingState::kPartial};
          break;
        case Fault::kWrong:
          if (truth.state == ReadingState::kValue) said.value = truth.value / 2 + 1;
          break;
        default: break;
      }
    }
    // What is said of times to come is not true of them.
    heard_.Note(question.query, time, said, said == truth && time <= now_);
    answer.readings.push_back(said);
    if (question.begin == question.end) break;
  }
  if (answer.readings.back().state != ReadingState::kValue) answer.problem = "prom:9090: as the simulation says";
  return answer;
}

}  // namespace loadline::simulation
