#include "notify/situation.h"

namespace loadline {

std::string_view EventKindName(EventKind kind) {
  for (const auto& [each, word] : EnumWords(kind)) {
    if (each == kind) return word;
  }
  return "digest";
}

std::string_view UrgencyName(Urgency urgency) {
  switch (urgency) {
    case Urgency::kInfo: return "info";
    case Urgency::kWarning: return "warning";
    case Urgency::kError: return "error";
  }
  return "";
}

}  // namespace loadline
