#include "cli/load_options.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>

#include "base/secret_words.h"
#include "base/text.h"
#include "cli/serve_fields.h"
#include "cli/webhook_wiring.h"
#include "document/field_list.h"
#include "journal/journal.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr std::size_t kLargestOptionsFile = 1 << 20;
constexpr std::string_view kPrefix = "LOADLINE_";
constexpr std::string_view kAnyName = "NAME";

// A value from a variable or a flag, and where it came from.
struct Override {
  std::string origin;  // "LOADLINE_GRPC_LISTEN", "--grpc.listen"
  std::string path;
  std::string value;
};

// Kubernetes tells each pod of the Services of its namespace in this way, and one of them may be called loadline.
bool IsServiceVariable(const std::string& name) {
  static const RE2 pattern(
      R"(LOADLINE(_[A-Z0-9_]+?)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP).*)?))");
  return RE2::FullMatch(name, pattern);
}

std::vector<std::string> Split(std::string_view text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool IsWithin(const std::string& path, const std::string& folder) {
  if (path.empty() || folder.empty()) return false;
  namespace fs = std::filesystem;
  const fs::path relative =
      fs::absolute(path).lexically_normal().lexically_relative((fs::absolute(folder) / "").lexically_normal());
  return !relative.empty() && *relative.begin() != "..";
}

// Which option a variable sets. The name of a source is its part of the variable in small letters, with - for _.
std::optional<std::string> PathOfVariable(const std::string& name, const std::vector<ListedField>& fields) {
  for (const ListedField& each : fields) {
    if (each.type.empty()) continue;
    const std::string variable = VariableName(each.path);
    if (variable == name) return each.path;
    const std::size_t any = variable.find(kAnyName);
    if (any == std::string::npos) continue;
    const std::string before = variable.substr(0, any);
    const std::string after = variable.substr(any + kAnyName.size());
    if (!name.starts_with(before) || !name.ends_with(after) || name.size() <= before.size() + after.size()) continue;
    std::string source = name.substr(before.size(), name.size() - before.size() - after.size());
    for (char& c : source) c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::string path = each.path;
    return path.replace(path.find(kAnyName), kAnyName.size(), source);
  }
  return std::nullopt;
}

// Whether there is such an option; a source may have any name.
bool IsPath(const std::string& path, const std::vector<ListedField>& fields) {
  const std::vector<std::string> parts = Split(path, '.');
  return std::any_of(fields.begin(), fields.end(), [&parts](const ListedField& each) {
    const std::vector<std::string> own = Split(each.path, '.');
    return !each.type.empty() &&
           std::equal(own.begin(), own.end(), parts.begin(), parts.end(),
                      [](const std::string& a, const std::string& b) { return a == b || a == kAnyName; });
  });
}

// { grpc: { listen: VALUE } }: read like a file that says only this.
Node TreeOf(const std::string& path, Node value) {
  const std::vector<std::string> parts = Split(path, '.');
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    Node map;
    map.kind = Node::Kind::kMap;
    map.entries.push_back({*part, {}, std::move(value)});
    value = std::move(map);
  }
  return value;
}

class Loader {
 public:
  explicit Loader(LoadedOptions& loaded) : loaded_(loaded), fields_(ListFields<ServeOptions>()) {}

  void ReadFromFile(const std::string& file) {
    const Result<std::string> text = ReadFile(file, kLargestOptionsFile);
    if (!text) return Report(text.error().message);
    const std::vector<DocumentText> documents = SplitDocuments(*text);
    if (documents.size() > 1) return Report(fmt::format("{}:{}: want one document", file, documents[1].first_line));
    if (documents.empty()) return;
    ParsedDocument parsed = ParseDocument(documents[0]);
    if (parsed.problems.empty()) ReadFields(parsed.root, "", parsed.problems, loaded_.options);
    for (const Problem& problem : parsed.problems) Report(FormatProblem(file, problem));
  }

  void ReadFromEnvironment(const std::vector<std::string>& environment) {
    std::vector<std::string> known;
    for (const ListedField& each : fields_) {
      if (!each.type.empty()) known.push_back(VariableName(each.path));
    }
    for (const std::string& each : environment) {
      const std::size_t equals = each.find('=');
      const std::string name = each.substr(0, equals);
      if (!name.starts_with(kPrefix) || equals == std::string::npos || IsServiceVariable(name)) continue;
      if (const auto path = PathOfVariable(name, fields_)) {
        Read({name, *path, each.substr(equals + 1)});
      } else {
        const auto meant = DidYouMean(name, known);
        Report(fmt::format("{}: no option has this variable{}", OneLine(name, 80),
                           meant ? fmt::format(" (did you mean {}?)", *meant) : " (see loadline reference)"));
      }
    }
  }

