#include "cli/token_file.h"

#include <fmt/format.h>

#include "base/control_characters.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr std::size_t kMostTokenBytes = 64 * 1024;
constexpr char kBlanks[] = " \t\r\n";

}  // namespace

Result<std::string> ReadToken(const std::string& file) {
  const auto refuse = [&](std::string_view what) {
    return Fail(Code::kFailedPrecondition, fmt::format("--token-file: {} {}", file, what));
  };
  Result<std::string> token = ReadFile(file, kMostTokenBytes);
  if (!token) return Fail(Code::kFailedPrecondition, "--token-file: " + token.error().message);
  token->erase(token->find_last_not_of(kBlanks) + 1);
  if (token->empty()) return refuse("is empty");
  if (token->find_first_of(kBlanks) != std::string::npos) return refuse("has more than a token in it");
  if (HasControlCharacters(*token)) return refuse("has control characters in it");
  return token;
}

}  // namespace loadline
