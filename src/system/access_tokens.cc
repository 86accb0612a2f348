#include "system/access_tokens.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>

#include "system/files.h"

namespace loadline {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;
constexpr std::size_t kShortestToken = 32;
constexpr Duration kLookAgainAfter{1000};

// The next word of a line, taken off it.
std::string_view TakeWord(std::string_view& line) {
  constexpr std::string_view kBlank = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

// What can stand in a header: RFC 6750, b64token.
bool IsTokenText(std::string_view token) {
  return std::all_of(token.begin(), token.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~+/=").find(c) != std::string_view::npos;
  });
}

}  // namespace

TokenList::Digest TokenList::DigestOf(std::string_view token) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return digest;
}

Result<TokenList> TokenList::Parse(std::string_view text) {
  TokenList list;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string_view role = TakeWord(line);
    if (role.empty() || role.front() == '#') continue;
    const std::string_view token = TakeWord(line);
    const std::string_view name = TakeWord(line);
    const auto bad = [&](std::string_view rule) {
      return Fail(Code::kInvalidArgument, fmt::format("line {}: {}", number, rule));
    };
    if (role != "reader" && role != "operator") return bad("want reader or operator as its first word");
    if (name.empty() || !TakeWord(line).empty()) return bad("want three words: ROLE TOKEN NAME");
    if (token.size() < kShortestToken)
      return bad(fmt::format("a token has at least {} characters: openssl rand -hex 32", kShortestToken));
    if (!IsTokenText(token)) return bad("a token has letters, digits and -._~+/= only");
    const Digest digest = DigestOf(token);
    for (const Entry& other : list.entries_) {
      if (other.digest == digest) return bad("its token stands there twice");
    }
    list.entries_.push_back(
        {digest, {std::string(name), role == "operator" ? AccessRole::kOperator : AccessRole::kReader}});
  }
  return list;
}

std::optional<Caller> TokenList::Find(std::string_view token) const {
  const Digest digest = DigestOf(token);
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {
    if (CRYPTO_memcmp(entry.digest.data(), digest.data(), digest.size()) == 0) found = &entry;
  }
  if (found == nullptr) return std::nullopt;
  return found->caller;
}

AccessTokens::AccessTokens(std::string file, Clock& clock, std::function<void(const AccessTokensState&)> on_change)
    : file_(std::move(file)), clock_(clock), on_change_(std::move(on_change)) {}

Result<std::unique_ptr<AccessTokens>> AccessTokens::Open(std::string file, Clock& clock,
                                                         std::function<void(const AccessTokensState&)> on_change) {
  Result<std::string> text = ReadFile(file, kLargestFile);
  if (!text) return Fail(text.error());
  Result<TokenList> list = TokenList::Parse(*text);
  if (!list) return Fail(list.error().code, file + ": " + list.error().message);
  std::unique_ptr<AccessTokens> tokens(new AccessTokens(std::move(file), clock, std::move(on_change)));
  const MutexLock lock(tokens->mutex_);
  tokens->looked_ = clock.Running();
  tokens->text_ = *std::move(text);
  tokens->list_ = *std::move(list);
  return tokens;
}

void AccessTokens::LookAgain() {
  std::optional<AccessTokensState> changed;
  {
    const MutexLock lock(mutex_);
    const Duration now = clock_.Running();
    if (now - looked_ < kLookAgainAfter) return;
    looked_ = now;
    const Result<std::string> text = ReadFile(file_, kLargestFile);
    if (text && *text == text_ && state_.problem.empty()) return;
    Result<TokenList> list = text ? TokenList::Parse(*text) : Result<TokenList>(Fail(text.error()));
    const std::string problem = list ? "" : text ? file_ + ": " + list.error().message : list.error().message;
    const bool news = problem != state_.problem || (list && *text != text_);
    state_.problem = problem;
    if (list) {
      if (*text != text_) ++state_.reloads;
      list_ = *std::move(list);
      text_ = *text;
    }
    if (news) changed = state_;
  }
  if (changed && on_change_) on_change_(*changed);
}

std::optional<Caller> AccessTokens::Find(std::string_view token) {
  LookAgain();
  const MutexLock lock(mutex_);
  return list_.Find(token);
}

AccessTokensState AccessTokens::State() const {
  const MutexLock lock(mutex_);
  return state_;
}

}  // namespace loadline
