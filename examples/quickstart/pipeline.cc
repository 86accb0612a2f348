#include "pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace loadline::quickstart {
namespace {

constexpr double kEventsPerWorker = 50;     // per second, from the buffer
constexpr double kCapturePerWorker = 1000;  // per second, from the source into the buffer
constexpr double kPeakLoad = 350;           // events per second
constexpr double kStep = 0.01;

}  // namespace

double LoadAt(double seconds) {
  constexpr double kQuietBefore = 4;
  constexpr double kRise = 12;
  constexpr double kPeak = 8;
  constexpr double kFall = 8;
  const double at = std::fmod(seconds, kPeriod) - kQuietBefore;
  if (at < 0 || at > kRise + kPeak + kFall) return 0;
  const double share = at < kRise ? at / kRise : at < kRise + kPeak ? 1 : 1 - (at - kRise - kPeak) / kFall;
  return kPeakLoad * share;
}

void Pipeline::RunTo(double seconds, int workers) {
  workers_ = workers;
  for (; now_ + kStep <= seconds; now_ += kStep) {
    produced_ += LoadAt(now_) * kStep;
    captured_ = std::min(produced_, captured_ + workers * kCapturePerWorker * kStep);
    processed_ = std::min(captured_, processed_ + workers * kEventsPerWorker * kStep);
    if (history_.empty() || now_ - history_.back().first >= 0.1) history_.emplace_back(now_, produced_);
    while (history_.size() > 1 && history_[1].second <= processed_) history_.pop_front();
  }
}

double Pipeline::lag() const {
  if (produced_ - processed_ < 1 || history_.empty()) return 0;
  return (now_ - history_.front().first) * time_scale_;
}

std::string Pipeline::Metrics() const {
  std::string text;
  auto add = [&text](std::string_view name, std::string_view type, std::string_view labels, double value) {
    text += fmt::format("# TYPE {} {}\n{}{{{}}} {}\n", name, type, name, labels, value);
  };
  add("kube_deployment_status_replicas", "gauge", R"(namespace="data",deployment="orders-cdc")", workers_);
  add("pg_replication_slot_lag_events", "gauge", R"(slot="orders")", std::floor(waiting_at_source()));
  if (workers_ == 0) return text;
  add("philotes_cdc_lag_seconds", "gauge", R"(pipeline="orders")", lag());
  add("philotes_buffer_depth", "gauge", R"(pipeline="orders")", std::floor(depth()));
  add("philotes_cdc_events_total", "counter", R"(pipeline="orders")", std::floor(captured_));
  return text;
}

}  // namespace loadline::quickstart
