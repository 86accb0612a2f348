// Addresses of http and https, as text.
#ifndef LOADLINE_SYSTEM_URL_H_
#define LOADLINE_SYSTEM_URL_H_

#include <string>
#include <string_view>

namespace loadline {

// host:port of a URL, without user and password: what messages may name. Empty where it is none.
std::string HostOf(const std::string& url);

// Percent-encodes everything but A-Z a-z 0-9 - . _ ~ (RFC 3986, unreserved).
std::string UrlEncode(std::string_view text);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_URL_H_
