// What the databases write in the same way.
#ifndef LOADLINE_JOURNAL_COLUMNS_H_
#define LOADLINE_JOURNAL_COLUMNS_H_

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "scaling/decision_record.h"

namespace loadline {

inline std::string MetadataAsJson(const std::map<std::string, std::string>& metadata) {
  return nlohmann::json(metadata).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Nothing where somebody has written something else there.
inline std::map<std::string, std::string> MetadataOf(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  std::map<std::string, std::string> metadata;
  if (!json.is_object()) return metadata;
  for (const auto& [key, value] : json.items()) {
    if (value.is_string()) metadata[key] = value.get<std::string>();
  }
  return metadata;
}

inline RecordKind KindOf(std::string_view name) {
  return name == RecordKindName(RecordKind::kHeartbeat) ? RecordKind::kHeartbeat : RecordKind::kChange;
}

}  // namespace loadline

#endif  // LOADLINE_JOURNAL_COLUMNS_H_
