// What was seen, as text. One observation is one line:
//
//   {"now": "2026-11-24T06:00:00.000Z", "interval": "15s",
//    "windows": [ {"ticks": [12, 12.5, "failed"], "problem": "prom:9090: no answer"}, {"ticks": [3, 3, {"partial": 2}]}
//    ], "overrides": [ {"name": "drill", "all": true, "pin": 6, "until": "2026-11-24T18:00:00.000Z", "reason": "drill"}
//    ], "calendars": {"holidays-de": ["2026-12-24..2026-12-26"]},
//    "forecasts": [ null, {"fitted": "2026-11-24T06:00:00.000Z", "refit": "1h", "step": "1m", "middle": [12, 13],
//    "upper": [20, 22], "trust": {"on": true, "reason": "Better", ...}} ],
//    "learned": [ {"fitted": "2026-11-24T05:00:00.000Z", "count": 41, "needed": 12, "value": 18.2, "low": 17.6,
//    "high": 18.9}, null ], "objective": {"asked": 0.01, "chosen": [0.027, 0.009, 9.1], ...},
//    "levels": [ null, [3, 5] ]}
//
// A reading is a number, or a word for why there is none: empty, several, notFinite, failed, refused. What is no plain
// number, or a number beside a word, stands as {"value": "inf"}, {"partial": 2}; and four or more alike, one after the
// other, as {"times": [240, "empty"]}.
#ifndef LOADLINE_SCALING_OBSERVATION_JSON_H_
#define LOADLINE_SCALING_OBSERVATION_JSON_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "scaling/recorded_observation.h"

namespace loadline {

// Complete, and without loss: every double comes back as it was (a NaN as some NaN). Of texts that are no UTF-8 what
// is none comes back as U+FFFD.
std::string ObservationAsJson(const RecordedObservation& observation);

// Fails with kInvalidArgument where the text is not what ObservationAsJson writes; the message says where, what is
// wanted there and what was found. A field that is not known is an error: it might have changed the decision.
Result<RecordedObservation> ParseObservation(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_SCALING_OBSERVATION_JSON_H_
