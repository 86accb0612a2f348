#include "kubernetes/kube_config.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/base64.h"
#include "base/text.h"
#include "document/node.h"
#include "system/files.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 1 << 20;
constexpr std::string_view kAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string TextAt(const Node* map, std::string_view key) {
  const Node* found = map == nullptr ? nullptr : map->Find(key);
  return found == nullptr || found->kind != Node::Kind::kScalar ? "" : found->text;
}

const Node* MapAt(const Node* map, std::string_view key) {
  const Node* found = map == nullptr ? nullptr : map->Find(key);
  return found == nullptr || found->kind != Node::Kind::kMap ? nullptr : found;
}

struct ConfigFile {
  std::string name;
  Node root;
};

// What one of the files says under a name, and which one.
struct Named {
  const ConfigFile* file = nullptr;
  const Node* map = nullptr;
};

class Reader {
 public:
  explicit Reader(const std::vector<ConfigFile>& files) : files_(files) {}

  Result<KubeConfig> Read(std::string context_name) {
    for (const ConfigFile& file : files_) {
      if (context_name.empty()) context_name = TextAt(&file.root, "current-context");
    }
    if (context_name.empty()) return Refuse(files_.front(), "current-context: is missing");
    const Result<Named> context = Find("contexts", context_name, "context", files_.front());
    if (!context) return Fail(context.error());
    const Result<Named> cluster = Find("clusters", TextAt(context->map, "cluster"), "cluster", *context->file);
    if (!cluster) return Fail(cluster.error());
    KubeConfig config;
    config.context = context_name;
    config.own_namespace = TextAt(context->map, "namespace");
    if (config.own_namespace.empty()) config.own_namespace = "default";
    if (const Status read = ReadCluster(*cluster, "clusters." + TextAt(context->map, "cluster"), config); !read)
      return Fail(read.error());
    const std::string user_name = TextAt(context->map, "user");
    if (user_name.empty()) return config;
    const Result<Named> user = Find("users", user_name, "user", *context->file);
    if (!user) return Fail(user.error());
    if (const Status read = ReadUser(*user, "users." + user_name, config); !read) return Fail(read.error());
    return config;
  }

 private:
  // Of the lists of { name: NAME, WHAT: {...} } the first map of that name.
  Result<Named> Find(std::string_view list, std::string_view name, std::string_view what,
                     const ConfigFile& asked_by) const {
    for (const ConfigFile& file : files_) {
      const Node* found = file.root.Find(list);
      if (found == nullptr) continue;
      for (const Node& item : found->items) {
        if (item.kind != Node::Kind::kMap || TextAt(&item, "name") != name) continue;
        if (const Node* map = MapAt(&item, what)) return Named{&file, map};
      }
    }
    return Refuse(asked_by, fmt::format("{}: there is none of the name \"{}\"", list, OneLine(name, 200)));
  }

  static Status ReadCluster(const Named& cluster, const std::string& at, KubeConfig& config) {
    const auto refuse = [&](const std::string& what) { return Refuse(*cluster.file, at + what); };
    config.server = TextAt(cluster.map, "server");
    while (config.server.ends_with('/')) config.server.pop_back();
    if (!config.server.starts_with("https://") && !config.server.starts_with("http://")) {
      return refuse(fmt::format(".server: want an http:// or https:// URL; found \"{}\"", OneLine(config.server, 200)));
    }
    if (!TextAt(cluster.map, "proxy-url").empty()) return refuse(".proxy-url: proxies are not supported");
    if (!TextAt(cluster.map, "tls-server-name").empty())
      return refuse(".tls-server-name: is not supported; name the server by a name of its certificate");
    config.http.insecure_skip_verify = TextAt(cluster.map, "insecure-skip-tls-verify") == "true";
    return Material(cluster, at, "certificate-authority", config.http.ca_file, config.http.ca_pem);
  }

  static Status ReadUser(const Named& user, const std::string& at, KubeConfig& config) {
    const auto refuse = [&](const std::string& what) { return Refuse(*user.file, at + what); };
    if (const Node* exec = MapAt(user.map, "exec"); exec != nullptr) {
      Result<ExecProgram> program = ReadProgram(*exec, *user.file, at + ".exec");
      if (!program) return Fail(program.error());
      config.program = *std::move(program);
    }
    if (user.map->Find("auth-provider") != nullptr)
      return refuse(".auth-provider: is not supported; use a token or a tokenFile");
    if (user.map->Find("username") != nullptr)
      return refuse(".username: Kubernetes knows no passwords any more; use a token");
    HttpClientOptions& http = config.http;
    if (const Status read = Material(user, at, "client-certificate", http.certificate_file, http.certificate_pem);
        !read)
      return read;
    if (const Status read = Material(user, at, "client-key", http.key_file, http.key_pem); !read) return read;
    const bool has_certificate = !http.certificate_file.empty() || !http.certificate_pem.empty();
    const bool has_key = !http.key_file.empty() || !http.key_pem.empty();
    if (has_certificate != has_key) return refuse(": client-certificate and client-key go together; found only one");
    // As kubectl has it: a file counts before a token beside it.
    if (const std::string file = TextAt(user.map, "tokenFile"); !file.empty()) {
      http.bearer_token_file = Path(*user.file, file);
    } else if (const std::string token = TextAt(user.map, "token"); !token.empty()) {
      http.headers.emplace_back("Authorization", "Bearer " + token);
    }
    return {};
  }

