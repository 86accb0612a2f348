#include "support/fake_api_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace loadline::testing {
namespace {

using nlohmann::json;

std::string Decoded(const std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      decoded += static_cast<char>(std::strtol(text.substr(i + 1, 2).c_str(), nullptr, 16));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

ApiRequest Parsed(const std::string& text) {
  ApiRequest request;
  const std::size_t method_end = text.find(' ');
  const std::string target = text.substr(method_end + 1, text.find(' ', method_end + 1) - method_end - 1);
  request.method = text.substr(0, method_end);
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  std::string rest = question == std::string::npos ? "" : target.substr(question + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string part = rest.substr(0, end);
    const std::size_t equals = part.find('=');
    request.query[part.substr(0, equals)] = equals == std::string::npos ? "" : Decoded(part.substr(equals + 1));
    rest = end == std::string::npos ? "" : rest.substr(end + 1);
  }
  const std::string bearer = "Authorization: Bearer ";
  if (const std::size_t at = text.find(bearer); at != std::string::npos) {
    request.token = text.substr(at + bearer.size(), text.find('\r', at) - at - bearer.size());
  }
  request.body = text.substr(text.find("\r\n\r\n") + 4);
  return request;
}

// "/api/v1/namespaces/data/configmaps" -> "/api/v1/configmaps" and "data"
std::pair<std::string, std::string> Split(const std::string& path) {
  const std::string word = "/namespaces/";
  const std::size_t at = path.find(word);
  if (at == std::string::npos) return {path, ""};
  const std::size_t end = path.find('/', at + word.size());
  return {path.substr(0, at) + path.substr(end), path.substr(at + word.size(), end - at - word.size())};
}

bool IsMeant(const ApiRequest& request, const std::string& object_namespace, const json& object) {
  const json& metadata = object["metadata"];
  if (!object_namespace.empty() && metadata.value("namespace", "") != object_namespace) return false;
  const auto selector = request.query.find("labelSelector");
  if (selector == request.query.end()) return true;
  const std::size_t equals = selector->second.find('=');
  return metadata.value("labels", json::object()).value(selector->second.substr(0, equals), "") ==
         selector->second.substr(equals + 1);
}

constexpr std::string_view kStatus = "/status";

std::string Chunk(const std::string& text) { return fmt::format("{:x}\r\n{}\r\n", text.size(), text); }

}  // namespace

std::string StatusText(int code, const std::string& reason, const std::string& message) {
  return HttpText(code, json({{"kind", "Status"},
                              {"apiVersion", "v1"},
                              {"status", "Failure"},
                              {"message", message},
                              {"reason", reason},
                              {"code", code}})
                            .dump());
}

FakeApiServer::FakeApiServer() {
  server_ = std::make_unique<FaultServer>(
      [this](const std::string& text, const FaultConnection& connection) { Answer(text, connection); });
}

FakeApiServer::~FakeApiServer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  server_.reset();
}

void FakeApiServer::Put(const std::string& collection, json object) {
  const std::lock_guard lock(mutex_);
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  Collection& own = collections_[collection];
  json& place = own.objects[object["metadata"].value("namespace", "") + "/" + object["metadata"].value("name", "")];
  own.changes.push_back({version_, place.is_null() ? "ADDED" : "MODIFIED", object});
  place = std::move(object);
  changed_.notify_all();
}

void FakeApiServer::Delete(const std::string& collection, const std::string& object_namespace,
                           const std::string& name) {
  const std::lock_guard lock(mutex_);
  Collection& own = collections_[collection];
  json object = own.objects[object_namespace + "/" + name];
  own.objects.erase(object_namespace + "/" + name);
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  own.changes.push_back({version_, "DELETED", std::move(object)});
  changed_.notify_all();
}

void FakeApiServer::Compact() {
  const std::lock_guard lock(mutex_);
  compacted_ = ++version_;
}

void FakeApiServer::SendToWatches(const std::string& collection, const std::string& text) {
  const std::lock_guard lock(mutex_);
  for (const auto& watch : watches_) {
    if (watch->collection == collection) watch->raw.push_back(text);
  }
  changed_.notify_all();
}

void FakeApiServer::EndWatches(bool cleanly) {
  const std::lock_guard lock(mutex_);
  for (const auto& watch : watches_) watch->end = cleanly ? Watch::End::kCleanly : Watch::End::kCut;
  changed_.notify_all();
}

void FakeApiServer::HoldBack(bool silent) {
  const std::lock_guard lock(mutex_);
  silent_ = silent;
  changed_.notify_all();
}

void FakeApiServer::SetFault(std::function<std::optional<std::string>(const ApiRequest&)> fault) {
  const std::lock_guard lock(mutex_);
  fault_ = std::move(fault);
}

std::vector<ApiRequest> FakeApiServer::Requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t FakeApiServer::Count(const std::function<bool(const ApiRequest&)>& which) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(requests_.begin(), requests_.end(), which));
}

int FakeApiServer::open_watches() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(watches_.size());
}

