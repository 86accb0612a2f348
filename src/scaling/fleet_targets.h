// The members of a fleet by name.
#ifndef LOADLINE_SCALING_FLEET_TARGETS_H_
#define LOADLINE_SCALING_FLEET_TARGETS_H_

#include <map>
#include <optional>

#include "scaling/fleet.h"

namespace loadline {

class FleetTargets {
 public:
  explicit FleetTargets(std::span<const FleetMember> members);

  // The member of that name: without a policy the object's only one. None where there is none, or several: an object
  // may have two triggers of one policy, with other parameters.
  std::optional<std::size_t> Find(const BindingName& name) const;
  std::string WhyNot(const BindingName& name) const;

 private:
  static constexpr std::size_t kSeveral = static_cast<std::size_t>(-1);

  void Add(const BindingName& name, std::size_t member);

  std::map<BindingName, std::size_t> by_name_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_FLEET_TARGETS_H_
