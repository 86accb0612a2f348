// What came of replays, for people and for programs.
#ifndef LOADLINE_REPLAY_REPLAY_REPORT_H_
#define LOADLINE_REPLAY_REPLAY_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "document/node_difference.h"
#include "scaling/policy.h"
#include "scaling/replay_result.h"

namespace loadline {

struct Replayed {
  std::string label;
  ReplayResult result;
  std::optional<double> cost_per_replica_hour;
};

// Where two of them had different numbers of replicas.
struct ReplayContrast {
  struct Moment {
    ReplayDifference at;
    std::string first_said;  // why; empty of what really was
    std::string second_said;
  };
  std::size_t first = 0;  // of the report's `replayed`
  std::size_t second = 0;
  double share = 0;                    // of the time
  std::vector<NodeDifference> fields;  // in which the policies differ
  std::vector<Moment> moments;
};

struct ReplayReport {
  std::string object;  // "payments/payments-worker"
  Timestamp begin;
  Timestamp end;
  Duration interval{15000};
  std::string load;                // "requests, 50/s a replica, which starts in 30s"; empty: none is known
  std::vector<Replayed> replayed;  // what really was first, where that is known
  bool has_reality = false;
  std::vector<ReplayContrast> contrasts;
  std::vector<std::string> warnings;
  double cpu_seconds = 0;
};

// "2026-11-24 06:00", in UTC.
std::string ShortTime(Timestamp time);
// "0.42 %"
std::string AsPercent(double share);

// "14 days from 2026-11-10 00:00 to 2026-11-24 00:00 (UTC), a decision each 15s"
std::string RangeSentence(const ReplayReport& report);
// Each against the first, in a sentence: "lean: 20.2 % fewer replica-hours than web; short of capacity 1.72 % of the
// time instead of 0.08 %".
std::vector<std::string> Headlines(const ReplayReport& report);
// Results side by side; the first row is the header.
std::vector<std::vector<std::string>> ResultTable(const ReplayReport& report);
// The fields in which two policies differ; the first row is the header.
std::vector<std::vector<std::string>> FieldTable(const ReplayReport& report, const ReplayContrast& contrast);
// "for 4m30s; at 09:05 600/s needed 12, and 9 of 10 were ready: requests wants 12: ..."
std::string MomentSentence(const ReplayMoment& moment, bool is_queue);

std::string FormatReplayText(const ReplayReport& report);
std::string FormatReplayJson(const ReplayReport& report);

}  // namespace loadline

#endif  // LOADLINE_REPLAY_REPLAY_REPORT_H_
