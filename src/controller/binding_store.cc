#include "controller/binding_store.h"

#include <nlohmann/json.hpp>

#include "scaling/trigger_metadata.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr std::size_t kMostBytes = 512u << 20;
constexpr int kVersion = 1;

}  // namespace

Result<std::vector<StoredBinding>> LoadBindings(const std::filesystem::path& file) {
  Result<std::string> text = ReadFile(file, kMostBytes);
  if (!text && text.error().code == Code::kNotFound) return std::vector<StoredBinding>();
  if (!text) return Fail(text.error());
  try {
    const nlohmann::json json = nlohmann::json::parse(*text);
    if (json.at("version") != kVersion)
      return Fail(Code::kInvalidArgument, file.string() + ": was written by another version");
    std::vector<StoredBinding> bindings;
    for (const nlohmann::json& each : json.at("bindings")) {
      bindings.push_back({{each.at("namespace"), each.at("name"), each.at("metadata")},
                          Timestamp(Duration(each.at("lastCall").get<std::int64_t>()))});
    }
    return bindings;
  } catch (const nlohmann::json::exception& error) {
    return Fail(Code::kInvalidArgument, file.string() + ": " + error.what());
  }
}

Status SaveBindings(const std::filesystem::path& file, const std::vector<std::shared_ptr<Binding>>& bindings) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& binding : bindings) {
    const BindingKey& key = binding->key();
    // Nobody's secret lies on a disk: such a binding is back with KEDA's next call.
    if (ShownMetadata(key.metadata) != key.metadata) continue;
    list.push_back({{"namespace", key.object_namespace},
                    {"name", key.object_name},
                    {"metadata", key.metadata},
                    {"lastCall", binding->last_call().time_since_epoch().count()}});
  }
  const nlohmann::json json = {{"version", kVersion}, {"bindings", std::move(list)}};
  // What KEDA sends is UTF-8 by protobuf's rules; what is not is mended rather than lost.
  return WriteFile(file, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace loadline
