// Names of 128 bits that are made of what they name: equal on every pod, and different for what differs.
#ifndef LOADLINE_BASE_UUID_H_
#define LOADLINE_BASE_UUID_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline {

struct Uuid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

// "0193e6a0-5b1c-8d2e-9f3a-4b5c6d7e8f90", in small letters.
std::string FormatUuid(const Uuid& uuid);
// Fails with kInvalidArgument.
Result<Uuid> ParseUuid(std::string_view text);

// A hash of all that is added, in its order; the same on every machine. Two different contents meet with a chance of
// about n * n / 2^123 among n: it is no protection from somebody who wants them to.
class Fingerprint {
 public:
  void Add(std::uint64_t word);
  void Add(double number);  // by its bits; 0 and -0 alike
  void Add(std::string_view text);

  // Of version 8 (RFC 9562: made in a way of one's own).
  Uuid Value() const;

 private:
  std::uint64_t first_ = 0x9e3779b97f4a7c15u;
  std::uint64_t second_ = 0xc2b2ae3d27d4eb4fu;
};

}  // namespace loadline

#endif  // LOADLINE_BASE_UUID_H_
