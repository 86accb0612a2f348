// What queries said in the past, of a server with Prometheus' HTTP API.
#ifndef LOADLINE_CLI_PROMETHEUS_HISTORY_H_
#define LOADLINE_CLI_PROMETHEUS_HISTORY_H_

#include <functional>
#include <string>

#include "base/result.h"
#include "cli/progress.h"
#include "scaling/recording.h"

namespace loadline {

struct PrometheusHistory {
  std::string url;
  std::string ca_file;
  std::string bearer_token_file;

  // Asks for the readings of each query of `recording`, in parts: from `looks_back` of it before `from` to the last
  // tick. What nobody looks back at stays unknown: most queries need minutes of what one needs weeks of. Fails with
  // kInvalidArgument where a part is not answered.
  Status Fill(Recording& recording, const std::function<Duration(const RecordedQuery&)>& looks_back,
              Progress& progress) const;
};

}  // namespace loadline

#endif  // LOADLINE_CLI_PROMETHEUS_HISTORY_H_