  void ReadFromFlags(const std::vector<std::pair<std::string, std::string>>& flags) {
    std::vector<std::string> known;
    for (const ListedField& each : fields_) {
      if (!each.type.empty()) known.push_back(each.path);
    }
    for (const auto& [path, value] : flags) {
      if (IsPath(path, fields_)) {
        Read({"--" + path, path, value});
      } else {
        const auto meant = DidYouMean(path, known);
        Report(fmt::format("--{}: there is no such option{}", OneLine(path, 80),
                           meant ? fmt::format(" (did you mean --{}?)", *meant) : " (see loadline serve --help)"));
      }
    }
  }

  // What no field can say by itself.
  void Check() {
    const ServeOptions& options = loaded_.options;
    if (options.sources.empty()) {
      Report(
          "sources: there is none to ask; want at least one, such as sources: { default: { url: http://prometheus:9090 "
          "} }");
    }
    for (const auto& [name, source] : options.sources) {
      const std::string path = "sources." + name;
      static const RE2 name_pattern("[a-z0-9-]{1,63}");
      if (!RE2::FullMatch(name, name_pattern))
        Report(fmt::format("{}: a name is 1 to 63 of a-z, 0-9 and -", OneLine(path, 80)));
      if (!source.url.starts_with("http://") && !source.url.starts_with("https://")) {
        Report(fmt::format("{}.url: want an http:// or https:// URL; found \"{}\"", path,
                           OneLine(WithoutCredentials(source.url), 200)));
      }
      if (source.certificate_file.empty() != source.key_file.empty()) {
        Report(fmt::format("{}: certificateFile and keyFile go together; found only one", path));
      }
      if (source.basic_auth_user.empty() != source.basic_auth_password_file.empty()) {
        Report(fmt::format("{}: basicAuthUser and basicAuthPasswordFile go together; found only one", path));
      }
      if (!source.basic_auth_user.empty() && !source.bearer_token_file.empty()) {
        Report(fmt::format("{}: want basicAuthUser or bearerTokenFile; found both", path));
      }
    }
    CheckKubernetes(options.kubernetes);
    for (std::string& problem : CheckWebhooks(options)) Report(std::move(problem));
    if (options.policies.path.empty() && (!options.kubernetes.enabled || options.kubernetes.policy_label.empty())) {
      Report("policies.path: is empty, and there are no ConfigMaps to read policies from (kubernetes.policyLabel)");
    }
    const TlsOptions& tls = options.grpc.tls;
    if (tls.certificate_file.empty() != tls.key_file.empty()) {
      Report("grpc.tls: certificateFile and keyFile go together; found only one");
    }
    if (!tls.client_ca_file.empty() && tls.certificate_file.empty()) {
      Report(
          "grpc.tls.clientCaFile: needs certificateFile and keyFile, or clients would not be asked for a certificate");
    }
    if (!tls.allowed_client_names.empty() && tls.client_ca_file.empty()) {
      Report(
          "grpc.tls.allowedClientNames: needs clientCaFile, or clients would show no certificate to read a name from");
    }
    if (options.http.tls.certificate_file.empty() != options.http.tls.key_file.empty())
      Report("http.tls: certificateFile and keyFile go together; found only one");
    if (options.http.protect_metrics && options.http.tokens_file.empty())
      Report("http.protectMetrics: needs tokensFile, or nobody could read /metrics");
    if (const std::string& address = options.http.grafana;
        !address.empty() && !address.starts_with("https://") && !address.starts_with("http://"))
      Report(fmt::format("http.grafana: want an address that begins with https:// or http://; found {}", address));
    if (options.tick.budget > options.tick.interval) {
      Report(fmt::format(
          "tick.budget: want at most tick.interval ({}), or a slow source would make ticks be left out; found {}",
          FormatDuration(options.tick.interval), FormatDuration(options.tick.budget)));
    }
    if (const std::string folder = OverrideFolderOf(options); IsWithin(folder, options.policies.path)) {
      Report(fmt::format("overrides.path: {} lies within policies.path, and would be read twice", folder));
    }
    if (options.forecasts.lead > options.forecasts.refit) {
      Report(fmt::format(
          "forecasts.lead: want at most forecasts.refit ({}), or a forecast would be old before it is used; found {}",
          FormatDuration(options.forecasts.refit), FormatDuration(options.forecasts.lead)));
    }
    if (!options.journal.url.empty()) {
      if (const std::string problem = CheckJournalUrl(options.journal.url); !problem.empty())
        Report("journal.url: " + problem);
    }
    if (!options.journal.password_file.empty() && !options.journal.url.starts_with("postgresql://"))
      Report("journal.passwordFile: is for a url of postgresql:// only");
    static const std::vector<std::string> modules = {"controller", "sources", "kubernetes", "journal",
                                                     "notify",     "api",     "system",     "cli"};
    for (const auto& [module, _] : options.log.modules) {
      if (std::find(modules.begin(), modules.end(), module) == modules.end()) {
        Report(fmt::format("log.modules.{}: there is no such module; want {}", OneLine(module, 60),
                           JoinWords(modules, "or")));
      }
    }
  }

