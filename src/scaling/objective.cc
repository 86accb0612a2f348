#include "scaling/objective.h"

#include "scaling/service_law.h"
#include "scaling/worker_law.h"

namespace loadline {

std::unique_ptr<ObjectiveLaw> MakeObjectiveLaw(const Objective& objective, const ObjectiveTerms& terms) {
  return objective.violations ? MakeServiceLaw(objective, terms) : MakeWorkerLaw(objective, terms);
}

}  // namespace loadline
