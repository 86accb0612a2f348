// Triggers of KEDA that a policy can say.
// Source: keda 2.21 pkg/scalers/{prometheus,cron}_scaler.go
#ifndef LOADLINE_MIGRATE_KEDA_TRIGGERS_H_
#define LOADLINE_MIGRATE_KEDA_TRIGGERS_H_

#include <string>
#include <utility>
#include <vector>

#include "migrate/measured.h"
#include "migrate/migration.h"

namespace loadline {

// A cron trigger: so many replicas within its hours, nothing outside of them.
struct CronSignal {
  std::string name;
  std::string timezone;
  std::string start;
  std::string end;
  int replicas = 0;
};

struct ReadTriggers {
  std::vector<MeasuredSignal> measured;
  std::vector<CronSignal> crons;
  std::vector<Node> kept;                                          // as they were written
  std::vector<std::string> kept_names;                             // of those that have one
  std::vector<std::pair<std::string, std::string>> formula_names;  // of a trigger, of its signal
};

// Says of each trigger, and of each field that it has, what becomes of it. `for_formula`: their thresholds do not
// count.
ReadTriggers ReadKedaTriggers(const std::vector<Node>& triggers, bool for_formula, Migration& migration);

Node CronSignalNode(const CronSignal& cron);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_KEDA_TRIGGERS_H_
