#include "kubernetes/override_configmap.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/text.h"
#include "kubernetes/json_reading.h"
#include "kubernetes/refusal.h"

namespace loadline {
namespace {

using nlohmann::json;

constexpr Duration kTimeout = std::chrono::seconds(10);
constexpr std::string_view kExtension = ".yaml";

class OverrideConfigMap : public OverrideStore {
 public:
  OverrideConfigMap(OverrideConfigMapOptions options, HttpClient& client)
      : options_(std::move(options)), client_(client) {}

  std::string Where() const override {
    return fmt::format("ConfigMap {}/{}", options_.own_namespace, kOverridesConfigMap);
  }

  Result<OverrideTexts> Read() override {
    const Result<std::optional<json>> found = Get();
    if (!found) return Fail(found.error());
    return *found ? TextsOf(**found) : OverrideTexts();
  }

  Status Change(const std::function<bool(OverrideTexts&)>& change) override {
    for (int attempt = 0; attempt < options_.attempts; ++attempt) {
      const Result<std::optional<json>> found = Get();
      if (!found) return Fail(found.error());
      OverrideTexts texts = *found ? TextsOf(**found) : OverrideTexts();
      if (!change(texts)) return {};
      const Result<bool> written = *found ? Update(**found, texts) : Create(texts);
      if (!written) return Fail(written.error());
      if (*written) return {};
    }
    return Fail(Code::kAborted,
                fmt::format("{} was changed by others each of {} times: ask again", Where(), options_.attempts));
  }

 private:
  std::string Collection() const {
    return fmt::format("{}/api/v1/namespaces/{}/configmaps", options_.server, options_.own_namespace);
  }
  std::string Url() const { return Collection() + "/" + kOverridesConfigMap; }

  static OverrideTexts TextsOf(const json& object) {
    OverrideTexts texts;
    for (const auto& [key, value] : MapIn(object, "data").items()) {
      if (!value.is_string() || !key.ends_with(kExtension)) continue;
      texts.emplace(key.substr(0, key.size() - kExtension.size()), value.get<std::string>());
    }
    return texts;
  }

  // What other keys hold stays.
  static void Put(json& object, const OverrideTexts& texts) {
    json data = json::object();
    for (const auto& [key, value] : MapIn(object, "data").items()) {
      if (!value.is_string() || !key.ends_with(kExtension)) data[key] = value;
    }
    for (const auto& [name, text] : texts) data[name + std::string(kExtension)] = text;
    object["data"] = std::move(data);
  }

  void SetLabel(json& object) const {
    const std::size_t equals = options_.label.find('=');
    object["metadata"]["labels"][options_.label.substr(0, equals)] =
        equals == std::string::npos ? "" : options_.label.substr(equals + 1);
  }

  // None where it is not there.
  Result<std::optional<json>> Get() {
    const Result<HttpResponse> response = Send({Url(), "", kTimeout});
    if (!response) return Fail(response.error());
    if (response->status == 404) return std::optional<json>();
    if (response->status != 200) return Refused(*response, "get");
    return TheConfigMap(*response);
  }

  Result<json> TheConfigMap(const HttpResponse& response) const {
    std::optional<json> object = ParseMap(response.body);
    if (object && IsTheConfigMap(*object)) return *std::move(object);
    return Fail(Code::kUnavailable, fmt::format("{}: the API server answered something else: {}", Where(),
                                                OneLine(response.body, kMostTold)));
  }

  // What else comes with a status of 200, from a proxy, say, would tell that all overrides are gone, or be written
  // back.
  bool IsTheConfigMap(const json& object) const {
    const json& metadata = MapIn(object, "metadata");
    return TextIn(metadata, "name") == kOverridesConfigMap && TextIn(metadata, "namespace") == options_.own_namespace &&
           IsMapOrNone(metadata, "labels") && IsMapOrNone(object, "data");
  }
  static bool IsMapOrNone(const json& object, std::string_view key) {
    const json* found = Find(object, key);
    return found == nullptr || found->is_null() || found->is_object();
  }

  // False where another one was faster.
  Result<bool> Update(json object, const OverrideTexts& texts) {
    Put(object, texts);
    SetLabel(object);
    return Sent({Url(), Dump(object), kTimeout, "application/json", "PUT"}, "update");
  }
  Result<bool> Create(const OverrideTexts& texts) {
    json object = {{"apiVersion", "v1"},
                   {"kind", "ConfigMap"},
                   {"metadata", {{"name", kOverridesConfigMap}, {"namespace", options_.own_namespace}}}};
    Put(object, texts);
    SetLabel(object);
    return Sent({Collection(), Dump(object), kTimeout, "application/json"}, "create");
  }

  Result<bool> Sent(HttpRequest request, const char* verb) {
    const Result<HttpResponse> response = Send(std::move(request));
    if (!response) return Fail(response.error());
    if (response->status / 100 == 2) {
      if (const Result<json> written = TheConfigMap(*response); !written) return Fail(written.error());
      return true;
    }
    // Changed, made or removed since it was read.
    if (response->status == 409 || (response->status == 404 && std::string_view(verb) == "update")) return false;
    return Refused(*response, verb);
  }

  Result<HttpResponse> Send(HttpRequest request) {
    Result<HttpResponse> response = client_.SendAll({std::move(request)}, kTimeout)[0];
    if (!response) return Fail(Code::kUnavailable, Where() + ": " + response.error().message);
    return response;
  }

  tl::unexpected<Error> Refused(const HttpResponse& response, const char* verb) const {
    const bool forbidden = response.status == 401 || response.status == 403;
    return Fail(forbidden ? Code::kPermissionDenied : Code::kUnavailable,
                fmt::format("{}: {}{}", Where(),
                            RefusalText(response.status, response.body, verb, "configmaps", "", options_.own_namespace),
                            forbidden ? "; examples/kubernetes/rbac.yaml has the ConfigMap and the Role for it" : ""));
  }

  static std::string Dump(const json& object) { return object.dump(-1, ' ', false, json::error_handler_t::replace); }

  const OverrideConfigMapOptions options_;
  HttpClient& client_;
};

}  // namespace

std::unique_ptr<OverrideStore> MakeOverrideConfigMap(OverrideConfigMapOptions options, HttpClient& client) {
  return std::make_unique<OverrideConfigMap>(std::move(options), client);
}

}  // namespace loadline
