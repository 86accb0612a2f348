#include "api/page_routes.h"

#include <algorithm>
#include <string>

#include "api/entity_tag.h"
#include "api/page_files.h"

namespace loadline {
namespace {

// Nothing is loaded from, sent to, or shown within another site; nothing runs that is not a file of ours.
constexpr char kContentSecurityPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

std::string_view PathOf(const PageFile& file) { return file.path == "/index.html" ? "/" : file.path; }

// What a name with a hash in it names never changes.
const char* CachingOf(const PageFile& file) {
  return file.path.ends_with(".js") || file.path.ends_with(".css") ? "public, max-age=31536000, immutable" : "no-cache";
}

// `gzip, br`, `gzip;q=0.5`, `*`; of `gzip;q=0` it is said that it is not.
bool TakesGzip(const ServerRequest& request) {
  const auto [begin, end] = request.headers.equal_range("accept-encoding");
  return std::any_of(begin, end, [](const auto& header) {
    std::string value = header.second;
    std::erase(value, ' ');
    const std::size_t at = std::min(value.find("gzip"), value.find('*'));
    if (at == std::string::npos) return false;
    const std::string own = value.substr(at, value.find(',', at) - at);
    const std::size_t weight = own.find(";q=");
    return weight == std::string::npos || own.find_first_not_of("0.", weight + 3) != std::string::npos;
  });
}

ServerResponse FileResponse(const PageFile& file, const ServerRequest& request) {
  const bool zipped = TakesGzip(request);
  ServerResponse response{200, std::string(file.media_type), std::string(zipped ? file.zipped : file.plain)};
  response.headers = {{"Cache-Control", CachingOf(file)},
                      {"Vary", "Accept-Encoding"},
                      {"Content-Security-Policy", kContentSecurityPolicy},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"}};
  if (zipped) response.headers.emplace_back("Content-Encoding", "gzip");
  return WithTag(request, std::move(response), std::string(file.hash) + (zipped ? "-gzip" : ""));
}

}  // namespace

void MountPage(HttpServer& server) {
  for (const PageFile& file : PageFiles()) {
    server.Handle("GET", std::string(PathOf(file)),
                  [&file](const ServerRequest& request) { return FileResponse(file, request); });
  }
}

bool IsOfPage(std::string_view path) {
  const auto files = PageFiles();
  return std::any_of(files.begin(), files.end(), [&](const PageFile& each) { return PathOf(each) == path; });
}

}  // namespace loadline
