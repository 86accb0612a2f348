#include "base/uuid.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>

namespace loadline {
namespace {

// MurmurHash3's finalizer (Appleby, public domain): every bit of the input changes each of the output with one half.
std::uint64_t Mixed(std::uint64_t word) {
  word = (word ^ (word >> 33)) * 0xff51afd7ed558ccdu;
  word = (word ^ (word >> 33)) * 0xc4ceb9fe1a85ec53u;
  return word ^ (word >> 33);
}

constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

}  // namespace

std::string FormatUuid(const Uuid& uuid) {
  const std::string digits = fmt::format("{:016x}{:016x}", uuid.high, uuid.low);
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                     digits.substr(16, 4), digits.substr(20));
}

Result<Uuid> ParseUuid(std::string_view text) {
  std::string digits;
  bool bad = text.size() != kShape.size();
  for (std::size_t i = 0; i < text.size() && !bad; ++i) {
    if (kShape[i] == 'x') digits += text[i];
    bad = kShape[i] == '-' && text[i] != '-';
  }
  Uuid uuid;
  for (const auto& [from, word] : {std::pair{0, &uuid.high}, std::pair{16, &uuid.low}}) {
    if (bad) break;
    const char* begin = digits.data() + from;
    const auto [end, error] = std::from_chars(begin, begin + 16, *word, 16);
    bad = error != std::errc() || end != begin + 16;
  }
  if (bad) return Fail(Code::kInvalidArgument, fmt::format("want a UUID such as {}; found \"{}\"", kShape, text));
  return uuid;
}

void Fingerprint::Add(std::uint64_t word) {
  first_ = std::rotl(first_ ^ (word * 0x87c37b91114253d5u), 31) * 0x4cf5ad432745937fu + second_;
  second_ = std::rotl(second_ ^ (word * 0x9fb21c651e98df25u), 29) * 0xd6e8feb86659fd93u + first_;
}

void Fingerprint::Add(double number) { Add(std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number)); }

void Fingerprint::Add(std::string_view text) {
  Add(std::uint64_t{text.size()});
  while (!text.empty()) {
    std::uint64_t word = 0;
    for (const char c : text.substr(0, 8)) word = (word << 8) | static_cast<unsigned char>(c);
    Add(word);
    text.remove_prefix(std::min<std::size_t>(8, text.size()));
  }
}

Uuid Fingerprint::Value() const {
  const std::uint64_t high = Mixed(first_ + std::rotl(second_, 17));
  const std::uint64_t low = Mixed(second_ ^ Mixed(first_));
  return {(high & ~std::uint64_t{0xf000}) | 0x8000u, (low & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62)};
}

}  // namespace loadline
