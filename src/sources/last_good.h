// The last good version of each policy, kept in a folder, so that a restart while a document is bad does not lose it.
#ifndef LOADLINE_SOURCES_LAST_GOOD_H_
#define LOADLINE_SOURCES_LAST_GOOD_H_

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "scaling/policy.h"
#include "system/log.h"

namespace loadline {

// What is kept of a policy: its document's text, what that says, and where the document stood ("file#2" is the third in
// it), by which a document that is too broken to say its name is known again.
struct GoodVersion {
  std::string place;
  std::string text;
  std::shared_ptr<const Policy> policy;
};

// By PolicyId. Not thread-safe.
class LastGood {
 public:
  // Reads what an earlier run kept in `folder`; an empty path keeps nothing on disk. Files that cannot be read are
  // logged and left out.
  LastGood(std::filesystem::path folder, Log& log);

  void Put(const std::string& id, GoodVersion version);
  void Remove(const std::string& id);
  const std::map<std::string, GoodVersion>& versions() const { return versions_; }

 private:
  std::filesystem::path FileOf(const std::string& id) const;

  std::filesystem::path folder_;
  Log& log_;
  std::map<std::string, GoodVersion> versions_;
};

}  // namespace loadline

#endif  // LOADLINE_SOURCES_LAST_GOOD_H_
