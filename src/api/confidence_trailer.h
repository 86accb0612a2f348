// How `loadline probe` learns what KEDA's protocol has no field for: a call of IsActive with the header gets the
// trailer. A call of KEDA's has no such header, and its answer is what it always was.
#ifndef LOADLINE_API_CONFIDENCE_TRAILER_H_
#define LOADLINE_API_CONFIDENCE_TRAILER_H_

namespace loadline {

inline constexpr char kProbeHeader[] = "loadline-probe";             // whatever its value
inline constexpr char kConfidenceTrailer[] = "loadline-confidence";  // 0 to 1, of the decision that was answered from

}  // namespace loadline

#endif  // LOADLINE_API_CONFIDENCE_TRAILER_H_
