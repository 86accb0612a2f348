#include "simulation/fault_kinds.h"

namespace loadline::simulation {

std::string_view FaultName(Fault fault) {
  static constexpr std::array<std::string_view, kFaults> kNames = {"source away",
                                                                   "question failed",
                                                                   "result empty",
                                                                   "several series",
                                                                   "not a number",
                                                                   "question refused",
                                                                   "partial data",
                                                                   "wrong number",
                                                                   "range cut short",
                                                                   "tick late",
                                                                   "pod hangs",
                                                                   "pod killed in a tick",
                                                                   "pod killed while it publishes",
                                                                   "pod restarted",
                                                                   "clock set forward",
                                                                   "clock set back",
                                                                   "clock skewed",
                                                                   "policy changed",
                                                                   "policy late at a pod",
                                                                   "policy broken",
                                                                   "policy removed",
                                                                   "overrides changed",
                                                                   "budgets changed",
                                                                   "documents unread",
                                                                   "journal write failed",
                                                                   "poll lost",
                                                                   "poll repeated"};
  return kNames[static_cast<std::size_t>(fault)];
}

}  // namespace loadline::simulation
