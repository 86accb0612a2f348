#include "bench/process_figures.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <time.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace loadline::bench {
namespace {

namespace fs = std::filesystem;

double StatusKb(pid_t pid, const std::string& field) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::stod(line.substr(field.size() + 1));
  }
  return 0;
}

int Entries(const std::string& folder) {
  std::error_code gone;
  const fs::directory_iterator entries(folder, gone);
  return gone ? 0 : static_cast<int>(std::distance(begin(entries), end(entries)));
}

}  // namespace

double CpuSeconds(pid_t pid) {
  clockid_t clock = 0;
  timespec time{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

ThreadSeconds SecondsOfThreads(pid_t pid) {
  ThreadSeconds seconds;
  std::error_code gone;
  for (const auto& thread : fs::directory_iterator(fmt::format("/proc/{}/task", pid), gone)) {
    std::string name;
    std::getline(std::ifstream(thread.path() / "comm"), name);
    double nanoseconds = 0;  // schedstat counts them; stat only hundredths of a second
    std::ifstream(thread.path() / "schedstat") >> nanoseconds;
    (name == "loadline" ? seconds.others : seconds.calls) += nanoseconds * 1e-9;
  }
  return seconds;
}

double ResidentKb(pid_t pid) { return StatusKb(pid, "VmRSS"); }
double PeakResidentKb(pid_t pid) { return StatusKb(pid, "VmHWM"); }
int OpenFiles(pid_t pid) { return Entries(fmt::format("/proc/{}/fd", pid)); }
int Threads(pid_t pid) { return Entries(fmt::format("/proc/{}/task", pid)); }

std::string MachineLoad() {
  double load = 0;
  if (getloadavg(&load, 1) != 1) return "load unknown";
  return fmt::format("load {:.1f} on {} processors", load, std::thread::hardware_concurrency());
}

double Median(std::vector<double> values) { return Quantile(std::move(values), 0.5); }

double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

}  // namespace loadline::bench
