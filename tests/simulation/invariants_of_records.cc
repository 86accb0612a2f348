// Whatever is decided can be decided again, from its record.
#include "scaling/redecide.h"
#include "simulation/invariants.h"

namespace loadline::simulation {

std::optional<Finding> CheckRedecides(const Judged& judged, bool& checked) {
  if (judged.made.plan == nullptr) return std::nullopt;
  // A record is dear to make: one in sixteen, and every other error.
  const std::uint64_t drawn =
      Mix(static_cast<std::uint64_t>(judged.made.tick.time_since_epoch().count()) ^ judged.policy().hash);
  if (drawn % (judged.made.error ? 2 : 16) != 0) return std::nullopt;
  checked = true;
  const DecisionRecord record = RecordOf(judged.made).record;
  const Result<Decision> again = Redecide(judged.policy(), record);
  if (!again) return Finding{again.error().message, "the record can be decided again"};
  const std::string difference = DifferenceOf(judged.policy(), record, *again);
  if (difference.empty()) return std::nullopt;
  return Finding{"decided again: " + difference, "the same"};
}

}  // namespace loadline::simulation
