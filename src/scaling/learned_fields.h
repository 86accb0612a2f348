// The fields of numbers that may be learned. How they are read: learned_yaml.cc.
#ifndef LOADLINE_SCALING_LEARNED_FIELDS_H_
#define LOADLINE_SCALING_LEARNED_FIELDS_H_

#include <string>

#include "document/fields.h"
#include "scaling/learned.h"
#include "scaling/query_fields.h"

namespace loadline {

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Ahead& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Throughput& value);
inline std::string TypeName(const Ahead*) {
  return "duration, auto, or { wanted, ready, quantile, assume, atMost, history }";
}
inline std::string TypeName(const Throughput*) { return "number, PromQL, or { assume, replicas, done, history }"; }
std::string SchemaMembers(const Ahead*);
std::string SchemaMembers(const Throughput*);

template <class Visitor>
void DescribeFields(Visitor& visit, LearnedAhead& ahead) {
  visit({.name = "wanted",
         .help = "How many replicas are wanted; default: those of the Deployment of the object's name.",
         .unit = "replicas",
         .example = "kube_statefulset_replicas{namespace=\"${namespace}\",statefulset=\"${name}\"}"},
        ahead.wanted);
  visit({.name = "ready",
         .help = "How many pods are ready; likewise.",
         .unit = "replicas",
         .example = "kube_statefulset_status_replicas_ready{namespace=\"${namespace}\",statefulset=\"${name}\"}"},
        ahead.ready);
  visit({.name = "quantile",
         .help = "Which part of the starts is to be over by then.",
         .example = "0.9",
         .above = 0,
         .at_most = 0.99},
        ahead.quantile);
  visit({.name = "assume",
         .help = "What holds until enough starts are known.",
         .unit = "duration",
         .example = "2m",
         .above = 0,
         .at_most = 24 * 3600},
        ahead.assume);
  visit({.name = "atMost",
         .help = "What is longer counts as this: forecasts are made so far ahead.",
         .unit = "duration",
         .example = "15m",
         .above = 0,
         .at_most = 24 * 3600},
        ahead.at_most);
  visit({.name = "history",
         .help = "How much of the past is looked at.",
         .unit = "duration",
         .example = "7d",
         .above = 0,
         .at_most = 90 * 24 * 3600},
        ahead.history);
}

template <class Visitor>
void DescribeFields(Visitor& visit, LearnedThroughput& throughput) {
  visit({.name = "assume",
         .help = "What holds until enough is known; rather too little than too much.",
         .unit = "items per second",
         .example = "40",
         .required = true,
         .above = 0},
        throughput.assume);
  visit({.name = "replicas",
         .help = "How many replicas are ready; default: those of the Deployment of the object's name.",
         .unit = "replicas",
         .example = "count(up{job=\"${name}\"} == 1)"},
        throughput.replicas);
  visit({.name = "done",
         .help = "How much all replicas work off; default: what arrives, less what the depth grows by.",
         .unit = "items per second",
         .example = "sum(rate(queue_done_total[1m]))"},
        throughput.done);
  visit({.name = "history",
         .help = "How much of the past is looked at.",
         .unit = "duration",
         .example = "7d",
         .above = 0,
         .at_most = 90 * 24 * 3600},
        throughput.history);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_LEARNED_FIELDS_H_
