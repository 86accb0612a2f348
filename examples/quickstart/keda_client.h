// Asks Loadline as KEDA does.
#ifndef LOADLINE_EXAMPLES_QUICKSTART_KEDA_CLIENT_H_
#define LOADLINE_EXAMPLES_QUICKSTART_KEDA_CLIENT_H_

#include <memory>
#include <string>

#include "scaling/keda_model.h"

namespace loadline::quickstart {

class KedaClient {
 public:
  virtual ~KedaClient() = default;

  // GetMetricSpec, GetMetrics, IsActive; empty where an answer was an error, whose message then is in `problem`.
  virtual ScalerAnswer Ask(std::string& problem) = 0;
};

// For the trigger of examples/quickstart/scaledobject.yaml.
std::unique_ptr<KedaClient> MakeKedaClient(const std::string& address);

}  // namespace loadline::quickstart

#endif  // LOADLINE_EXAMPLES_QUICKSTART_KEDA_CLIENT_H_
