#include "controller/forecast_board.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "unit/controller/gate_source.h"
#include "unit/controller/pod.h"

namespace loadline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Eventually;
using testing::FakeMetricSource;
using testing::GateSource;
using testing::kStart;
using testing::RecordingLog;
using testing::Value;

double Minute(Timestamp time) { return static_cast<double>((time - kStart) / minutes(1)); }

Reading Tells(const std::string&, Timestamp time) { return Value(Minute(time)); }

// Says in the forecast what it was made from: the sum of the history, its length and its last value.
SignalForecast SumUp(std::span<const double> history, Timestamp fitted, const Trust& trust, const PlannedForecast&,
                     const ForecastTimes& times) {
  SignalForecast forecast;
  forecast.fitted = fitted;
  forecast.refit = times.refit;
  forecast.step = times.step;
  forecast.trust = trust;
  forecast.middle = {std::accumulate(history.begin(), history.end(), 0.0), static_cast<double>(history.size()),
                     history.back()};
  return forecast;
}
Trust LastValue(std::span<const double> history, Timestamp, const PlannedForecast&, const ForecastTimes&, TrustMemo&) {
  Trust trust;
  trust.ours = history.back();
  trust.origins = static_cast<int>(history.size());
  return trust;
}

PlannedForecast Planned(const std::string& text = "load", Duration history = hours(48)) {
  return {"default", text, false, history, minutes(5), 0.95};
}

// A board with a source of its own. Refits every ten minutes, used a minute after.
struct Board {
  explicit Board(FakeMetricSource::Said said = Tells) : Board(std::make_shared<FakeMetricSource>(std::move(said))) {}
  explicit Board(std::shared_ptr<FakeMetricSource> from) : source(std::move(from)) {
    options.pause = Duration(0);
    options.judge = LastValue;
    options.fit = SumUp;
  }

