#include "cli/load_options.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/text.h"
#include "cli/option_check.h"
#include "cli/serve_fields.h"
#include "document/field_list.h"
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

 private:
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
  if (loaded.problems.empty()) loaded.problems = CheckOptions(loaded.options);
  return loaded;
}

}  // namespace loadline
