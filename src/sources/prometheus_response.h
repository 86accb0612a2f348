// What Prometheus and VictoriaMetrics answer over HTTP, as readings.
#ifndef LOADLINE_SOURCES_PROMETHEUS_RESPONSE_H_
#define LOADLINE_SOURCES_PROMETHEUS_RESPONSE_H_

#include "scaling/ports.h"
#include "system/http_client.h"

namespace loadline {

// The readings of a response to `question`: one for each time asked for. Whatever the response is, there is an answer:
// what is no number is a reading that says why. Formats: https://prometheus.io/docs/prometheus/latest/querying/api/
//   200 with data          kValue, kEmpty, kSeveral or kNotFinite at each time; where isPartial, or a warning, says
//                          that data is missing, kPartial instead of kValue, and kFailed instead of kEmpty
//   400, 422, bad_data     kRefused, with the server's own words
//   everything else        kFailed
Answer ReadResponse(const Question& question, const HttpResponse& response);

// The same answer for every time of the question.
Answer Everywhere(const Question& question, ReadingState state, std::string problem);

}  // namespace loadline

#endif  // LOADLINE_SOURCES_PROMETHEUS_RESPONSE_H_
