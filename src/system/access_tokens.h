// Bearer tokens and what each may do, from a file that may change under us.
#ifndef LOADLINE_SYSTEM_ACCESS_TOKENS_H_
#define LOADLINE_SYSTEM_ACCESS_TOKENS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "system/clock.h"
#include "system/mutex.h"

namespace loadline {

enum class AccessRole {
  kReader,    // may look
  kOperator,  // may change things, too
};

struct Caller {
  std::string name;
  AccessRole role = AccessRole::kReader;
};

// The tokens of one version of the file. Only digests are kept.
class TokenList {
 public:
  // Lines of "ROLE TOKEN NAME", such as "reader 3q2+7w...== dashboards"; empty lines, and those that begin with #, say
  // nothing. Several tokens may have one name: so they are rotated. Fails with kInvalidArgument, naming the line, never
  // a token.
  static Result<TokenList> Parse(std::string_view text);

  // Whose token it is. Takes as long for each token that is not there, however much of it is right.
  std::optional<Caller> Find(std::string_view token) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Entry {
    Digest digest;
    Caller caller;
  };
  static Digest DigestOf(std::string_view token);

  std::vector<Entry> entries_;
};

struct AccessTokensState {
  std::uint64_t reloads = 0;  // changed files that were taken up
  std::string problem;        // why the file as it is now is not in force; empty: it is
};

// The file, looked at again where a second has passed since the last look. One that cannot be read, or is bad, leaves
// the tokens that were good in force. Thread-safe.
class AccessTokens {
 public:
  // Fails as ReadFile and TokenList::Parse do. `on_change` is called after each reload or refusal.
  static Result<std::unique_ptr<AccessTokens>> Open(std::string file, Clock& clock,
                                                    std::function<void(const AccessTokensState&)> on_change);

  std::optional<Caller> Find(std::string_view token);
  AccessTokensState State() const;

 private:
  AccessTokens(std::string file, Clock& clock, std::function<void(const AccessTokensState&)> on_change);
  void LookAgain();

  const std::string file_;
  Clock& clock_;
  const std::function<void(const AccessTokensState&)> on_change_;
  mutable Mutex mutex_;
  Duration looked_ LOADLINE_GUARDED_BY(mutex_){0};
  std::string text_ LOADLINE_GUARDED_BY(mutex_);  // as it was last seen
  TokenList list_ LOADLINE_GUARDED_BY(mutex_);
  AccessTokensState state_ LOADLINE_GUARDED_BY(mutex_);
};

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_ACCESS_TOKENS_H_
