// The bytes of a request, read in place: a look-up needs no copies and no messages.
#ifndef LOADLINE_API_SCALED_OBJECT_VIEW_H_
#define LOADLINE_API_SCALED_OBJECT_VIEW_H_

#include <string_view>
#include <utility>
#include <vector>

#include "controller/binding.h"

namespace loadline {

// A ScaledObjectRef (proto/externalscaler.proto) as views into `bytes`, which must outlive it. May be used again: what
// it allocated for metadata it keeps.
class ScaledObjectView {
 public:
  // Reads a ScaledObjectRef; false where the bytes are none, or a text is not UTF-8. Unknown fields are skipped, of a
  // key that comes twice the last counts, and a name that comes twice likewise: as protobuf's own parser has it.
  bool ParseRef(std::string_view bytes);

  // Reads the ScaledObjectRef of a GetMetricsRequest; an empty one where there is none.
  bool ParseGetMetricsRequest(std::string_view bytes);

  BindingView binding() const { return {object_namespace_, object_name_, metadata_}; }

 private:
  bool Merge(std::string_view bytes);

  std::string_view object_namespace_;
  std::string_view object_name_;
  std::vector<std::pair<std::string_view, std::string_view>> metadata_;
};

}  // namespace loadline

#endif  // LOADLINE_API_SCALED_OBJECT_VIEW_H_
