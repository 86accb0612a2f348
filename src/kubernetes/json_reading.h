// Reads JSON that others wrote: what is not there, or is something else, is nothing.
#ifndef LOADLINE_KUBERNETES_JSON_READING_H_
#define LOADLINE_KUBERNETES_JSON_READING_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace loadline {

// None where `text` is no map.
inline std::optional<nlohmann::json> ParseMap(std::string_view text) {
  nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed;
}

// Null where it is not there, or `object` is no map.
inline const nlohmann::json* Find(const nlohmann::json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

// A map; an empty one where it is not there.
inline const nlohmann::json& MapIn(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json kEmpty = nlohmann::json::object();
  const nlohmann::json* found = Find(object, key);
  return found == nullptr || !found->is_object() ? kEmpty : *found;
}

inline const nlohmann::json& ListIn(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json kEmpty = nlohmann::json::array();
  const nlohmann::json* found = Find(object, key);
  return found == nullptr || !found->is_array() ? kEmpty : *found;
}

inline std::string TextIn(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json* found = Find(object, key);
  return found == nullptr || !found->is_string() ? "" : found->get<std::string>();
}

inline std::optional<std::int64_t> NumberIn(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json* found = Find(object, key);
  return found == nullptr || !found->is_number_integer() ? std::nullopt : std::optional(found->get<std::int64_t>());
}

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_JSON_READING_H_