  void Start() {
    board = std::make_unique<ForecastBoard>(
        options, std::vector<NamedSource>{{"default", "fake", {}, source}}, log,
        [this](std::string_view outcome, double) { ++(outcome == "fitted" ? fitted : failed); });
    board->Start();
  }
  // Ticks on to `minute`, and waits for the forecast that is due then.
  std::shared_ptr<const PublishedForecast> Run(const ForecastTrack& track, double minute) {
    const Timestamp now = kStart + Duration(static_cast<std::int64_t>(minute * 60'000));
    board->Advance(now);
    const Timestamp due = AlignDown(now - options.lead, options.refit);
    REQUIRE(Eventually([&] {
      const auto at = track.At(now);
      return at != nullptr && at->forecast.fitted == due;
    }));
    return track.At(now);
  }
  std::size_t asked() { return source->TakeQuestions().size(); }

  std::shared_ptr<FakeMetricSource> source;
  ForecastOptions options;
  RecordingLog log;
  std::atomic<int> fitted{0};
  std::atomic<int> failed{0};
  std::unique_ptr<ForecastBoard> board;
};

TEST_CASE("A forecast is made of the history that ends at the refit time, in chunks, and then extended") {
  Board board;
  board.options.most_points = 1000;
  board.Start();
  const auto track = board.board->Use(Planned());
  CHECK(track->At(kStart) == nullptr);
  const auto first = board.Run(*track, 3);
  CHECK(first->forecast.fitted == kStart);
  CHECK(first->forecast.middle[1] == 48 * 60);
  CHECK(first->forecast.middle[2] == 0);
  std::vector<Question> questions = board.source->TakeQuestions();
  REQUIRE(questions.size() == 5);  // 2,880 minutes, 1,815 in which trust is judged, and 80 to spare
  CHECK(questions[0].end == kStart);
  CHECK(questions[0].begin == kStart - minutes(999));
  CHECK(questions[1].end == kStart - minutes(1000));
  CHECK(questions[0].step == minutes(1));

  const auto second = board.Run(*track, 11);
  CHECK(second->forecast.fitted == kStart + minutes(10));
  CHECK(second->forecast.middle[2] == 10);
  questions = board.source->TakeQuestions();
  REQUIRE(questions.size() == 1);
  CHECK(questions[0].begin == kStart + minutes(1));
  CHECK(questions[0].end == kStart + minutes(10));
}

TEST_CASE("Pods that start at different times publish equal forecasts and equal trust") {
  Board old_pod, new_pod;
  old_pod.Start();
  const auto old_track = old_pod.board->Use(Planned());
  for (double minute = 1; minute < 200; minute += 5) old_pod.Run(*old_track, minute);
  new_pod.Start();
  const auto new_track = new_pod.board->Use(Planned());
  for (double minute = 201; minute < 300; minute += 7) {
    const auto one = old_pod.Run(*old_track, minute);
    const auto two = new_pod.Run(*new_track, minute);
    CAPTURE(minute);
    CHECK(one->forecast == two->forecast);
    // Trust is judged once an hour, at a refit time, by as much history.
    CHECK(one->forecast.trust.ours == Minute(TrustTime(one->forecast.fitted, Planned(), old_track->times())));
    CHECK(one->forecast.trust.origins == 48 * 60 + 1815);
  }
}

TEST_CASE("A forecast is used from its lead on, until then the one before: also by a pod that starts in between") {
  Board pod;
  pod.Start();
  const auto track = pod.board->Use(Planned());
  const Timestamp between = kStart + minutes(10) + seconds(30);
  pod.board->Advance(between);
  REQUIRE(Eventually([&] { return pod.fitted == 2; }));
  CHECK(track->At(between)->forecast.fitted == kStart);
  CHECK(track->At(kStart + minutes(11) - Duration(1))->forecast.fitted == kStart);
  CHECK(track->At(kStart + minutes(11))->forecast.fitted == kStart + minutes(10));
}

TEST_CASE("Equal forecasts are made once, those of one query share its history, and they go with their last user") {
  Board pod;
  pod.Start();
  auto one = pod.board->Use(Planned());
  CHECK(pod.board->Use(Planned()) == one);
  PlannedForecast other = Planned();
  other.quantile = 0.8;
  const auto two = pod.board->Use(other);
  CHECK(two != one);
  CHECK(&two->history() == &one->history());
  pod.Run(*one, 3);
  pod.Run(*two, 3);
  CHECK(pod.asked() == 1);
  const std::weak_ptr<ForecastTrack> gone = one;
  one.reset();
  CHECK(Eventually([&] { return gone.expired(); }));
  pod.Run(*two, 11);
  CHECK(pod.fitted == 3);
}

TEST_CASE("While the source is away the forecast stays, then says why there is none; afterwards it goes on") {
  std::atomic<bool> away{false};
  Board pod([&](const std::string& query, Timestamp time) { return away ? testing::Failed() : Tells(query, time); });
  pod.Start();
  const auto track = pod.board->Use(Planned());
  pod.Run(*track, 3);
  away = true;
  const auto minute = [](int m) { return kStart + minutes(m); };
  pod.board->Advance(minute(11));
  REQUIRE(Eventually([&] { return pod.failed == 1; }));
  CHECK(track->At(minute(19))->forecast.fitted == kStart);
  CHECK(track->At(minute(20))->forecast.problem == "as the test says");
  CHECK(track->At(minute(20))->forecast.middle.empty());
  CHECK(pod.log.Count("forecast_not_refitted") == 1);

  // Not at each tick, but long before the next refit.
  pod.board->Advance(minute(11) + seconds(15));
  pod.board->Advance(minute(12));
  REQUIRE(Eventually([&] { return pod.failed == 2; }));
  away = false;
  pod.board->Advance(minute(13));
  REQUIRE(Eventually([&] { return pod.fitted == 2; }));
  CHECK(track->At(minute(13))->forecast.fitted == minute(10));
  CHECK(track->At(minute(13))->forecast.middle[2] == 10);

  Board other;
  other.Start();
  const auto others = other.board->Use(Planned());
  CHECK(other.Run(*others, 13)->forecast == track->At(minute(13))->forecast);
}

TEST_CASE("A query that is refused is asked once, and says so; a source that is away is not asked for each") {
  Board pod([](const std::string& query, Timestamp time) {
    if (query == "bad") return Reading{0, ReadingState::kRefused};
    return query == "load" ? Tells(query, time) : testing::Failed();
  });
  pod.options.at_once = 1;
  pod.Start();
  SECTION("refused") {
    const auto bad = pod.board->Use(Planned("bad", hours(24 * 28)));
    const auto good = pod.board->Use(Planned());
    pod.Run(*good, 3);
    REQUIRE(Eventually([&] { return pod.failed == 1; }));
    CHECK(bad->At(kStart + minutes(3))->forecast.problem == "as the test says");
    CHECK(pod.asked() == 2);
  }
  SECTION("away") {
    std::vector<std::shared_ptr<ForecastTrack>> tracks;
    for (int i = 0; i < 50; ++i) tracks.push_back(pod.board->Use(Planned("away" + std::to_string(i))));
    pod.board->Advance(kStart + minutes(3));
    REQUIRE(Eventually([&] { return pod.failed == 50; }));
    CHECK(pod.asked() == 3);
    CHECK(tracks[49]->At(kStart + minutes(3))->forecast.problem == "as the test says");
  }
}

TEST_CASE("A tick does not wait for a source that hangs, nor for a worker") {
  const auto gate = std::make_shared<GateSource>();
  Board pod(gate);
  std::atomic<bool> may_fit{false};
  pod.options.fit = [&](std::span<const double> history, Timestamp fitted, const Trust& trust,
                        const PlannedForecast& plan, const ForecastTimes& times) {
    Eventually([&] { return may_fit.load(); });
    return SumUp(history, fitted, trust, plan, times);
  };
  pod.Start();
  gate->Shut();
  const auto track = pod.board->Use(Planned());
  pod.board->Advance(kStart + minutes(3));
  REQUIRE(Eventually([&] { return gate->held() == 1; }));
  pod.board->Advance(kStart + minutes(4));  // returns
  CHECK(track->At(kStart + minutes(4)) == nullptr);
  gate->Open();
  REQUIRE(Eventually([&] { return gate->held() == 0; }));
  pod.board->Advance(kStart + minutes(5));
  CHECK(track->At(kStart + minutes(5)) == nullptr);
  may_fit = true;
  CHECK(pod.Run(*track, 6)->forecast.fitted == kStart);
}

TEST_CASE("After the clock was set back no forecast knows a time to come") {
  Board pod;
  pod.Start();
  const auto track = pod.board->Use(Planned());
  pod.Run(*track, 603);
  const auto before = pod.Run(*track, 63);
  CHECK(before->forecast.fitted == kStart + minutes(60));
  CHECK(before->forecast.middle[2] == 60);
  CHECK(before->forecast.trust.ours <= 60);
}

TEST_CASE("What a clock that was ahead has asked of times to come is forgotten when it is set") {
  std::atomic<int> now{0};  // the minute that it is
  Board pod([&](const std::string& query, Timestamp time) {
    return Minute(time) > now ? Reading{0, ReadingState::kEmpty} : Tells(query, time);
  });
  pod.Start();
  const auto track = pod.board->Use(Planned());
  const auto ahead = pod.Run(*track, 33);
  CHECK(std::isnan(ahead->forecast.middle[2]));
  CHECK(ahead->forecast.trust.reason != TrustReason::kClockJump);
  now = 5;
  pod.board->ClockJumped(kStart + minutes(5));
  CHECK(pod.Run(*track, 5)->forecast.trust.reason == TrustReason::kClockJump);
  now = 11;
  const auto after = pod.Run(*track, 11);
  CHECK(after->forecast.middle[2] == 10);

  Board other;
  other.Start();
  const auto others = other.board->Use(Planned());
  CHECK(other.Run(*others, 11)->forecast == after->forecast);
}

TEST_CASE("A forecast that was being made when the clock jumped is not trusted") {
  Board pod;
  std::atomic<bool> may_fit{false};
  pod.options.fit = [&](std::span<const double> history, Timestamp fitted, const Trust& trust,
                        const PlannedForecast& plan, const ForecastTimes& times) {
    Eventually([&] { return may_fit.load(); });
    return SumUp(history, fitted, trust, plan, times);
  };
  pod.Start();
  const auto track = pod.board->Use(Planned());
  pod.board->Advance(kStart + minutes(3));
  REQUIRE(Eventually([&] { return track->history().bytes() > 4 * 4000; }));
  pod.board->ClockJumped(kStart - minutes(20));
  may_fit = true;
  REQUIRE(Eventually([&] { return pod.fitted + pod.failed == 1; }));
  const auto made = track->At(kStart + minutes(3));
  REQUIRE(made != nullptr);
  CHECK((made->forecast.trust.reason == TrustReason::kClockJump || !made->forecast.problem.empty()));
}

TEST_CASE("What is shown of a history is thinned, and ends where the history does") {
  Board pod([](const std::string& query, Timestamp time) {
    return time <= kStart - hours(47) ? Reading{0, ReadingState::kEmpty} : Tells(query, time);
  });
  pod.Start();
  const auto track = pod.board->Use(Planned());
  const auto forecast = pod.Run(*track, 3);
  CHECK(forecast->history.size() == 480);
  CHECK(forecast->history_step == minutes(6));
  CHECK(forecast->history.back() == -2.5f);
  CHECK(std::isnan(forecast->history.front()));
}

// A queue of 5 replicas at 20/s each that is never empty.
PlannedNumber Throughput() {
  return {PlannedNumber::Kind::kThroughput, "default", {{"depth"}, {"ready"}, {"arriving"}}, false, hours(3), 0};
}
Reading Busy(const std::string& query, Timestamp) {
  return Value(query == "depth" ? 10'000 : query == "ready" ? 5 : 100);
}

TEST_CASE("A number is learned of several histories that end at the hour, and is used from the lead on") {
  Board pod(Busy);
  pod.options.most_points = 400;
  pod.Start();
  const auto track = pod.board->Use(Throughput());
  CHECK(pod.board->Use(Throughput()) == track);
  CHECK(track->At(kStart) == nullptr);
  const Timestamp now = kStart + minutes(3);
  pod.board->Advance(now);
  REQUIRE(Eventually([&] { return track->At(now) != nullptr; }));
  const auto learned = track->At(now);
  CHECK(learned->fitted == kStart);
  CHECK(*learned->value == Approx(20));
  CHECK(learned->count == 35);
  // 720 values and 480 to spare of each of three, in chunks.
  const std::vector<Question> questions = pod.source->TakeQuestions();
  REQUIRE(questions.size() == 9);
  for (const Question& question : questions) CHECK(question.step == seconds(15));

  const Timestamp later = kStart + minutes(61);
  pod.board->Advance(later);
  REQUIRE(Eventually([&] { return track->At(later)->fitted == kStart + hours(1); }));
  CHECK(pod.source->TakeQuestions().size() == 3);
  CHECK(track->At(later - Duration(1))->fitted == kStart);
}

TEST_CASE("Pods that start at different times learn the same") {
  const auto noisy = [](const std::string& query, Timestamp time) {
    const double minute = Minute(time);
    return query == "arriving" ? Value(100 + 20 * std::sin(minute) + 0.01 * minute) : Busy(query, time);
  };
  Board old_pod(noisy), new_pod(noisy);
  old_pod.Start();
  new_pod.Start();
  const auto learn = [](Board& pod, const NumberTrack& track, int minute) {
    const Timestamp now = kStart + minutes(minute);
    pod.board->Advance(now);
    REQUIRE(Eventually([&] {
      const auto at = track.At(now);
      return at != nullptr && at->fitted == AlignDown(now - minutes(1), hours(1));
    }));
    return *track.At(now);
  };
  const auto old_track = old_pod.board->Use(Throughput());
  for (int minute = 1; minute < 600; minute += 30) learn(old_pod, *old_track, minute);
  const auto new_track = new_pod.board->Use(Throughput());
  for (int minute = 602; minute < 800; minute += 45) {
    CAPTURE(minute);
    CHECK(learn(old_pod, *old_track, minute) == learn(new_pod, *new_track, minute));
  }
}

TEST_CASE("While a history cannot be had nothing is learned, what was learned stays, and it is tried again") {
  std::atomic<bool> away{true};
  Board pod([&](const std::string& query, Timestamp time) {
    return away && query == "ready" ? testing::Failed() : Busy(query, time);
  });
  pod.Start();
  const auto track = pod.board->Use(Throughput());
  const auto minute = [](int m) { return kStart + minutes(m); };
  pod.board->Advance(minute(3));
  REQUIRE(Eventually([&] { return pod.failed == 1; }));
  CHECK(track->At(minute(3))->problem == "as the test says");
  away = false;
  pod.board->Advance(minute(5));
  REQUIRE(Eventually([&] { return track->At(minute(5))->problem.empty(); }));
  away = true;
  pod.board->Advance(minute(62));
  REQUIRE(Eventually([&] { return pod.failed == 2; }));
  CHECK(track->At(minute(62))->fitted == kStart);
  CHECK(track->At(minute(6000))->fitted == kStart);
}

TEST_CASE("Numbers of one query share its history, and go with their last user") {
  Board pod(Busy);
  pod.Start();
  auto one = pod.board->Use(Throughput());
  PlannedNumber other = Throughput();
  other.queries[2].text = "done";
  other.by_done = true;
  const auto two = pod.board->Use(other);
  CHECK(two != one);
  CHECK(two->histories()[0] == one->histories()[0]);
  CHECK(two->histories()[2] != one->histories()[2]);
  const Timestamp now = kStart + minutes(3);
  pod.board->Advance(now);
  REQUIRE(Eventually([&] { return one->At(now) != nullptr && two->At(now) != nullptr; }));
  CHECK(pod.asked() == 4);
  const std::weak_ptr<NumberTrack> gone = one;
  one.reset();
  CHECK(Eventually([&] { return gone.expired(); }));
}

}  // namespace
}  // namespace loadline
