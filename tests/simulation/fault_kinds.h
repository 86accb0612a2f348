// What goes wrong in a simulated world, by kind, and how often it did.
#ifndef LOADLINE_TESTS_SIMULATION_FAULT_KINDS_H_
#define LOADLINE_TESTS_SIMULATION_FAULT_KINDS_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace loadline::simulation {

enum class Fault : std::uint8_t {
  // Of what a source says.
  kOutage,     // nothing, to no question of the tick
  kFailed,     // nothing, to one question
  kEmpty,      // no such series
  kSeveral,    // more than one
  kNotFinite,  // NaN
  kRefused,
  kPartial,  // a number from which data is missing
  kWrong,    // another number
  kShort,    // of several times that were asked for the last alone
  // Of pods.
  kLateTick,  // its tick begins later than it should, by up to several ticks
  kHang,      // makes no turn for long
  kKillInTick,
  kKillInPublish,
  kRestart,
  kClockForward,
  kClockBack,
  kSkew,  // its clock goes some seconds wrong
  // Of documents.
  kPolicyChanged,
  kPolicyLate,  // reaches a pod later than the others
  kPolicyBroken,
  kPolicyRemoved,
  kOverrides,
  kBudgets,
  kUnread,
  // Of those around.
  kJournalFails,
  kPollLost,      // KEDA's call gets no answer
  kPollRepeated,  // KEDA asks another pod at once again
  kNone,
};
inline constexpr std::size_t kFaults = 27;

std::string_view FaultName(Fault fault);

struct FaultCounts {
  std::array<std::uint64_t, kFaults> of{};

  void Note(Fault fault) { ++of[static_cast<std::size_t>(fault)]; }
  void Add(const FaultCounts& other) {
    for (std::size_t i = 0; i < kFaults; ++i) of[i] += other.of[i];
  }
};

}  // namespace loadline::simulation

#endif  // LOADLINE_TESTS_SIMULATION_FAULT_KINDS_H_
