// Points in time and lengths of time. Pure code takes the Timestamp it should believe in; only system/clock.h
// knows what time it is.
#ifndef LOADLINE_BASE_TIME_H_
#define LOADLINE_BASE_TIME_H_

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline {

using Duration = std::chrono::milliseconds;
using Timestamp = std::chrono::sys_time<Duration>;

// Reads a duration as Prometheus writes it: "90s", "5m", "1h30m", "2w"; units y w d h m s ms, in that order,
// each at most once; "0" alone is zero. Fails with kInvalidArgument.
// Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ (<duration>)
Result<Duration> ParseDuration(std::string_view text);

// The shortest form that ParseDuration reads back as the same: "1m30s", "0s". Negative ones get a "-".
std::string FormatDuration(Duration duration);

// RFC 3339 in UTC with milliseconds: "2026-11-24T06:00:00.000Z".
std::string FormatTimestamp(Timestamp time);

// The same without milliseconds: "2026-11-24T06:00:00Z".
std::string FormatSecond(Timestamp time);

// Reads RFC 3339 with a zone: "2026-11-24T06:00:00Z", "2026-11-24T07:00:00.5+01:00". Fails with kInvalidArgument.
Result<Timestamp> ParseTimestamp(std::string_view text);

// The latest multiple of `interval` (counted from 1970-01-01T00:00Z) that is not after `time`.
// REQUIRES: interval > 0.
Timestamp AlignDown(Timestamp time, Duration interval);

// Seconds since 1970, as Prometheus' API and metrics count them.
double ToSeconds(Timestamp time);
double ToSeconds(Duration duration);
Timestamp FromSeconds(double seconds_since_1970);

}  // namespace loadline

#endif  // LOADLINE_BASE_TIME_H_
