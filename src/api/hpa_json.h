// What HPAs did, as the pages tell it.
#ifndef LOADLINE_API_HPA_JSON_H_
#define LOADLINE_API_HPA_JSON_H_

#include "api/page_json.h"
#include "kubernetes/hpa_log.h"

namespace loadline {

BindingKey KeyOf(const ForeseenBinding& binding);

PageJson HpaEventJson(const LoggedEvent& logged);

// From `from`, or as far back as the log goes, until `until`.
PageJson EffectivenessJson(const HpaHistory& history, Timestamp from, Timestamp until);

}  // namespace loadline

#endif  // LOADLINE_API_HPA_JSON_H_
