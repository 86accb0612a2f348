// Protobuf's wire format: https://protobuf.dev/programming-guides/encoding/
#include "api/scaled_object_view.h"

#include <cstdint>

#include "api/trigger_size.h"
#include "base/text.h"

namespace loadline {
namespace {

enum WireType : std::uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kStartGroup = 3, kEndGroup = 4, kFixed32 = 5 };

struct Tag {
  std::uint32_t field = 0;
  std::uint32_t type = 0;
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  bool done() const { return rest_.empty(); }

  bool Varint(std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (rest_.empty()) return false;
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) return true;
    }
    return false;
  }

  // As protobuf does: of five bytes, of which what is above 32 bits is not looked at.
  bool ReadTag(Tag& tag) {
    std::uint64_t value = 0;
    const std::size_t before = rest_.size();
    if (!Varint(value) || before - rest_.size() > 5) return false;
    const auto bits = static_cast<std::uint32_t>(value);
    tag = {bits >> 3, bits & 7};
    return tag.field != 0;
  }

  bool Bytes(std::string_view& bytes) {
    std::uint64_t size = 0;
    if (!Varint(size) || size > rest_.size()) return false;
    bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  bool Skip(Tag tag, int depth = 0) {
    std::uint64_t number = 0;
    std::string_view bytes;
    switch (tag.type) {
      case kVarint: return Varint(number);
      case kFixed64: return Drop(8);
      case kFixed32: return Drop(4);
      case kBytes: return Bytes(bytes);
      case kStartGroup:
        // Nobody sends groups any more, but the format still has them.
        for (Tag inner; depth < 100 && ReadTag(inner);) {
          if (inner.type == kEndGroup) return inner.field == tag.field;
          if (!Skip(inner, depth + 1)) return false;
        }
        return false;
      default: return false;
    }
  }

 private:
  bool Drop(std::size_t size) {
    if (rest_.size() < size) return false;
    rest_.remove_prefix(size);
    return true;
  }

  std::string_view rest_;
};

bool ReadEntry(std::string_view bytes, std::pair<std::string_view, std::string_view>& entry) {
  WireReader reader(bytes);
  while (!reader.done()) {
    Tag tag;
    if (!reader.ReadTag(tag)) return false;
    if (tag.type == kBytes && (tag.field == 1 || tag.field == 2)) {
      std::string_view& text = tag.field == 1 ? entry.first : entry.second;
      if (!reader.Bytes(text) || !IsUtf8(text)) return false;
    } else if (!reader.Skip(tag)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool ScaledObjectView::Merge(std::string_view bytes) {
  WireReader reader(bytes);
  while (!reader.done()) {
    Tag tag;
    if (!reader.ReadTag(tag)) return false;
    std::string_view field;
    if (tag.type != kBytes || tag.field > 3) {
      if (!reader.Skip(tag)) return false;
      continue;
    }
    if (!reader.Bytes(field)) return false;
    if (tag.field != 3 && !IsUtf8(field)) return false;
    if (tag.field == 1) object_name_ = field;
    if (tag.field == 2) object_namespace_ = field;
    if (tag.field != 3) continue;
    std::pair<std::string_view, std::string_view> entry;
    if (!ReadEntry(field, entry)) return false;
    // Too many are refused by who asks. To look each of them up among all others takes as long as their square: a MiB
    // of them took ten seconds.
    if (metadata_.size() > kMostMetadataEntries) continue;
    bool known = false;
    for (auto& each : metadata_) {
      if (each.first != entry.first) continue;
      each.second = entry.second;
      known = true;
    }
    if (!known) metadata_.push_back(entry);
  }
  return true;
}

bool ScaledObjectView::ParseRef(std::string_view bytes) {
  object_namespace_ = object_name_ = {};
  metadata_.clear();
  return Merge(bytes);
}

bool ScaledObjectView::ParseGetMetricsRequest(std::string_view bytes) {
  object_namespace_ = object_name_ = {};
  metadata_.clear();
  WireReader reader(bytes);
  while (!reader.done()) {
    Tag tag;
    if (!reader.ReadTag(tag)) return false;
    std::string_view ref;
    if (tag.type != kBytes || tag.field != 1) {
      if (!reader.Skip(tag)) return false;
      continue;
    }
    // A message that comes twice is merged.
    if (!reader.Bytes(ref) || !Merge(ref)) return false;
  }
  return true;
}

}  // namespace loadline
