// What a policy with a load score (load_score.h) says: what the score is made of, and where it adds and removes.
#ifndef LOADLINE_MIGRATE_LOAD_SCORE_READ_H_
#define LOADLINE_MIGRATE_LOAD_SCORE_READ_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "document/node.h"
#include "migrate/measured.h"
#include "migrate/migration.h"

namespace loadline {

struct ScorePart {
  const char* signal;
  const char* weight_field;
  double weight;
  double full;  // the value that is 100 %
};

struct LoadScore {
  // Beyond which score one replica comes or goes.
  struct Step {
    double threshold = 0;
    Duration cooldown{0};
  };

  CountBounds bounds;
  std::array<ScorePart, 4> parts = {ScorePart{"cpu", "cpu", 0.4, 100}, ScorePart{"memory", "memory", 0.3, 100},
                                    ScorePart{"requests", "request_rate", 0.2, 1000},
                                    ScorePart{"errors", "error_rate", 0.1, 100}};
  double sum = 1;  // of the weights
  Step up;
  Step down;
  bool holds = false;  // it is switched off

  std::vector<ScorePart> Weighed() const;  // those that have a weight
};

// `path` is where the policy stands in its document. None where their own checks refuse it; the migration says why.
std::optional<LoadScore> ReadLoadScore(const Node& policy, const std::string& path, Migration& migration);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_LOAD_SCORE_READ_H_
