#include "controller/reading_board.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <thread>

#include "base/text.h"
#include "scaling/namespaces.h"

namespace loadline {

namespace {

// Kept beyond the window, so that the thread that is a tick behind finds its whole window, too.
constexpr std::ptrdiff_t kSpareTicks = 2;

std::size_t HashOf(const PlannedQuery& query) {
  const std::hash<std::string> hash;
  return hash(query.text) * 31 + hash(query.source);
}

}  // namespace

void QueryReadings::Need(Duration window) {
  const MutexLock lock(mutex_);
  window_ = std::max(window_, window);
}

Timestamp QueryReadings::Begin() const { return end_ - interval_ * (std::ssize(readings_) - 1); }

std::optional<Question> QueryReadings::Missing(Timestamp now) const {
  const MutexLock lock(mutex_);
  const Timestamp oldest = now - window_ / interval_ * interval_;
  // None yet, the window has grown, or the clock was set back: what is there does not reach back far enough.
  if (readings_.empty() || Begin() > oldest) return Question{text_, oldest, now, interval_};

  Timestamp first = std::max(oldest, end_ + interval_);
  for (Timestamp time = oldest; time <= end_ && time < first; time += interval_) {
    const auto index = static_cast<std::size_t>((time - Begin()) / interval_);
    if (readings_[index].state == ReadingState::kFailed) first = time;
  }
  if (first > now) return std::nullopt;
  return Question{text_, first, now, interval_};
}

void QueryReadings::Store(const Question& question, Answer answer) {
  const MutexLock lock(mutex_);
  if (!readings_.empty() && end_ - question.end > kSpareTicks * interval_) {
    // No thread is that far behind: the clock was set back. What was read past it was not yet to be known.
    const auto past = std::min<std::ptrdiff_t>((end_ - question.end) / interval_, std::ssize(readings_));
    readings_.erase(readings_.end() - past, readings_.end());
    end_ = question.end;
  }
  if (readings_.empty() || question.begin > end_ + interval_ || question.end < Begin() - interval_) {
    readings_ = std::move(answer.readings);
    end_ = question.end;
    problem_ = std::move(answer.problem);
  } else {
    Merge(question, answer);
  }
  const std::ptrdiff_t most = window_ / interval_ + 1 + kSpareTicks;
  if (std::ssize(readings_) > most) readings_.erase(readings_.begin(), readings_.end() - most);
  readings_.shrink_to_fit();
}

void QueryReadings::Merge(const Question& question, const Answer& answer) {
  const Reading unknown;
  if (question.begin < Begin()) {
    readings_.insert(readings_.begin(), static_cast<std::size_t>((Begin() - question.begin) / interval_), unknown);
  }
  if (question.end > end_) {
    readings_.resize(readings_.size() + static_cast<std::size_t>((question.end - end_) / interval_), unknown);
    end_ = question.end;
  }
  auto known = readings_.begin() + (question.begin - Begin()) / interval_;
  for (const Reading& said : answer.readings) {
    if (said.state != ReadingState::kFailed || known->state == ReadingState::kFailed) {
      *known = said;
      if (&*known == &readings_.back()) problem_ = answer.problem;
    }
    ++known;
  }
}

QueryReadings::Window QueryReadings::At(Timestamp now, Duration window) const {
  Window seen;
  At(now, window, seen);
  return seen;
}

void QueryReadings::At(Timestamp now, Duration window, Window& seen) const {
  const MutexLock lock(mutex_);
  seen.problem.clear();
  const std::ptrdiff_t most = window / interval_ + 1;
  // Another thread may have gone on to a later tick meanwhile; what is newer than `now` is left out.
  const std::ptrdiff_t newer = end_ > now ? (end_ - now) / interval_ : 0;
  if (end_ < now || newer >= std::ssize(readings_)) {
    seen.ticks.assign(1, {0, ReadingState::kFailed});
    seen.problem = "not asked in time";
    return;
  }
  const std::ptrdiff_t last = std::ssize(readings_) - newer;
  const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, last - most);
  seen.ticks.assign(readings_.begin() + first, readings_.begin() + last);
  if (seen.ticks.back().state != ReadingState::kValue) seen.problem = problem_;
}

ReadingBoard::ReadingBoard(std::vector<NamedSource> sources, Duration interval)
    : sources_(std::move(sources)), interval_(interval) {
  for (const NamedSource& source : sources_) states_[source.name] = {source.name, source.address, true, "", {}};
}

