#include "kubernetes/kube_config.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "base/base64.h"
#include "base/text.h"
#include "document/node.h"
#include "system/files.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::string_view kAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

std::string TextAt(const Node* map, std::string_view key) {
  const Node* found = map == nullptr ? nullptr : map->Find(key);
  return found == nullptr || found->kind != Node::Kind::kScalar ? "" : found->text;
}

const Node* MapAt(const Node* map, std::string_view key) {
  const Node* found = map == nullptr ? nullptr : map->Find(key);
  return found == nullptr || found->kind != Node::Kind::kMap ? nullptr : found;
}

// Of a list of { name: NAME, WHAT: {...} } the map of that name; null where there is none.
const Node* Named(const Node& root, std::string_view list, std::string_view name, std::string_view what) {
  const Node* found = root.Find(list);
  if (found == nullptr) return nullptr;
  for (const Node& item : found->items) {
    if (item.kind == Node::Kind::kMap && TextAt(&item, "name") == name) return MapAt(&item, what);
  }
  return nullptr;
}

class Reader {
 public:
  Reader(std::string file, const Node& root) : file_(std::move(file)), root_(root) {}

  Result<KubeConfig> Read() {
    const std::string context_name = TextAt(&root_, "current-context");
    if (context_name.empty()) return Refuse("current-context: is missing");
    const Node* context = Named(root_, "contexts", context_name, "context");
    if (context == nullptr) return Refuse(fmt::format("contexts: there is none of the name \"{}\"", context_name));
    const std::string cluster_name = TextAt(context, "cluster");
    const Node* cluster = Named(root_, "clusters", cluster_name, "cluster");
    if (cluster == nullptr) return Refuse(fmt::format("clusters: there is none of the name \"{}\"", cluster_name));
    KubeConfig config;
    config.own_namespace = TextAt(context, "namespace");
    if (config.own_namespace.empty()) config.own_namespace = "default";
    if (const Status read = ReadCluster(*cluster, cluster_name, config); !read) return Fail(read.error());
    const std::string user_name = TextAt(context, "user");
    if (user_name.empty()) return config;
    const Node* user = Named(root_, "users", user_name, "user");
    if (user == nullptr) return Refuse(fmt::format("users: there is none of the name \"{}\"", user_name));
    if (const Status read = ReadUser(*user, user_name, config); !read) return Fail(read.error());
    return config;
  }

 private:
  Status ReadCluster(const Node& cluster, const std::string& name, KubeConfig& config) const {
    config.server = TextAt(&cluster, "server");
    while (config.server.ends_with('/')) config.server.pop_back();
    if (!config.server.starts_with("https://") && !config.server.starts_with("http://")) {
      return Refuse(fmt::format("clusters.{}.server: want an http:// or https:// URL; found \"{}\"", name,
                                OneLine(config.server, 200)));
    }
    if (!TextAt(&cluster, "proxy-url").empty())
      return Refuse(fmt::format("clusters.{}.proxy-url: proxies are not supported", name));
    if (!TextAt(&cluster, "tls-server-name").empty()) {
      return Refuse(fmt::format(
          "clusters.{}.tls-server-name: is not supported; name the server by a name of its certificate", name));
    }
    config.http.insecure_skip_verify = TextAt(&cluster, "insecure-skip-tls-verify") == "true";
    return Material(cluster, "clusters." + name, "certificate-authority", config.http.ca_file, config.http.ca_pem);
  }

