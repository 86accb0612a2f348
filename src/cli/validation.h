// Reads documents and finds what is wrong with them: each by itself, and together.
#ifndef LOADLINE_CLI_VALIDATION_H_
#define LOADLINE_CLI_VALIDATION_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "document/problem.h"
#include "scaling/documents.h"
#include "scaling/neighbours.h"

namespace loadline {

struct Finding {
  std::string file;
  Problem problem;
};

struct ValidationReport {
  std::vector<Finding> findings;
  std::vector<std::string> unreadable;
  int files = 0;
  int policies = 0;
  int others = 0;   // valid documents of other kinds
  int skipped = 0;  // documents that are not Loadline's
  int errors = 0;   // also those that are not told one by one
};

// Read each path, then Finish, once.
class Validation {
 public:
  // A file, a folder, or "-": standard input.
  void Read(const std::string& path);

  // What can be said only when all documents are known.
  void Finish();

  const ValidationReport& report() const { return report_; }

 private:
  struct Checked {
    bool any_ours = false;
    int skipped = 0;
    Problems foreign;  // of those that were skipped
  };
  struct Place {
    std::string file;
    int line = 0;
  };
  template <class T>
  struct Standing {
    Place place;
    std::shared_ptr<const T> content;
  };

  void ReadFolder(const std::string& path);
  void CheckNamed(const std::string& file, const std::string& text);
  Checked Check(const std::string& file, const std::string& text);
  void Take(const Place& place, const DocumentContent& content);
  void CheckName(const Place& place, const std::string& id);
  void Add(const std::string& file, Problems problems);

  ValidationReport report_;
  Regexes regexes_;
  std::map<std::string, Place> names_;  // ids, and where they stand
  std::vector<Standing<Policy>> policies_;
  std::vector<Standing<Override>> overrides_;
  Neighbours beside_;
  bool any_folder_ = false;  // then what is not in it is missing
};

}  // namespace loadline

#endif  // LOADLINE_CLI_VALIDATION_H_
