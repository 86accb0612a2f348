// The files below a folder, and what their documents say.
#ifndef LOADLINE_SOURCES_POLICY_FILES_H_
#define LOADLINE_SOURCES_POLICY_FILES_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "document/problem.h"
#include "scaling/documents.h"

namespace loadline {

// The most bytes that a policy file may have.
inline constexpr std::size_t kLargestPolicyFile = 16u << 20;

// The policy files below `path`, sorted: *.yaml, *.yml and *.ics (calendars), three folders deep; names that begin with
// a dot are left out, as ConfigMaps keep their versions there. A path to what is no folder is that file. Fails with
// kNotFound or kPermissionDenied.
Result<std::vector<std::filesystem::path>> ListPolicyFiles(const std::filesystem::path& path);

// The name of the calendar in a file that is an iCalendar one, "de" of "de.ics"; empty of others.
std::string CalendarNameOf(const std::filesystem::path& file);

// What is wrong with a file of no documents.
Problem NoDocument();

// A document as it was read last, good or bad.
struct ReadDocument {
  std::shared_ptr<const std::string> text;
  int first_line = 1;
  LoadlineDocument said;  // no more problems than LimitProblems leaves
};
using ReadDocuments = std::vector<std::shared_ptr<const ReadDocument>>;

// How a document of a file is read, by the file's name.
using DocumentReader = std::function<LoadlineDocument(const std::string& file, const DocumentText&, Regexes&)>;
LoadlineDocument ReadFileDocument(const std::string& file, const DocumentText& document, Regexes& regexes);

// Whether a file is as it was, without reading it. Links are followed: a ConfigMap changes by a link.
struct FileSignature {
  std::uint64_t inode = 0;
  std::int64_t size = -1;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;

  friend bool operator==(const FileSignature&, const FileSignature&) = default;
};

struct FileState {
  std::string name;                // relative to the folder
  std::optional<Problem> problem;  // of the file as a whole: then `documents` are those of the last time
  ReadDocuments documents;
  bool was_read = false;  // ever

  std::optional<FileSignature> signature;
  bool settled = false;  // read with a signature that was not new: nothing can have come after it unseen
};

// Reads a file, where it is not as it was. Returns whether it says something else than before. Documents whose text was
// there before keep their policies: of a file of 1,000, one of them edited, 999 need no parsing. Where `stop` is
// requested meanwhile, the file is as before.
bool UpdateFile(const std::filesystem::path& path, FileState& file, Regexes& regexes, const std::stop_token& stop);

// The same of a file whose text is known. `file` has its name already.
bool UpdateText(const std::string& text, FileState& file, const DocumentReader& reader, Regexes& regexes,
                const std::stop_token& stop);

}  // namespace loadline

#endif  // LOADLINE_SOURCES_POLICY_FILES_H_
