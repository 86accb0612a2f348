// What an operator says over the policies' heads, for a time and with a reason.
#ifndef LOADLINE_SCALING_OVERRIDE_H_
#define LOADLINE_SCALING_OVERRIDE_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace loadline {

struct Override {
  enum class Kind {
    kPin,      // exactly so many
    kFloor,    // at least
    kCeiling,  // at most
    kHold,     // what is observed
  };

  std::string name;
  // Whom it is for: all, or those that match everything stated.
  bool all = false;
  std::string object_namespace;
  std::string object;
  std::string policy;

  Kind kind = Kind::kHold;
  double replicas = 0;  // not of kHold
  std::optional<Timestamp> from;
  Timestamp until;
  std::string reason;
  std::string author;

  bool IsFor(std::string_view binding_namespace, std::string_view binding_object,
             std::string_view binding_policy) const;
  bool InForce(Timestamp now) const { return (!from || *from <= now) && now < until; }

  friend bool operator==(const Override&, const Override&) = default;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_OVERRIDE_H_
