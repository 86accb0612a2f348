// An answer of an API server, as an input says it.
#ifndef LOADLINE_TESTS_FUZZ_API_ANSWER_H_
#define LOADLINE_TESTS_FUZZ_API_ANSWER_H_

#include <array>
#include <string_view>

#include "fuzz/require.h"

namespace loadline::fuzz {

struct ApiAnswer {
  int status = 200;  // 0: none came
  std::string_view body;
};

// Up to the next zero byte; a first byte 1 to 9 is its status.
inline ApiAnswer NextApiAnswer(Input& input) {
  constexpr std::array kStatuses = {200, 410, 401, 403, 404, 429, 500, 301, 0};
  const std::string_view part = input.Part();
  if (part.empty() || part.front() < 1 || part.front() > 9) return {200, part};
  return {kStatuses[static_cast<std::size_t>(part.front()) - 1], part.substr(1)};
}

}  // namespace loadline::fuzz

#endif  // LOADLINE_TESTS_FUZZ_API_ANSWER_H_