  Status ReadUser(const Node& user, const std::string& name, KubeConfig& config) const {
    const std::string at = "users." + name;
    if (user.Find("exec") != nullptr) {
      return Refuse(at +
                    ".exec: programs that fetch credentials are not run; use a token, a tokenFile or a client "
                    "certificate, such as a service account's");
    }
    if (user.Find("auth-provider") != nullptr)
      return Refuse(at + ".auth-provider: is not supported; use a token or a tokenFile");
    if (user.Find("username") != nullptr)
      return Refuse(at + ".username: Kubernetes knows no passwords any more; use a token");
    HttpClientOptions& http = config.http;
    if (const Status read = Material(user, at, "client-certificate", http.certificate_file, http.certificate_pem);
        !read)
      return read;
    if (const Status read = Material(user, at, "client-key", http.key_file, http.key_pem); !read) return read;
    const bool has_certificate = !http.certificate_file.empty() || !http.certificate_pem.empty();
    const bool has_key = !http.key_file.empty() || !http.key_pem.empty();
    if (has_certificate != has_key)
      return Refuse(at + ": client-certificate and client-key go together; found only one");
    // As kubectl has it: a file counts before a token beside it.
    if (const std::string file = TextAt(&user, "tokenFile"); !file.empty()) {
      http.bearer_token_file = Path(file);
    } else if (const std::string token = TextAt(&user, "token"); !token.empty()) {
      http.headers.emplace_back("Authorization", "Bearer " + token);
    }
    return {};
  }

  // KEY is a path, KEY-data the content in base64, which counts before a path.
  Status Material(const Node& map, const std::string& at, const std::string& key, std::string& file,
                  std::string& pem) const {
    if (const std::string data = TextAt(&map, key + "-data"); !data.empty()) {
      std::optional<std::string> decoded = DecodeBase64(data);
      if (!decoded) return Refuse(fmt::format("{}.{}-data: is not base64", at, key));
      pem = *std::move(decoded);
    } else if (const std::string path = TextAt(&map, key); !path.empty()) {
      file = Path(path);
    }
    return {};
  }

  std::string Path(const std::string& path) const {
    return (fs::absolute(file_).parent_path() / path).lexically_normal().string();
  }

  tl::unexpected<Error> Refuse(const std::string& what) const {
    return Fail(Code::kInvalidArgument, fmt::format("{}: {}", file_, what));
  }

  const std::string file_;
  const Node& root_;
};

}  // namespace

Result<KubeConfig> InClusterConfig(const std::string& account_folder, std::string_view host, std::string_view port) {
  if (host.empty() || port.empty()) {
    return Fail(Code::kFailedPrecondition,
                "this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; outside of a cluster "
                "set kubernetes.kubeconfig");
  }
  const fs::path folder(account_folder);
  KubeConfig config;
  const bool is_v6 = host.find(':') != std::string_view::npos;
  config.server = is_v6 ? fmt::format("https://[{}]:{}", host, port) : fmt::format("https://{}:{}", host, port);
  config.http.ca_file = (folder / "ca.crt").string();
  config.http.bearer_token_file = (folder / "token").string();
  for (const std::string& file : {config.http.bearer_token_file, config.http.ca_file}) {
    if (const auto read = ReadFile(file, kMostBytes); !read) {
      return Fail(
          Code::kFailedPrecondition,
          fmt::format("the service account is not mounted (automountServiceAccountToken?): {}", read.error().message));
    }
  }
  Result<std::string> own = ReadFile(folder / "namespace", kMostBytes);
  config.own_namespace = own ? OneLine(*own, 63) : "default";
  while (config.own_namespace.ends_with(' ')) config.own_namespace.pop_back();
  return config;
}

Result<KubeConfig> InClusterConfig() {
  const char* host = std::getenv("KUBERNETES_SERVICE_HOST");
  const char* port = std::getenv("KUBERNETES_SERVICE_PORT");
  return InClusterConfig(std::string(kAccountFolder), host == nullptr ? "" : host, port == nullptr ? "" : port);
}

Result<KubeConfig> ReadKubeConfig(const std::string& file) {
  const Result<std::string> text = ReadFile(file, kMostBytes);
  if (!text) return Fail(Code::kInvalidArgument, text.error().message);
  DocumentLimits limits;
  limits.bytes = kMostBytes;
  const ParsedDocument parsed = ParseDocument({*text, 1}, limits);
  if (HasErrors(parsed.problems)) return Fail(Code::kInvalidArgument, FormatProblem(file, parsed.problems.front()));
  if (parsed.root.kind != Node::Kind::kMap) return Fail(Code::kInvalidArgument, file + ": want a kubeconfig");
  return Reader(file, parsed.root).Read();
}

}  // namespace loadline
