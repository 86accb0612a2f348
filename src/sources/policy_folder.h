// Policies from a folder of YAML documents: a mounted ConfigMap (the ..data symlink swap), several of them, or plain
// files.
#ifndef LOADLINE_SOURCES_POLICY_FOLDER_H_
#define LOADLINE_SOURCES_POLICY_FOLDER_H_

#include <memory>
#include <string>

#include "scaling/ports.h"
#include "system/clock.h"
#include "system/log.h"

namespace loadline {

struct PolicyFolderOptions {
  std::string path;              // a folder, or a single file
  Duration poll{1000};           // how often it is looked at
  std::string data_dir;          // where last good versions are kept over a restart; empty: nowhere
  bool keeps_overrides = false;  // an OverrideStore keeps its own there
};

// What a person wrote last and what is in force are two things: a document that is bad leaves its own last good version
// in force, and all others apply. Two documents of one name are both bad: which of them is meant, only their author
// knows. A policy is removed with its document, and only where that is certain: not while a file cannot be read or is
// empty, nor while a document that may be it is too broken to say its name.
//
// It reads and parses in Run, between two looks at `stop`, and hands a set over before it keeps what was good in
// data_dir. While the folder cannot be read and nothing of an earlier run is kept it hands over nothing. `clock` and
// `log` must outlive it.
std::unique_ptr<PolicySource> MakePolicyFolder(const PolicyFolderOptions& options, Clock& clock, Log& log);

}  // namespace loadline

#endif  // LOADLINE_SOURCES_POLICY_FOLDER_H_
