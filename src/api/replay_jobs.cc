#include "api/replay_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

#include "api/replay_request.h"
#include "replay/replay_page.h"
#include "replay/replay_report.h"
#include "system/background.h"

namespace loadline {
namespace {

// What nobody else's is, on any pod.
std::string NewId() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace

std::string_view ReplayStateName(ReplayState state) {
  switch (state) {
    case ReplayState::kWaiting: return "waiting";
    case ReplayState::kRunning: return "running";
    case ReplayState::kDone: return "done";
    case ReplayState::kFailed: break;
  }
  return "failed";
}

struct ReplayJobs::Entry {
  ReplayJob job;        // guarded by the mutex
  HistoryReplay asked;  // of the thread, once it runs
  std::atomic<bool> removed = false;
};

// Tells how far one is, and when it is to end.
class ReplayJobs::Watched : public Progress {
 public:
  Watched(ReplayJobs& jobs, Entry& entry)
      : jobs_(jobs), entry_(entry), until_(jobs.clock_.Running() + jobs.limits_.longest) {}

  void Show(std::string_view what, std::size_t done, std::size_t of) override {
    const MutexLock lock(jobs_.mutex_);
    entry_.job.what = what;
    entry_.job.done = done;
    entry_.job.of = of;
  }
  void Clear() override {}
  bool Stopped() const override { return entry_.removed || jobs_.stopping_ || IsLate(); }
  bool IsLate() const { return jobs_.clock_.Running() >= until_; }

 private:
  ReplayJobs& jobs_;
  Entry& entry_;
  const Duration until_;
};

ReplayJobs::ReplayJobs(Clock& clock, ReplayJobLimits limits)
    : clock_(clock), limits_(limits), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

ReplayJobs::~ReplayJobs() { Stop(); }

void ReplayJobs::Stop() {
  stopping_ = true;
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Result<std::string> ReplayJobs::Post(HistoryReplay asked, std::string caller) {
  auto entry = std::make_shared<Entry>();
  entry->job.id = NewId();
  entry->job.object = asked.input.object;
  entry->job.caller = std::move(caller);
  entry->job.posted = clock_.Now();
  entry->asked = std::move(asked);
  const std::string id = entry->job.id;
  const MutexLock lock(mutex_);
  const auto waiting = static_cast<std::size_t>(
      std::ranges::count_if(jobs_, [](const auto& each) { return each->job.state == ReplayState::kWaiting; }));
  if (waiting >= limits_.waiting)
    return Fail(Code::kResourceExhausted, fmt::format("{} replays are waiting already: post it later", waiting));
  jobs_.push_front(std::move(entry));
  wake_.notify_all();
  return id;
}

std::optional<ReplayJob> ReplayJobs::Find(const std::string& id) const {
  const MutexLock lock(mutex_);
  const auto found = std::ranges::find_if(jobs_, [&](const auto& each) { return each->job.id == id; });
  return found == jobs_.end() ? std::nullopt : std::optional((*found)->job);
}

std::vector<ReplayJob> ReplayJobs::All() const {
  const MutexLock lock(mutex_);
  std::vector<ReplayJob> all;
  for (const auto& each : jobs_) all.push_back(each->job);
  return all;
}

bool ReplayJobs::Remove(const std::string& id) {
  const MutexLock lock(mutex_);
  const auto found = std::ranges::find_if(jobs_, [&](const auto& each) { return each->job.id == id; });
  if (found == jobs_.end()) return false;
  (*found)->removed = true;
  jobs_.erase(found);
  return true;
}

void ReplayJobs::Run(const std::stop_token& stop) {
  YieldToOtherThreads();
  while (!stop.stop_requested()) {
    std::shared_ptr<Entry> next;
    {
      std::unique_lock lock(mutex_);
      const auto first_waiting = [&] {
        return std::find_if(jobs_.rbegin(), jobs_.rend(),
                            [](const auto& each) { return each->job.state == ReplayState::kWaiting; });
      };
      if (!wake_.wait(lock, stop, [&] { return first_waiting() != jobs_.rend(); })) return;
      next = *first_waiting();
      next->job.state = ReplayState::kRunning;
    }
    Play(*next);
  }
}

void ReplayJobs::Play(Entry& entry) {
  Watched progress(*this, entry);
  const double begun = ThreadCpuSeconds();
  Result<ReplayReport> report = Fail(Code::kInternal, "it ended early");
  std::shared_ptr<const std::string> result, text, page;
  try {
    report = ReplayHistory(entry.asked, clock_.Now(), progress);
    if (report) {
      report->cpu_seconds = ThreadCpuSeconds() - begun;
      for (std::string& warning : report->warnings) warning = InWordsOfRequest(std::move(warning));
      result = std::make_shared<const std::string>(FormatReplayJson(*report));
      text = std::make_shared<const std::string>(FormatReplayText(*report));
      page = std::make_shared<const std::string>(FormatReplayPage(*report));
    }
  } catch (const std::exception& error) {  // no memory, above all: decisions go on
    report = Fail(Code::kInternal, error.what());
  }
  if (!report && progress.IsLate()) {
    report = Fail(Code::kDeadlineExceeded,
                  fmt::format("it took longer than {}: replay a shorter range, or policies without forecasts",
                              FormatDuration(limits_.longest)));
  }
  entry.asked = {};
  const MutexLock lock(mutex_);
  entry.job.state = report ? ReplayState::kDone : ReplayState::kFailed;
  if (!report) entry.job.error = Error{report.error().code, InWordsOfRequest(report.error().message)};
  entry.job.result = std::move(result);
  entry.job.text = std::move(text);
  entry.job.page = std::move(page);
  std::size_t over = 0;
  std::erase_if(jobs_, [&](const auto& each) {
    const bool is_over = each->job.state == ReplayState::kDone || each->job.state == ReplayState::kFailed;
    return is_over && ++over > limits_.kept;
  });
}

}  // namespace loadline
