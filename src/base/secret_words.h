// What is likely to be a secret, by its name or by where it stands.
#ifndef LOADLINE_BASE_SECRET_WORDS_H_
#define LOADLINE_BASE_SECRET_WORDS_H_

#include <string>
#include <string_view>

namespace loadline {

// Whether a key says that its value is secret: one of its words is, as in "apiToken", "db-password" or "CLIENT_SECRET".
bool SoundsSecret(std::string_view key);

// A URL without what stands before the host and after the path, where passwords stand; also of what is none.
std::string WithoutCredentials(std::string_view url);

}  // namespace loadline

#endif  // LOADLINE_BASE_SECRET_WORDS_H_
