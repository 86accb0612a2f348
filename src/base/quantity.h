// Kubernetes' notation of numbers.
#ifndef LOADLINE_BASE_QUANTITY_H_
#define LOADLINE_BASE_QUANTITY_H_

#include <optional>
#include <string_view>

namespace loadline {

// "1200m" is 1.2, "3k" 3000, "2Ki" 2048, "1e3" 1000; none where it is no quantity.
std::optional<double> ParseQuantity(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_BASE_QUANTITY_H_
