#include "api/trigger_size.h"

#include <fmt/format.h>

#include <string_view>

namespace loadline {
namespace {

constexpr std::size_t kLongestName = 253;  // a DNS subdomain's

Status Check(std::string_view what, std::size_t found, std::size_t most, std::string_view unit) {
  if (found <= most) return {};
  return Fail(Code::kInvalidArgument, fmt::format("{}: want at most {} {}; found more", what, most, unit));
}

}  // namespace

Status CheckTriggerSize(const BindingView& trigger) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : trigger.metadata) bytes += key.size() + value.size();
  for (const Status& each : {Check("namespace", trigger.object_namespace.size(), kLongestName, "bytes"),
                             Check("name", trigger.object_name.size(), kLongestName, "bytes"),
                             Check("trigger metadata", trigger.metadata.size(), kMostMetadataEntries, "entries"),
                             Check("trigger metadata", bytes, kMostMetadataBytes, "bytes")}) {
    if (!each) return each;
  }
  return {};
}

}  // namespace loadline
