// A load score (load_score.h) as an engine of two rules that go by it.
#ifndef LOADLINE_MIGRATE_LOAD_SCORE_ENGINE_H_
#define LOADLINE_MIGRATE_LOAD_SCORE_ENGINE_H_

#include "migrate/load_score_read.h"
#include "migrate/step_rules.h"

namespace loadline {

// With rows of values from far above every part down to nothing, and each part alone; but none whose score is at a
// threshold.
StepEngine LoadScoreEngine(const LoadScore& score);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_LOAD_SCORE_ENGINE_H_
