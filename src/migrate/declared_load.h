// What is declared of the load of a service: of the hours of a week, and of other services that it follows.
#ifndef LOADLINE_MIGRATE_DECLARED_LOAD_H_
#define LOADLINE_MIGRATE_DECLARED_LOAD_H_

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "document/node.h"
#include "migrate/migration.h"

namespace loadline {

inline constexpr std::array kDaysOfWeek = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
inline constexpr double kPeakToFillIn = 10;  // where nothing says how many replicas a load of 1 needs

struct FollowedService {
  std::string source;    // theirs
  std::string space;     // the namespace of its object
  std::string relation;  // proportional, fixed, minimum
  double number = 0;     // ratio, or replicas
  bool enabled = true;
  std::string name;  // of the signal
};

struct DeclaredLoad {
  explicit DeclaredLoad(Migration begun) : migration(std::move(begun)) {}

  Migration migration;         // what is told of the service
  std::map<int, double> week;  // the load from an hour of the week on, which begins on Monday at 0:00
  std::vector<FollowedService> follows;
  std::optional<double> min;
  std::optional<double> max;

  double least() const { return min.value_or(1); }
  double peak() const { return max.value_or(kPeakToFillIn); }  // replicas at a load of 1
};

struct DeclaredLoads {
  std::vector<DeclaredLoad> services;  // in the order in which they are first named
  std::vector<Note> of_none;           // notes that are of no service
};

// Of a document as load_patterns.h has it.
DeclaredLoads ReadDeclaredLoads(const Node& document);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_DECLARED_LOAD_H_