 private:
  void CheckKubernetes(const KubernetesOptions& kubernetes) {
    if (!kubernetes.enabled) return;
    static const RE2 label_pattern(R"(([a-z0-9.-]{1,253}/)?[A-Za-z0-9._-]{1,63}=[A-Za-z0-9._-]{1,63})");
    if (!kubernetes.policy_label.empty() && !RE2::FullMatch(kubernetes.policy_label, label_pattern)) {
      Report(fmt::format("kubernetes.policyLabel: want LABEL=VALUE, such as loadline.dev/policies=true; found \"{}\"",
                         OneLine(kubernetes.policy_label, 200)));
    }
    static const RE2 namespace_pattern("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    for (const std::string& each : kubernetes.namespaces) {
      if (RE2::FullMatch(each, namespace_pattern)) continue;
      Report(fmt::format("kubernetes.namespaces: want names of namespaces; found \"{}\"", OneLine(each, 80)));
    }
  }

  void Read(const Override& given) {
    Problems problems;
    Node value;
    // Text may hold what YAML would take for something else ("*", ": "); lists and maps are written as in YAML.
    const bool yaml = given.value.starts_with('[') || given.value.starts_with('{');
    if (yaml) {
      ParsedDocument parsed = ParseDocument({given.value, 1});
      problems = std::move(parsed.problems);
      value = std::move(parsed.root);
    } else {
      value.kind = Node::Kind::kScalar;
      value.text = given.value;
    }
    if (problems.empty()) ReadFields(TreeOf(given.path, std::move(value)), "", problems, loaded_.options);
    for (const Problem& problem : problems) Report(fmt::format("{}: {}", given.origin, Describe(problem)));
  }

  void Report(std::string line) { loaded_.problems.push_back(std::move(line)); }

  LoadedOptions& loaded_;
  const std::vector<ListedField> fields_;
};

}  // namespace

std::string OverrideFolderOf(const ServeOptions& options) {
  if (!options.overrides.path.empty()) return options.overrides.path;
  const bool in_configmap = options.kubernetes.enabled && !options.kubernetes.policy_label.empty();
  if (in_configmap || options.data_dir.empty()) return "";
  return (std::filesystem::path(options.data_dir) / "overrides").string();
}

std::string VariableName(std::string_view path) {
  std::string name(kPrefix);
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto c = static_cast<unsigned char>(path[i]);
    const bool hump = std::isupper(c) && i > 0 && std::islower(static_cast<unsigned char>(path[i - 1]));
    if (hump) name += '_';
    name += c == '.' ? '_' : static_cast<char>(std::toupper(c));
  }
  return name;
}

LoadedOptions LoadServeOptions(const OptionInputs& inputs) {
  LoadedOptions loaded;
  Loader loader(loaded);
  if (!inputs.file.empty()) loader.ReadFromFile(inputs.file);
  loader.ReadFromEnvironment(inputs.environment);
  loader.ReadFromFlags(inputs.flags);
  // A field that could not be read has its default now: what follows from that would only mislead.
  if (loaded.problems.empty()) loader.Check();
  return loaded;
}

}  // namespace loadline
