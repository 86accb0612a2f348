// What lists and streams say alike of a decision, in a line.
#ifndef LOADLINE_API_DECISION_IN_SHORT_H_
#define LOADLINE_API_DECISION_IN_SHORT_H_

#include "api/page_json.h"
#include "scaling/decide.h"

namespace loadline {

// {"replicas":...,"wanted":...,"active":...,"confidence":...,"observed":...,"winner":...,"summary":...,
//  "without_reading":[{"signal":...,"reason":...}],"forecasts":[{"signal":...,"trusted":true|false|null}],"error":...}
// `policy` and `decision` are null where nothing was decided. Where there is an error, there are no numbers.
PageJson InShort(const Policy* policy, const Decision* decision, const std::optional<Error>& error);

}  // namespace loadline

#endif  // LOADLINE_API_DECISION_IN_SHORT_H_
