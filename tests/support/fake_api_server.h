// A Kubernetes API server in memory: lists in pages, watches, the subresource `status`, resource versions; and what
// goes wrong with them.
#ifndef LOADLINE_TESTS_SUPPORT_FAKE_API_SERVER_H_
#define LOADLINE_TESTS_SUPPORT_FAKE_API_SERVER_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "support/fault_server.h"

namespace loadline::testing {

// A request, taken apart.
struct ApiRequest {
  std::string method;
  std::string path;  // "/apis/keda.sh/v1alpha1/namespaces/data/scaledobjects"
  std::map<std::string, std::string> query;
  std::string token;  // of the bearer
  std::string body;

  bool is_watch() const { return query.count("watch") != 0; }
};

// Its collections are named by their path without namespaces: "/apis/keda.sh/v1alpha1/scaledobjects". Thread-safe.
class FakeApiServer {
 public:
  FakeApiServer();
  ~FakeApiServer();

  std::string url() const { return server_->url(); }

  // Adds or changes an object; its resourceVersion is set.
  void Put(const std::string& collection, nlohmann::json object);
  void Delete(const std::string& collection, const std::string& object_namespace, const std::string& name);
  // Forgets what happened up to now: watches from before get 410, and so does the next page of a list.
  void Compact();

  // Sends text into all open watches of a collection, as it is: a bookmark, nonsense, half an object.
  void SendToWatches(const std::string& collection, const std::string& text);
  // Ends all open watches: cleanly, or by cutting the connection.
  void EndWatches(bool cleanly);
  // Objects that are changed are not told to watches, which stay open.
  void HoldBack(bool silent);

  // Asked before each request is answered: a whole response in the place of the usual one (HttpText), "" for none ever.
  void SetFault(std::function<std::optional<std::string>(const ApiRequest&)> fault);

  std::vector<ApiRequest> Requests() const;
  std::size_t Count(const std::function<bool(const ApiRequest&)>& which) const;
  int open_watches() const;

 private:
  struct Change {
    int version;
    std::string type;
    nlohmann::json object;
  };
  struct Collection {
    std::map<std::string, nlohmann::json> objects;  // by "namespace/name"
    std::vector<Change> changes;
  };
  struct Watch {
    std::string collection;
    std::vector<std::string> raw;  // to be sent as it is
    enum class End { kNo, kCleanly, kCut } end = End::kNo;
  };

  void Answer(const std::string& text, const FaultConnection& connection);
  // GET and PUT of one object; PUT minds the resourceVersion.
  std::string One(const ApiRequest& request, const std::string& collection, const std::string& object_namespace,
                  const std::string& name);
  std::string Status(const std::string& path, const std::string& object_namespace);
  std::string List(const ApiRequest& request, const std::string& collection, const std::string& object_namespace);
  void Serve(const ApiRequest& request, const std::string& collection, const std::string& object_namespace,
             const FaultConnection& connection);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int version_ = 100;
  int compacted_ = 0;
  bool silent_ = false;
  bool ending_ = false;
  std::map<std::string, Collection> collections_;
  std::vector<std::shared_ptr<Watch>> watches_;
  std::vector<ApiRequest> requests_;
  std::function<std::optional<std::string>(const ApiRequest&)> fault_;
  std::unique_ptr<FaultServer> server_;
};

// As Kubernetes says what is wrong.
std::string StatusText(int code, const std::string& reason, const std::string& message);

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_FAKE_API_SERVER_H_
