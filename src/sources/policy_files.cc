#include "sources/policy_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "system/files.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 3;
constexpr std::string_view kICalendar = ".ics";

Status List(const fs::path& folder, int depth, std::vector<fs::path>& files) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const fs::directory_entry& entry = *entries;
    if (entry.path().filename().string().starts_with('.')) continue;
    std::error_code ignored;
    if (entry.is_directory(ignored)) {
      // What lies in a folder below that cannot be read is missing, and must not pass for removed.
      if (depth < kDeepest) {
        if (const Status listed = List(entry.path(), depth + 1, files); !listed) return listed;
      }
      continue;
    }
    const fs::path extension = entry.path().extension();
    if (extension == ".yaml" || extension == ".yml" || extension == kICalendar) files.push_back(entry.path());
  }
  if (error) {
    return Fail(error == std::errc::permission_denied ? Code::kPermissionDenied : Code::kNotFound,
                fmt::format("{}: {}", folder.string(), error.message()));
  }
  return {};
}

FileSignature SignatureOf(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return {};
  auto ns = [](const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; };
  return {status.st_ino, status.st_size, ns(status.st_mtim), ns(status.st_ctim)};
}

// How the documents of a file are read.
using ReadText = std::function<LoadlineDocument(const DocumentText&)>;

std::shared_ptr<const ReadDocument> ReadOne(const DocumentText& document, const ReadText& reader) {
  auto read = std::make_shared<ReadDocument>();
  read->text = std::make_shared<const std::string>(document.text);
  read->first_line = document.first_line;
  read->said = reader(document);
  LimitProblems(read->said.problems);
  // A policy has the same text: one copy is enough.
  if (const auto* policy =
          read->said.content ? std::get_if<std::shared_ptr<const Policy>>(&*read->said.content) : nullptr)
    read->text = (*policy)->text;
  return read;
}

// The same text, perhaps in another line.
std::shared_ptr<const ReadDocument> ReadAgain(const std::shared_ptr<const ReadDocument>& known,
                                              const DocumentText& document, const ReadText& reader) {
  if (known->first_line == document.first_line) return known;
  if (!known->said.problems.empty()) return ReadOne(document, reader);
  auto moved = std::make_shared<ReadDocument>(*known);
  moved->first_line = document.first_line;
  return moved;
}

// Returns whether they are others than before.
bool TakeDocuments(const std::vector<DocumentText>& texts, const ReadText& reader, ReadDocuments& documents,
                   const std::stop_token& stop) {
  std::unordered_map<std::string_view, std::shared_ptr<const ReadDocument>> before;
  for (const auto& document : documents) before.emplace(*document->text, document);
  ReadDocuments read;
  for (const DocumentText& text : texts) {
    if (stop.stop_requested()) return false;
    const auto known = before.find(text.text);
    read.push_back(known == before.end() ? ReadOne(text, reader) : ReadAgain(known->second, text, reader));
  }
  const bool changed = read != documents;
  documents = std::move(read);
  return changed;
}

}  // namespace

Result<std::vector<fs::path>> ListPolicyFiles(const fs::path& path) {
  std::vector<fs::path> files;
  std::error_code ignored;
  // Whatever is no folder is read as a file; where that fails, its message says what it is.
  const fs::file_status status = fs::status(path, ignored);
  if (fs::exists(status) && !fs::is_directory(status)) return std::vector{path};
  if (const Status listed = List(path, 1, files); !listed) return Fail(listed.error());
  std::sort(files.begin(), files.end());
  return files;
}

std::string CalendarNameOf(const fs::path& file) { return file.extension() == kICalendar ? file.stem().string() : ""; }

LoadlineDocument ReadFileDocument(const std::string& file, const DocumentText& document, Regexes& regexes) {
  const std::string calendar = CalendarNameOf(file);
  return calendar.empty() ? ParseLoadlineDocument(document, regexes) : ParseICalendarFile(calendar, document.text);
}

Problem NoDocument() { return {{1, 1}, "", "want a ScalingPolicy", "an empty file", "", Severity::kError}; }

bool UpdateFile(const fs::path& path, FileState& file, Regexes& regexes, const std::stop_token& stop) {
  const FileSignature signature = SignatureOf(path);
  const bool as_it_was = file.signature == signature;
  if (as_it_was && file.settled) return false;
  const bool is_new = !file.signature;
  file.signature = signature;

  const Result<std::string> text = ReadFile(path, kLargestPolicyFile);
  // What cannot be read now may be readable at the next look, without a trace in its signature. And a file that was
  // written twice within one tick of the file system's clock has one signature for both.
  file.settled = as_it_was && text;
  if (!text) {
    const Problem problem{{}, "", "cannot be read: " + text.error().message, "", "", Severity::kError};
    return std::exchange(file.problem, problem) != problem || is_new;
  }
  return UpdateText(*text, file, ReadFileDocument, regexes, stop) || is_new;
}

bool UpdateText(const std::string& text, FileState& file, const DocumentReader& reader, Regexes& regexes,
                const std::stop_token& stop) {
  const std::vector<DocumentText> documents =
      CalendarNameOf(file.name).empty() ? SplitDocuments(text) : std::vector{DocumentText{text, 1}};
  std::optional<Problem> problem;
  // A document that is removed leaves others, or takes its file with it. This one is being written, or was lost.
  if (documents.empty()) problem = NoDocument();
  bool changed = !std::exchange(file.was_read, true) || problem != file.problem;
  file.problem = std::move(problem);
  if (file.problem) return changed;
  const auto read = [&](const DocumentText& document) { return reader(file.name, document, regexes); };
  return TakeDocuments(documents, read, file.documents, stop) || changed;
}

}  // namespace loadline
