// The last good version of each policy, kept in a file, so that a restart while a document is bad does not lose it.
#ifndef LOADLINE_SOURCES_LAST_GOOD_H_
#define LOADLINE_SOURCES_LAST_GOOD_H_

#include <compare>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "scaling/documents.h"
#include "sources/policy_files.h"
#include "system/log.h"

namespace loadline {

// Where a document stands: by its place one that is too broken to say its name is known again.
struct Place {
  std::string file;       // relative to the folder
  std::size_t index = 0;  // 2: the third document of the file

  friend auto operator<=>(const Place&, const Place&) = default;
};

// What is kept of a document. `content` is what `text` says; none for one of an earlier run that nobody has needed yet.
struct GoodVersion {
  Place place;
  std::shared_ptr<const std::string> text;
  std::optional<DocumentContent> content;
};

// By LoadlineDocument::Id. Not thread-safe.
class LastGood {
 public:
  // An empty path keeps nothing on disk. `log` must outlive it. `reader` reads what an earlier run has kept.
  LastGood(std::filesystem::path file, Log& log, DocumentReader reader = ReadFileDocument);

  // Takes up what an earlier run saved, without parsing it: a restart should cost one reading of the policies, not two.
  // A file that cannot be understood is logged and put aside as FILE.bad.
  void Load();

  const std::map<std::string, GoodVersion>& versions() const { return versions_; }
  // Whether an earlier run has saved what there was, were it nothing.
  bool was_kept() const { return was_kept_; }
  // What there is now is known to be all: that is saved, too, where it is nothing.
  void NoteWhole() { unsaved_ = !std::exchange(was_kept_, true) || unsaved_; }
  // None where there is no version, or only one that today's rules refuse, which then is forgotten.
  std::optional<DocumentContent> ContentOf(const std::string& id);
  void Put(const std::string& id, GoodVersion version);
  void Remove(const std::string& id);

  // Writes all of it where something has changed since, in one file: one fsync for 10,000 policies took 50 ms, one each
  // 30 s. Where it fails the next call tries again.
  Status Save();

 private:
  const std::filesystem::path file_;
  Log& log_;
  const DocumentReader reader_;
  std::map<std::string, GoodVersion> versions_;
  bool unsaved_ = false;
  bool was_kept_ = false;
  Regexes regexes_;
};

}  // namespace loadline

#endif  // LOADLINE_SOURCES_LAST_GOOD_H_
