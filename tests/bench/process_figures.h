// What the kernel says of a process, and of the machine, for benches to print.
#ifndef LOADLINE_TESTS_BENCH_PROCESS_FIGURES_H_
#define LOADLINE_TESTS_BENCH_PROCESS_FIGURES_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace loadline::bench {

// Processor seconds of all of its threads, user and system.
double CpuSeconds(pid_t pid);

// The same apart: those of gRPC, which serve calls and name themselves, and all others of the program.
struct ThreadSeconds {
  double calls = 0;
  double others = 0;
};
ThreadSeconds SecondsOfThreads(pid_t pid);

double ResidentKb(pid_t pid);
double PeakResidentKb(pid_t pid);
int OpenFiles(pid_t pid);
int Threads(pid_t pid);

// "load 3.1 on 2 processors": beside each table, as others may be at work.
std::string MachineLoad();

double Median(std::vector<double> values);
// The value below which `share` of them lie; of none 0.
double Quantile(std::vector<double> values, double share);

}  // namespace loadline::bench

#endif  // LOADLINE_TESTS_BENCH_PROCESS_FIGURES_H_
