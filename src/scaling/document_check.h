// Finds what is wrong with documents: each by itself, and together.
#ifndef LOADLINE_SCALING_DOCUMENT_CHECK_H_
#define LOADLINE_SCALING_DOCUMENT_CHECK_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "document/problem.h"
#include "scaling/documents.h"
#include "scaling/neighbours.h"

namespace loadline {

struct FileProblem {
  std::string file;
  Problem problem;
};

struct CheckReport {
  std::vector<FileProblem> findings;
  int policies = 0;  // valid ones
  int others = 0;    // valid documents of other kinds
  int errors = 0;    // also those that are not told one by one
};

// Check each document, then Finish, once.
class DocumentCheck {
 public:
  // What came of a document that is not Loadline's is the caller's to tell: of it nothing is noted.
  LoadlineDocument Check(const std::string& file, const DocumentText& document);
  // The same of an iCalendar file: a Calendar of that name.
  LoadlineDocument CheckICalendar(const std::string& file, const std::string& name, const std::string& text);

  // Notes problems of a file.
  void Add(const std::string& file, Problems problems);

  // What can be said only when all documents are known. `whole`: what is not among them is missing.
  void Finish(bool whole);

  const CheckReport& report() const { return report_; }

 private:
  struct Place {
    std::string file;
    int line = 0;
  };
  template <class T>
  struct Standing {
    Place place;
    std::shared_ptr<const T> content;
  };

  void Note(const Place& place, const LoadlineDocument& document);
  void Take(const Place& place, const DocumentContent& content);
  void CheckName(const Place& place, const std::string& id);

  CheckReport report_;
  Regexes regexes_;
  std::map<std::string, Place> names_;  // ids, and where they stand
  std::vector<Standing<Policy>> policies_;
  std::vector<Standing<Override>> overrides_;
  Neighbours beside_;
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_DOCUMENT_CHECK_H_
