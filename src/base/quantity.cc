#include "base/quantity.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/text.h"

namespace loadline {
namespace {

struct Suffix {
  std::string_view text;
  double factor;
};
constexpr Suffix kSuffixes[] = {{"n", 1e-9},    {"u", 1e-6},    {"m", 1e-3},    {"k", 1e3},     {"M", 1e6},
                                {"G", 1e9},     {"T", 1e12},    {"P", 1e15},    {"E", 1e18},    {"Ki", 0x1p10},
                                {"Mi", 0x1p20}, {"Gi", 0x1p30}, {"Ti", 0x1p40}, {"Pi", 0x1p50}, {"Ei", 0x1p60}};

}  // namespace

std::optional<double> ParseQuantity(std::string_view text) {
  const std::size_t end = text.find_last_of("0123456789.");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view suffix = text.substr(end + 1);
  const Result<double> number = ParseNumber(text.substr(0, end + 1));
  if (!number) return std::nullopt;
  if (suffix.empty()) return *number;
  const auto* const found = std::ranges::find(kSuffixes, suffix, &Suffix::text);
  if (found == std::end(kSuffixes)) return std::nullopt;
  const double quantity = *number * found->factor;
  return std::isfinite(quantity) ? std::optional(quantity) : std::nullopt;
}

}  // namespace loadline
