#include "base/uuid.h"

#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <limits>
#include <set>

namespace loadline {
namespace {

Uuid PrintOf(std::string_view text) {
  Fingerprint print;
  print.Add(text);
  return print.Value();
}

TEST_CASE("A UUID is text, and back") {
  const Uuid uuid{0x0123456789abcdefu, 0xfedcba9876543210u};
  CHECK(FormatUuid(uuid) == "01234567-89ab-cdef-fedc-ba9876543210");
  CHECK(ParseUuid(FormatUuid(uuid)) == uuid);
  CHECK(ParseUuid("01234567-89AB-CDEF-FEDC-BA9876543210") == uuid);
  for (const std::string_view bad : {"", "0123456789abcdeffedcba9876543210", "01234567-89ab-cdef-fedc-ba987654321",
                                     "01234567-89ab-cdef-fedc-ba987654321g", "01234567x89ab-cdef-fedc-ba9876543210",
                                     "-1234567-89ab-cdef-fedc-ba9876543210"}) {
    CAPTURE(bad);
    CHECK(ParseUuid(bad).error().code == Code::kInvalidArgument);
  }
}

TEST_CASE("A fingerprint is a UUID of version 8, and of what was added in its order") {
  const std::string text = FormatUuid(PrintOf("a"));
  CHECK(text[14] == '8');
  CHECK(std::string("89ab").find(text[19]) != std::string::npos);
  CHECK(PrintOf("a") == PrintOf("a"));
  Fingerprint ab, ba;
  ab.Add("a");
  ab.Add("b");
  ba.Add("b");
  ba.Add("a");
  CHECK(ab.Value() != ba.Value());
  CHECK(ab.Value() != PrintOf("ab"));
  Fingerprint zero, minus_zero;
  zero.Add(0.0);
  minus_zero.Add(-0.0);
  CHECK(zero.Value() == minus_zero.Value());
}

// A bit of the input changes about half of the 122 bits that are free, each of them about every second time.
TEST_CASE("Every bit of what is added changes all bits of the fingerprint, half of the time") {
  constexpr int kWords = 200;
  std::array<int, 128> flips{};
  std::set<Uuid> seen;
  for (int i = 0; i < kWords; ++i) {
    for (int bit = 0; bit < 64; ++bit) {
      const auto value = [&](std::uint64_t word) {
        Fingerprint print;
        print.Add(std::uint64_t{7});
        print.Add(word);
        return print.Value();
      };
      const auto word = static_cast<std::uint64_t>(i) * 1000;
      const Uuid a = value(word), b = value(word ^ (std::uint64_t{1} << bit));
      seen.insert(b);
      for (int out = 0; out < 64; ++out) {
        flips[static_cast<std::size_t>(out)] += static_cast<int>((a.high ^ b.high) >> out & 1);
        flips[static_cast<std::size_t>(out + 64)] += static_cast<int>((a.low ^ b.low) >> out & 1);
      }
    }
  }
  CHECK(seen.size() == kWords * 64);
  int fixed = 0;
  for (const int each : flips) {
    if (each == 0) {
      ++fixed;
    } else {
      CHECK(each > kWords * 64 * 0.45);
      CHECK(each < kWords * 64 * 0.55);
    }
  }
  CHECK(fixed == 6);  // version and variant
}

}  // namespace
}  // namespace loadline
