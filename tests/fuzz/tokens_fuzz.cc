// A file of tokens, and a header that shows one: whatever they say, a file is refused by its line and without its
// tokens, or each of its tokens is known by its role and name, and nothing else is.
//
// The input is a token, and after a zero byte a file.
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/require.h"
#include "system/access_tokens.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace loadline;
  using fuzz::Require;
  fuzz::Input input(data, size);
  const std::string shown(input.Part());
  const std::string text(input.Rest());
  const Result<TokenList> list = TokenList::Parse(text);
  if (!list) {
    const std::string& message = list.error().message;
    Require(message.starts_with("line "));
    fuzz::RequireOneLine(message, 200);
    return 0;
  }
  const std::optional<Caller> caller = list->Find(shown);
  if (!caller) return 0;
  Require(shown.size() >= 32 && text.find(shown) != std::string::npos);
  Require(!caller->name.empty() && text.find(caller->name) != std::string::npos);
  Require(caller->role == AccessRole::kReader || text.find("operator") != std::string::npos);
  Require(!list->Find(shown + "x") || text.find(shown + "x") != std::string::npos);
  return 0;
}
