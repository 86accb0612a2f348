// What a migration says to a person, and to a program.
#ifndef LOADLINE_MIGRATE_REPORT_H_
#define LOADLINE_MIGRATE_REPORT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "migrate/migration.h"
#include "migrate/proof.h"

namespace loadline {

// Under a heading for each fate; ends with a line break.
std::string ReportText(const Migration& migration, const Proof& proof);

// { from, namespace, name, migrated, notes: [ { fate, field, text } ], sources, checked: { answers, different },
// problems, files: { name: text } }
nlohmann::ordered_json ReportJson(const Migration& migration, const Proof& proof);

// What is written: policy.yaml, scaledobject.yaml or scaledjob.yaml, a scenario for each story; none where nothing was
// migrated.
std::vector<std::pair<std::string, std::string>> FilesOf(const Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_REPORT_H_
