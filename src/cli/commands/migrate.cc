#include "cli/commands/migrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <system_error>

#include "migrate/migrate.h"
#include "migrate/proof.h"
#include "migrate/reading.h"
#include "migrate/report.h"
#include "sources/policy_files.h"
#include "system/files.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 64u << 20;  // kubectl get --all-namespaces -o yaml of a large cluster
constexpr DocumentLimits kLimits = {kLargestFile, 4'000'000, 100};

class Migrating {
 public:
  explicit Migrating(const MigrateCommand& command) : command_(command) {}

  int Run() {
    for (const std::string& path : command_.paths) Read(path);
    if (command_.output == "json") fmt::print("{}\n", Dump(reports_));
    if (migrations_ == 0 && !unreadable_)
      Trouble(fmt::format("nothing that scales was found: a {} is meant", MigratedKinds()));
    if (unreadable_) return 2;
    return all_hold_ ? 0 : 1;
  }

 private:
  static std::string Dump(const nlohmann::ordered_json& json) {
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }

  void Trouble(const std::string& message) {
    fmt::print(stderr, "{}\n", message);
    unreadable_ = true;
  }

  void Read(const std::string& path) {
    if (path == "-") return Take("-", std::string(std::istreambuf_iterator<char>(std::cin), {}));
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) return ReadOne(path);
    const auto files = ListPolicyFiles(path);
    if (!files) return Trouble(files.error().message);
    for (const auto& file : *files) ReadOne(file.string());
  }

  void ReadOne(const std::string& file) {
    const Result<std::string> text = ReadFile(file, kLargestFile);
    if (!text) return Trouble(text.error().message);
    Take(file, *text);
  }

  void Take(const std::string& file, const std::string& text) {
    for (const DocumentText& each : SplitDocuments(text)) {
      const ParsedDocument document = ParseDocument(each, kLimits);
      for (const Problem& problem : document.problems) Trouble(FormatProblem(file, problem));
      if (!document.problems.empty()) continue;
      for (const Migration& migration : Migrate(document.root, command_.options)) Tell(migration);
    }
  }

  void Tell(const Migration& migration) {
    ++migrations_;
    const Proof proof = Prove(migration);
    all_hold_ = all_hold_ && (migration.of_another || IsWhole(migration, proof));
    if (!migration.documents.empty() && !taken_.insert({migration.object_namespace, migration.name}).second) {
      fmt::print(stderr, "{}: the policy {}/{} was made of another object already: rename one of them\n",
                 migration.from, migration.object_namespace, migration.name);
      all_hold_ = false;
      return;
    }
    if (command_.output == "json") {
      reports_.push_back(ReportJson(migration, proof));
    } else if (command_.out.empty()) {
      Print(migration, ReportText(migration, proof));
    } else {
      fmt::print("{}", ReportText(migration, proof));
    }
    if (!command_.out.empty()) Write(migration);
  }

  static bool IsWhole(const Migration& migration, const Proof& proof) {
    const bool lost = std::any_of(migration.notes.begin(), migration.notes.end(),
                                  [](const Note& each) { return each.fate == Fate::kNotCarried; });
    return !migration.documents.empty() && !lost && proof.holds() && proof.answers > 0;
  }

  // A stream of documents for kubectl, with what is to be told as comments.
  static void Print(const Migration& migration, const std::string& report) {
    std::istringstream lines(report);
    for (std::string line; std::getline(lines, line);) fmt::print("# {}\n", line);
    for (const auto& [file, text] : FilesOf(migration)) {
      if (file.ends_with(".yaml")) fmt::print("---\n{}", text);
    }
  }

  void Write(const Migration& migration) {
    // Names are what somebody wrote: none leads out of the folder.
    const fs::path folder = fs::path(command_.out) / NameFrom(migration.object_namespace) / migration.name;
    for (const auto& [file, text] : FilesOf(migration)) {
      std::error_code error;
      fs::create_directories(folder, error);
      if (error) return Trouble(fmt::format("{}: {}", folder.string(), error.message()));
      if (!WriteNew(folder / file, text)) return;
      if (command_.output != "json") fmt::print("  wrote {}\n", (folder / file).string());
    }
  }

  // What somebody may have worked on since is not overwritten.
  bool WriteNew(const fs::path& file, const std::string& text) {
    if (const auto there = ReadFile(file, kLargestFile)) {
      if (*there == text) return true;
      Trouble(fmt::format("{}: is there, and differs: remove it, or choose another folder", file.string()));
      return false;
    }
    const Status written = WriteFile(file, text);
    if (!written) Trouble(written.error().message);
    return written.has_value();
  }

  const MigrateCommand& command_;
  nlohmann::ordered_json reports_ = nlohmann::ordered_json::array();
  std::set<std::pair<std::string, std::string>> taken_;  // namespaces and names of policies
  int migrations_ = 0;
  bool all_hold_ = true;
  bool unreadable_ = false;
};

}  // namespace

int RunMigrate(const MigrateCommand& command) { return Migrating(command).Run(); }

}  // namespace loadline