std::shared_ptr<QueryReadings> ReadingBoard::Use(const PlannedQuery& query) {
  const MutexLock lock(mutex_);
  if (used_.size() >= sweep_at_) {
    std::erase_if(used_, [](const auto& entry) { return entry.second.expired(); });
    sweep_at_ = std::max<std::size_t>(1024, 2 * used_.size());
  }
  const std::size_t hash = HashOf(query);
  const auto [begin, end] = used_.equal_range(hash);
  std::shared_ptr<QueryReadings> readings;
  for (auto it = begin; it != end && readings == nullptr; ++it) {
    readings = it->second.lock();
    if (readings != nullptr && (readings->source() != query.source || readings->text() != query.text))
      readings = nullptr;
  }
  if (readings == nullptr) {
    readings = std::make_shared<QueryReadings>(query.source, query.text, interval_);
    used_.emplace(hash, readings);
  }
  readings->Need(query.window);
  return readings;
}

Status ReadingBoard::MayUse(const std::string& name, const std::string& object_namespace) const {
  const auto found =
      std::find_if(sources_.begin(), sources_.end(), [&](const NamedSource& source) { return source.name == name; });
  if (found == sources_.end()) {
    std::vector<std::string> names;
    for (const NamedSource& source : sources_) names.push_back(source.name);
    return Fail(Code::kFailedPrecondition, fmt::format("source {} is not configured; there is {}", name,
                                                       names.empty() ? "none" : JoinWords(names)));
  }
  if (!found->allowed_namespaces.empty() && !AdmitsNamespace(found->allowed_namespaces, object_namespace)) {
    return Fail(Code::kPermissionDenied,
                fmt::format("source {} may not be used from namespace {}", name, object_namespace));
  }
  return {};
}

void ReadingBoard::Fill(const std::vector<std::shared_ptr<QueryReadings>>& readings, Timestamp now, Duration budget,
                        const std::function<void(const std::string& source)>& on_read) {
  std::map<std::string, std::vector<std::shared_ptr<QueryReadings>>> by_source;
  for (const auto& each : readings) by_source[each->source()].push_back(each);
  const auto fill = [&](const std::string& name) {
    const auto source =
        std::find_if(sources_.begin(), sources_.end(), [&](const NamedSource& each) { return each.name == name; });
    if (source != sources_.end()) FillFrom(*source, by_source.at(name), now, budget);
    on_read(name);
  };
  // A thread for each source but the last, which this one does.
  std::vector<std::jthread> threads;
  for (auto each = by_source.begin(); each != by_source.end(); ++each) {
    if (std::next(each) == by_source.end()) {
      fill(each->first);
    } else {
      threads.emplace_back(fill, std::cref(each->first));
    }
  }
}

void ReadingBoard::FillFrom(const NamedSource& source, const std::vector<std::shared_ptr<QueryReadings>>& readings,
                            Timestamp now, Duration budget) {
  std::vector<Question> questions;
  std::vector<QueryReadings*> askers;
  for (const auto& each : readings) {
    if (auto question = each->Missing(now)) {
      questions.push_back(std::move(*question));
      askers.push_back(each.get());
    }
  }
  if (questions.empty()) return;
  std::vector<Answer> answers = source.source->Ask(questions, budget);
  bool any_ok = false;
  std::string failure;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (answers[i].readings.back().state == ReadingState::kFailed) {
      failure = answers[i].problem;
    } else {
      any_ok = true;
    }
    askers[i]->Store(questions[i], std::move(answers[i]));
  }
  const MutexLock lock(mutex_);
  SourceState& state = states_[source.name];
  state.ok = failure.empty();
  state.problem = failure;
  if (any_ok) state.last_ok = now;
}

std::vector<Answer> ReadingBoard::Ask(const std::string& source, const std::vector<Question>& questions,
                                      Duration budget) const {
  const auto found = std::ranges::find(sources_, source, &NamedSource::name);
  return found->source->Ask(questions, budget);
}

std::vector<SourceState> ReadingBoard::SourceStates() const {
  const MutexLock lock(mutex_);
  std::vector<SourceState> states;
  for (const auto& [_, state] : states_) states.push_back(state);
  return states;
}

}  // namespace loadline
