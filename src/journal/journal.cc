#include "journal/journal.h"

#include <fmt/format.h>

#include "base/secret_words.h"
#include "base/text.h"
#include "journal/backends.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kMemory = "memory:";
constexpr std::string_view kPostgres = "postgresql://";
constexpr std::size_t kLargestPassword = 4096;

// Between "postgresql://" and "@"; empty: there is none.
std::string_view UserOf(std::string_view url) {
  std::string_view rest = url.substr(kPostgres.size());
  rest = rest.substr(0, rest.find_first_of("/?"));
  const std::size_t at = rest.rfind('@');
  return at == std::string_view::npos ? std::string_view() : rest.substr(0, at);
}

Result<std::string> PasswordOf(const JournalOptions& options) {
  if (options.password_file.empty()) return std::string();
  Result<std::string> password = ReadFile(options.password_file, kLargestPassword);
  while (password && (password->ends_with('\n') || password->ends_with('\r'))) password->pop_back();
  return password;
}

}  // namespace

std::string CheckJournalUrl(const std::string& url) {
  if (url == kMemory) return "";
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size()) return "";
  if (!url.starts_with(kPostgres))
    return fmt::format("want sqlite:PATH, postgresql://... or memory:; found \"{}\"",
                       OneLine(WithoutCredentials(url), 200));
  const bool has_password =
      UserOf(url).find(':') != std::string_view::npos || url.find("password=") != std::string::npos;
  return has_password ? "want no password in it, but in passwordFile" : "";
}

std::string JournalUrlOf(const std::string& path_or_url) {
  const bool is_url = path_or_url.find("://") != std::string::npos || path_or_url.starts_with("sqlite:");
  return is_url ? path_or_url : "sqlite:" + path_or_url;
}

std::string ShownJournalUrl(const std::string& url) {
  if (!url.starts_with(kPostgres)) return url;
  std::string shown = url;
  const std::size_t user = UserOf(url).size();
  if (user > 0) shown.erase(kPostgres.size(), user + 1);
  return shown.substr(0, shown.find('?'));
}

Result<std::unique_ptr<DecisionJournal>> OpenJournal(const JournalOptions& options) {
  if (const std::string problem = CheckJournalUrl(options.url); !problem.empty())
    return Fail(Code::kInvalidArgument, problem);
  if (options.url == kMemory) return OpenMemoryJournal();
  if (options.url.starts_with(kSqlite)) return OpenSqliteJournal(options.url.substr(kSqlite.size()), options.read_only);
  const Result<std::string> password = PasswordOf(options);
  if (!password) return Fail(Code::kUnavailable, password.error().message);
  return OpenPostgresJournal(options.url, *password, options.read_only);
}

void CountRefused(const DecisionRecord& stored, const DecisionRecord& refused, AppendOutcome& outcome) {
  // Without a plan nothing was decided: that one pod has no policy yet, or a broken one, is no other decision.
  const bool decided = !stored.plan.empty() && !refused.plan.empty();
  if (!decided || stored.inputs != refused.inputs || stored.policy_hash != refused.policy_hash) {
    ++outcome.differing;
  } else if (!SameAnswer(stored, refused)) {
    outcome.disagreements.push_back({stored, refused});
  }
}

}  // namespace loadline
