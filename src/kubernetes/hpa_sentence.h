// What an HPA did about what is asked for now, in one sentence.
#ifndef LOADLINE_KUBERNETES_HPA_SENTENCE_H_
#define LOADLINE_KUBERNETES_HPA_SENTENCE_H_

#include <span>
#include <string>

#include "kubernetes/hpa_follower.h"

namespace loadline {

// "8 wanted since 2026-11-24T06:00:15Z, ready after 43s", "20 wanted since ...: limited by TooManyReplicas at 10".
// Pure. `events`: oldest first.
std::string WhatHpaDid(const HpaSnapshot& latest, std::span<const HpaEvent> events);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_HPA_SENTENCE_H_
