// Requests of RPCs as bytes: what protobuf takes, what reads them in place takes, too, and reads the same. It may take
// more, as it does not look at fields that it does not need; what it reads is UTF-8 all the same.
//
// The first byte says which message; the rest is the message.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "api/scaled_object_view.h"
#include "base/text.h"
#include "externalscaler.pb.h"
#include "fuzz/require.h"

namespace {

using namespace loadline;
using fuzz::Require;

void RequireSame(const ScaledObjectView& view, const externalscaler::ScaledObjectRef& ref) {
  const BindingView binding = view.binding();
  Require(binding.object_namespace == ref.namespace_());
  Require(binding.object_name == ref.name());
  Require(binding.metadata.size() == ref.scalermetadata().size());
  for (const auto& [key, value] : binding.metadata) {
    const auto found = ref.scalermetadata().find(std::string(key));
    Require(found != ref.scalermetadata().end() && found->second == value);
  }
}

void RequireUtf8(const ScaledObjectView& view) {
  const BindingView binding = view.binding();
  Require(IsUtf8(binding.object_namespace) && IsUtf8(binding.object_name));
  for (const auto& [key, value] : binding.metadata) Require(IsUtf8(key) && IsUtf8(value));
}

void Compare(bool viewed, const ScaledObjectView& view, bool parsed, const externalscaler::ScaledObjectRef& ref) {
  Require(viewed || !parsed);
  if (parsed) RequireSame(view, ref);
  if (viewed) RequireUtf8(view);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto quiet = google::protobuf::SetLogHandler(nullptr);  // it tells of each text that is no UTF-8
  (void)quiet;
  fuzz::Input input(data, size);
  const bool is_ref = input.Byte() % 2 == 0;
  const std::string_view bytes = input.Rest();
  static ScaledObjectView view;  // used again, as for each request
  if (is_ref) {
    externalscaler::ScaledObjectRef ref;
    const bool parsed = ref.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
    Compare(view.ParseRef(bytes), view, parsed, ref);
    return 0;
  }
  externalscaler::GetMetricsRequest request;
  const bool parsed = request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  Compare(view.ParseGetMetricsRequest(bytes), view, parsed, request.scaledobjectref());
  return 0;
}
