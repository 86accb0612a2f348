#include "forecast/models/models.h"

#include <Eigen/Dense>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "forecast/profile.h"
#include "support/load_series.h"

namespace loadline {
namespace {

ForecastQuestion Ask(const std::vector<double>& values, std::vector<int> origins, int horizon = 48, int day = 24) {
  return {.values = values, .origins = std::move(origins), .day = day, .horizon = horizon};
}

TEST_CASE("Every model answers every origin, each step, with finite numbers") {
  const std::vector<double> values = testing::MakeLoad(1, 40);
  for (const Model& model : AllModels()) {
    CAPTURE(model.name);
    const Answers answers = model.predict(Ask(values, {912, 936, 960}));
    REQUIRE(answers.size() == 3);
    for (const auto& answer : answers) {
      REQUIRE(answer.size() == 48);
      CHECK(std::ranges::all_of(answer, [](double value) { return std::isfinite(value); }));
    }
  }
}

TEST_CASE("What comes after an origin changes nothing of what is said from it") {
  std::vector<double> values = testing::MakeLoad(2, 40);
  for (const Model& model : AllModels()) {
    CAPTURE(model.name);
    const auto before = model.predict(Ask(values, {840, 864, 960}));
    std::vector<double> other = values;
    for (std::size_t t = 864; t < other.size(); ++t) other[t] = 1000 + 10.0 * (t % 7);
    const auto after = model.predict(Ask(other, {840, 864, 960}));
    for (int h = 0; h < 48; ++h) {
      CHECK(after[0][h] == Approx(before[0][h]).epsilon(1e-7));
      CHECK(after[1][h] == Approx(before[1][h]).epsilon(1e-7));
    }
  }
}

TEST_CASE("What several origins share gives what each would have said alone") {
  const std::vector<double> values = testing::MakeLoad(3, 40);
  std::vector<int> all;
  for (int origin = 672; origin <= 960; origin += 24) all.push_back(origin);
  for (const Model& model : AllModels()) {
    CAPTURE(model.name);
    const Answers together = model.predict(Ask(values, all));
    // The first origin is kept: scale and rows begin by it.
    const Answers alone = model.predict(Ask(values, {672, 960}));
    for (int h = 0; h < 48; ++h) CHECK(together.back()[h] == Approx(alone.back()[h]).epsilon(1e-7));
  }
}

// One regression of direct.cc, written down as the recipe says: all rows at once, weighted from the origin.
double PlainDirectWeek(const std::vector<double>& values, int first, int origin, int h) {
  constexpr int kDay = 24;
  constexpr int kWeek = 168;
  double mean = 0, squares = 0;
  for (int t = 0; t < first; ++t) mean += std::log(values[t]) / first;
  for (int t = 0; t < first; ++t) squares += std::pow(std::log(values[t]) - mean, 2) / first;
  const double deviation = std::sqrt(squares);
  std::vector<double> z;
  for (int t = 0; t < origin; ++t) z.push_back((std::log(values[t]) - mean) / deviation);
  const Profile profile(z, kWeek, 0.4);
  const auto residual = [&](int t) { return z[t] - profile.Expected(t); };
  const auto mean_of = [&](int count, int t) {
    double sum = 0;
    for (int i = 0; i < count; ++i) sum += residual(t - i);
    return sum / count;
  };
  const int days = (h - 1) / kDay + 1;
  const auto features = [&](int t) -> Eigen::RowVector4d {
    return {residual(t), mean_of(3, t), mean_of(kDay, t), residual(t + h - days * kDay)};
  };
  const int begin = kWeek + kDay;
  const int rows = origin - h - begin;
  Eigen::MatrixXd x(rows, 4);
  Eigen::VectorXd y(rows), w(rows);
  for (int i = 0; i < rows; ++i) {
    const int t = begin + i;
    const int phase = std::min((origin - 1 - t) % kDay, kDay - (origin - 1 - t) % kDay);
    x.row(i) = features(t);
    y(i) = residual(t + h);
    w(i) = std::exp2(-(origin - 1 - t) / 400.0) * (std::exp(-0.5 * std::pow(phase / 3.0, 2)) + 0.1);
  }
  const Eigen::MatrixXd gram = x.transpose() * w.asDiagonal() * x + Eigen::MatrixXd::Identity(4, 4);
  const Eigen::VectorXd beta = gram.ldlt().solve(x.transpose() * w.asDiagonal() * y);
  return std::exp((profile.From(origin, origin - 1 + h) + features(origin - 1).dot(beta.transpose())) * deviation +
                  mean);
}

TEST_CASE("Sums that grow from origin to origin give the plain regression") {
  const std::vector<double> values = testing::MakeLoad(4, 40);
  const std::vector<int> origins = {792, 816, 840, 864, 888, 912, 936, 960};
  const Answers answers = DirectWeek(Ask(values, origins));
  for (std::size_t o = 0; o < origins.size(); ++o) {
    for (const int h : {1, 5, 24, 25, 48}) {
      CAPTURE(origins[o], h);
      CHECK(answers[o][h - 1] == Approx(PlainDirectWeek(values, 792, origins[o], h)).epsilon(1e-6));
    }
  }
}

TEST_CASE("A series that repeats itself is repeated") {
  for (const double weekend : {1.0, 0.6}) {
    std::vector<double> values = testing::MakeLoad(5, 7, {.weekend = weekend, .noise = 0});
    for (int t = 7 * 24; t < 40 * 24; ++t) values.push_back(values[t - 7 * 24]);
    for (const Model& model : AllModels()) {
      const bool by_week = model.name.find("week") != std::string_view::npos || model.name == "double seasonal";
      if (!model.whole_days || (weekend < 1 && !by_week)) continue;
      CAPTURE(model.name, weekend);
      const Answers answers = model.predict(Ask(values, {36 * 24, 37 * 24}, 24));
      for (int h = 0; h < 24; ++h) CHECK(answers[1][h] == Approx(values[37 * 24 + h]).epsilon(0.1));
    }
  }
}

}  // namespace
}  // namespace loadline