void FakeApiServer::Answer(const std::string& text, const FaultConnection& connection) {
  const ApiRequest request = Parsed(text);
  const auto [collection, object_namespace] = Split(request.path);
  std::function<std::optional<std::string>(const ApiRequest&)> fault;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    fault = fault_;
  }
  if (fault != nullptr) {
    if (const auto response = fault(request)) {
      connection.Send(*response);
      if (response->find("Connection: close") != std::string::npos) connection.Cut();
      return;
    }
  }
  if (request.is_watch()) return Serve(request, collection, object_namespace, connection);
  const std::size_t slash = collection.rfind('/');
  // "/api/v1/configmaps/NAME", "/apis/keda.sh/v1alpha1/scaledobjects/NAME"
  const auto parts = std::count(collection.begin(), collection.end(), '/');
  const bool of_one = parts > (collection.starts_with("/apis/") ? 4 : 3);
  if (of_one && request.method != "POST") {
    connection.Send(One(request, collection.substr(0, slash), object_namespace, collection.substr(slash + 1)));
    return;
  }
  if (request.method == "POST") {
    json object = json::parse(request.body);
    {
      const std::lock_guard lock(mutex_);
      const std::string key = object_namespace + "/" + object["metadata"].value("name", "");
      if (collections_[collection].objects.count(key) != 0) {
        connection.Send(StatusText(409, "AlreadyExists", key + " already exists"));
        return;
      }
    }
    Put(collection, object);
    connection.Send(HttpText(201, object.dump()));
    return;
  }
  const bool is_status = collection.ends_with(kStatus);
  connection.Send(is_status ? Status(collection, object_namespace) : List(request, collection, object_namespace));
}

// "/apis/apps/v1/deployments/web/status"
std::string FakeApiServer::Status(const std::string& path, const std::string& object_namespace) {
  const std::lock_guard lock(mutex_);
  const std::string object = path.substr(0, path.size() - kStatus.size());
  const std::size_t slash = object.rfind('/');
  const auto& objects = collections_[object.substr(0, slash)].objects;
  const auto found = objects.find(object_namespace + object.substr(slash));
  if (found == objects.end()) return StatusText(404, "NotFound", object + " not found");
  return HttpText(200, found->second.dump());
}

std::string FakeApiServer::One(const ApiRequest& request, const std::string& collection,
                               const std::string& object_namespace, const std::string& name) {
  const std::lock_guard lock(mutex_);
  Collection& own = collections_[collection];
  const auto found = own.objects.find(object_namespace + "/" + name);
  if (found == own.objects.end()) return StatusText(404, "NotFound", name + " not found");
  if (request.method != "PUT") return HttpText(200, found->second.dump());
  json object = json::parse(request.body);
  const std::string version = object["metadata"].value("resourceVersion", "");
  if (!version.empty() && version != found->second["metadata"]["resourceVersion"])
    return StatusText(409, "Conflict", "the object has been modified");
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  own.changes.push_back({version_, "MODIFIED", object});
  found->second = object;
  changed_.notify_all();
  return HttpText(200, object.dump());
}

std::string FakeApiServer::List(const ApiRequest& request, const std::string& collection,
                                const std::string& object_namespace) {
  const std::lock_guard lock(mutex_);
  int version = version_;
  std::string after;
  const auto next = request.query.find("continue");
  if (next != request.query.end()) {
    const std::size_t colon = next->second.find(':');
    version = std::stoi(next->second.substr(0, colon));
    after = next->second.substr(colon + 1);
    if (version < compacted_) return StatusText(410, "Expired", "The provided continue parameter is too old");
  }
  const auto limit = request.query.find("limit");
  const std::size_t most = limit == request.query.end() ? SIZE_MAX : std::stoul(limit->second);
  json list = {
      {"kind", "List"}, {"metadata", {{"resourceVersion", std::to_string(version)}}}, {"items", json::array()}};
  for (const auto& [key, object] : collections_[collection].objects) {
    if (key <= after || !IsMeant(request, object_namespace, object)) continue;
    if (list["items"].size() == most) {
      list["metadata"]["continue"] = std::to_string(version) + ":" + after;
      break;
    }
    list["items"].push_back(object);
    after = key;
  }
  return HttpText(200, list.dump());
}

void FakeApiServer::Serve(const ApiRequest& request, const std::string& collection, const std::string& object_namespace,
                          const FaultConnection& connection) {
  int told = std::stoi(request.query.at("resourceVersion"));
  const auto watch = std::make_shared<Watch>();
  watch->collection = collection;
  std::unique_lock lock(mutex_);
  if (told < compacted_) {
    lock.unlock();
    connection.Send(StatusText(410, "Expired", "too old resource version"));
    return;
  }
  connection.Send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  watches_.push_back(watch);
  while (!ending_) {
    std::string text;
    if (!silent_) {
      for (const Change& change : collections_[collection].changes) {
        if (change.version <= told) continue;
        told = change.version;
        if (!IsMeant(request, object_namespace, change.object)) continue;
        text += json({{"type", change.type}, {"object", change.object}}).dump() + "\n";
      }
    }
    for (const std::string& raw : watch->raw) text += raw;
    watch->raw.clear();
    if (!text.empty()) connection.Send(Chunk(text));
    if (watch->end != Watch::End::kNo) break;
    changed_.wait(lock);
  }
  std::erase(watches_, watch);
  if (watch->end == Watch::End::kCleanly) {
    connection.Send("0\r\n\r\n");
  } else {
    connection.Cut();
  }
}

}  // namespace loadline::testing
