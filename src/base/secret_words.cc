#include "base/secret_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace loadline {
namespace {

// Words, and pairs of them that are written as one or as two.
constexpr std::array kSecret = {"password",      "passwd",           "passphrase",  "secret",     "token",
                                "apikey",        "credential",       "credentials", "privatekey", "accesskey",
                                "authorization", "connectionstring", "dsn",         "bearer"};

bool IsSecret(const std::string& word) { return std::find(kSecret.begin(), kSecret.end(), word) != kSecret.end(); }

bool IsUpper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool IsLower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }

}  // namespace

bool SoundsSecret(std::string_view key) {
  std::string before;
  std::string word;
  const auto ends_in_secret = [&] { return IsSecret(word) || IsSecret(before + word); };
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool is_letter = std::isalnum(static_cast<unsigned char>(key[i])) != 0;
    const bool begins_hump = i > 0 && IsUpper(key[i]) && IsLower(key[i - 1]);
    if (!is_letter || begins_hump) {
      if (ends_in_secret()) return true;
      if (!word.empty()) before = std::move(word);
      word.clear();
    }
    if (is_letter) word += static_cast<char>(std::tolower(static_cast<unsigned char>(key[i])));
  }
  return ends_in_secret();
}

std::string WithoutCredentials(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  std::string shown(url.substr(0, url.find_first_of("?#", begin)));
  // The last @: a password may have one, too.
  if (const std::size_t at = shown.rfind('@'); at != std::string::npos && at >= begin)
    shown.erase(begin, at + 1 - begin);
  return shown;
}

}  // namespace loadline
