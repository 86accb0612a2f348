// Reads documents and finds what is wrong with them: each by itself, and together.
#ifndef LOADLINE_CLI_VALIDATION_H_
#define LOADLINE_CLI_VALIDATION_H_

#include <string>
#include <vector>

#include "document/problem.h"
#include "scaling/document_check.h"

namespace loadline {

struct ValidationReport : CheckReport {
  std::vector<std::string> unreadable = {};
  int files = 0;
  int skipped = 0;  // documents that are not Loadline's
};

// Read each path, then Finish, once.
class Validation {
 public:
  // A file, a folder, or "-": standard input.
  void Read(const std::string& path);

  // Adds what can be said only when all documents are known.
  ValidationReport Finish();

 private:
  struct Checked {
    bool any_ours = false;
    int skipped = 0;
    Problems foreign;  // of those that were skipped
  };
  void ReadFolder(const std::string& path);
  void CheckNamed(const std::string& file, const std::string& text);
  Checked Check(const std::string& file, const std::string& text);

  DocumentCheck check_;
  std::vector<std::string> unreadable_;
  int files_ = 0;
  int skipped_ = 0;
  bool any_folder_ = false;  // then what is not in it is missing
};

}  // namespace loadline

#endif  // LOADLINE_CLI_VALIDATION_H_
