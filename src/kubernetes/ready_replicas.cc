#include "kubernetes/ready_replicas.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "kubernetes/json_reading.h"
#include "kubernetes/refusal.h"
#include "system/url.h"

namespace loadline {
namespace {

using nlohmann::json;

constexpr Duration kTimeout = std::chrono::seconds(10);

// Until KEDA has said what it found.
std::optional<TargetResource> UsualResource(const ScaleTarget& target) {
  if (target.api_version != "apps/v1") return std::nullopt;
  if (target.kind == "Deployment") return TargetResource{"apps", "v1", "deployments"};
  if (target.kind == "StatefulSet") return TargetResource{"apps", "v1", "statefulsets"};
  return std::nullopt;
}

// "apps/v1/deployments", "v1/replicationcontrollers"
std::string PathOf(const TargetResource& resource) {
  return (resource.group.empty() ? "" : resource.group + "/") + resource.version + "/" + resource.resource;
}

std::string UrlOf(const std::string& server, const std::string& object_namespace, const std::string& path,
                  const std::string& name) {
  const std::size_t slash = path.rfind('/');
  const std::string version = path.substr(0, slash);
  return fmt::format("{}/{}/{}/namespaces/{}/{}/{}/status", server,
                     version.find('/') == std::string::npos ? "api" : "apis", version, UrlEncode(object_namespace),
                     path.substr(slash + 1), UrlEncode(name));
}

std::string Refusal(int status, const std::string& body, const std::string& path, const std::string& object_namespace) {
  const std::size_t slash = path.rfind('/');
  const std::string version = path.substr(0, slash);
  const std::size_t group = version.find('/');
  return RefusalText(status, body, "get", path.substr(slash + 1) + "/status",
                     group == std::string::npos ? "" : version.substr(0, group), object_namespace);
}

}  // namespace

ReadyReplicas::ReadyReplicas(ReadyReplicasOptions options, HttpClient& client, Clock& clock, Log& log)
    : options_(std::move(options)), client_(client), clock_(clock), log_(log) {}

void ReadyReplicas::Read(const std::vector<TargetLook>& looks) {
  const Timestamp now = clock_.Now();
  const std::vector<Key> due = DueAt(looks, now);
  if (due.empty()) return;
  std::vector<HttpRequest> requests;
  for (const auto& [object_namespace, path, name] : due) {
    HttpRequest request;
    request.url = UrlOf(options_.server, object_namespace, path, name);
    request.timeout = kTimeout;
    requests.push_back(std::move(request));
  }
  const auto responses = client_.SendAll(requests, kTimeout);
  for (std::size_t i = 0; i < due.size(); ++i) Note(due[i], responses[i], now);
}

std::optional<int> ReadyReplicas::Of(const KedaObject& object) const {
  const std::optional<Key> key = KeyOf(object);
  if (!key) return std::nullopt;
  const auto found = known_.find(*key);
  return found == known_.end() ? std::nullopt : found->second.ready;
}

std::string ReadyReplicas::problem() const {
  const auto latest = std::ranges::max_element(refused_, {}, [](const auto& each) { return each.second.when; });
  return latest == refused_.end() ? "" : latest->second.problem;
}

std::optional<ReadyReplicas::Key> ReadyReplicas::KeyOf(const KedaObject& object) {
  const std::optional<TargetResource> resource = object.resource ? object.resource : UsualResource(object.target);
  if (!resource || object.is_job || object.target.name.empty()) return std::nullopt;
  return Key(object.object_namespace, PathOf(*resource), object.target.name);
}

std::vector<ReadyReplicas::Key> ReadyReplicas::DueAt(const std::vector<TargetLook>& looks, Timestamp now) {
  std::map<Key, Known> still;
  std::set<std::pair<Timestamp, Key>> due;
  for (const TargetLook& each : looks) {
    const std::optional<Key> key = KeyOf(*each.object);
    if (!key) continue;
    const Known& known = still[*key] = known_[*key];
    const auto refused = refused_.find({std::get<0>(*key), std::get<1>(*key)});
    if (refused != refused_.end() && now - refused->second.when < options_.after_refusal) continue;
    const Duration age = now - known.looked;
    if (each.is_moving || age >= options_.settled || age < Duration(0)) due.emplace(known.looked, *key);
  }
  known_ = std::move(still);
  std::vector<Key> first;
  for (const auto& [_, key] : due) {
    if (first.size() < options_.most_at_once) first.push_back(key);
  }
  return first;
}

void ReadyReplicas::Note(const Key& key, const Result<HttpResponse>& response, Timestamp now) {
  const auto& [object_namespace, path, name] = key;
  Known& known = known_[key];
  known.looked = now;
  known.ready.reset();
  if (response && response->status == 200) {
    refused_.erase({object_namespace, path});
    if (const std::optional<json> object = ParseMap(response->body)) {
      known.ready = ReadTargetStatus(*object).ready;
      return;
    }
  }
  if (response && response->status == 404) return;  // it comes, or goes
  std::string problem = !response                 ? response.error().message
                        : response->status == 200 ? "the API server answered no object"
                                                  : Refusal(response->status, response->body, path, object_namespace);
  log_.WriteLimited("target " + object_namespace + " " + path, "kubernetes", LogLevel::kWarn, "target_not_read",
                    {{"target", object_namespace + "/" + name}, {"problem", problem}});
  if (response && (response->status == 403 || response->status == 401))
    refused_[{object_namespace, path}] = {now, std::move(problem)};
}

}  // namespace loadline