  static Result<ExecProgram> ReadProgram(const Node& exec, const ConfigFile& file, const std::string& at) {
    ExecProgram program;
    program.at = fmt::format("{}: {}", file.name, at);
    program.api_version = TextAt(&exec, "apiVersion");
    program.run.program = TextAt(&exec, "command");
    if (program.run.program.empty()) return Refuse(file, at + ".command: is missing");
    if (program.run.program.find('/') != std::string::npos) program.run.program = Path(file, program.run.program);
    if (const Node* arguments = exec.Find("args"); arguments != nullptr) {
      for (const Node& each : arguments->items) program.run.arguments.push_back(each.text);
    }
    if (const Node* variables = exec.Find("env"); variables != nullptr) {
      for (const Node& each : variables->items)
        program.run.environment.emplace_back(TextAt(&each, "name"), TextAt(&each, "value"));
    }
    program.install_hint = TextAt(&exec, "installHint");
    program.interactive = TextAt(&exec, "interactiveMode");
    program.wants_cluster = TextAt(&exec, "provideClusterInfo") == "true";
    return program;
  }

  // KEY is a path, KEY-data the content in base64, which counts before a path.
  static Status Material(const Named& entry, const std::string& at, const std::string& key, std::string& file,
                         std::string& pem) {
    if (const std::string data = TextAt(entry.map, key + "-data"); !data.empty()) {
      std::optional<std::string> decoded = DecodeBase64(data);
      if (!decoded) return Refuse(*entry.file, fmt::format("{}.{}-data: is not base64", at, key));
      pem = *std::move(decoded);
    } else if (const std::string path = TextAt(entry.map, key); !path.empty()) {
      file = Path(*entry.file, path);
    }
    return {};
  }

  static std::string Path(const ConfigFile& file, const std::string& path) {
    return (fs::absolute(file.name).parent_path() / path).lexically_normal().string();
  }

  static tl::unexpected<Error> Refuse(const ConfigFile& file, const std::string& what) {
    return Fail(Code::kInvalidArgument, fmt::format("{}: {}", file.name, what));
  }

  const std::vector<ConfigFile>& files_;
};

Result<ConfigFile> ReadConfigFile(const std::string& file) {
  const Result<std::string> text = ReadFile(file, kMostBytes);
  if (!text) return Fail(Code::kInvalidArgument, text.error().message);
  DocumentLimits limits;
  limits.bytes = kMostBytes;
  ParsedDocument parsed = ParseDocument({*text, 1}, limits);
  if (HasErrors(parsed.problems)) return Fail(Code::kInvalidArgument, FormatProblem(file, parsed.problems.front()));
  const bool is_empty = parsed.root.kind == Node::Kind::kNull;  // as `kubectl config` leaves one
  if (!is_empty && parsed.root.kind != Node::Kind::kMap)
    return Fail(Code::kInvalidArgument, file + ": want a kubeconfig");
  return ConfigFile{file, std::move(parsed.root)};
}

// Those of KUBECONFIG, a list with colons, else ~/.kube/config; without those that are not there.
std::vector<std::string> UsualFiles() {
  std::string rest = Variable("KUBECONFIG");
  if (rest.empty()) rest = fs::path(Variable("HOME")) / ".kube/config";
  std::vector<std::string> files;
  while (!rest.empty()) {
    const std::string file = rest.substr(0, rest.find(':'));
    rest.erase(0, file.size() + 1);
    std::error_code ignored;
    if (!file.empty() && fs::exists(file, ignored)) files.push_back(file);
  }
  return files;
}

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
  return InClusterConfig(std::string(kAccountFolder), Variable("KUBERNETES_SERVICE_HOST"),
                         Variable("KUBERNETES_SERVICE_PORT"));
}

Result<KubeConfig> ReadKubeConfig(const std::string& file) {
  Result<KubeConfig> config = ReadKubeConfigs({file}, "");
  if (!config || !config->program) return config;
  return Fail(Code::kInvalidArgument, config->program->at +
                                          ": programs that fetch credentials are not run; use a token, a tokenFile or "
                                          "a client certificate, such as a service account's");
}

Result<KubeConfig> ReadKubeConfigs(const std::vector<std::string>& files, const std::string& context) {
  std::vector<ConfigFile> read;
  for (const std::string& each : files) {
    Result<ConfigFile> file = ReadConfigFile(each);
    if (!file) return Fail(file.error());
    read.push_back(*std::move(file));
  }
  return Reader(read).Read(context);
}

Result<KubeConfig> FindKubeConfig(const std::string& file, const std::string& context) {
  const std::vector<std::string> files = file.empty() ? UsualFiles() : std::vector<std::string>{file};
  if (!files.empty()) return ReadKubeConfigs(files, context);
  if (!Variable("KUBERNETES_SERVICE_HOST").empty() && context.empty()) return InClusterConfig();
  return Fail(Code::kFailedPrecondition,
              "there is no kubeconfig: none is named (--kubeconfig), KUBECONFIG names none that is there, and "
              "~/.kube/config is not there");
}

}  // namespace loadline
