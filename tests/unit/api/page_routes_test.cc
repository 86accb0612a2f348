// The page at `/`: its files, how they are cached, and who may have them.
#include "api/page_routes.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "api/page_files.h"
#include "support/raw_http.h"
#include "support/temp_dir.h"
#include "unit/api/served_admin.h"

namespace loadline {
namespace {

using testing::Admin;
using testing::Ask;
using testing::BodyOf;
using testing::FieldOf;
using testing::StatusOf;

// A file of that ending whose name has a hash in it.
const PageFile& FileOf(std::string_view ending) {
  const auto files = PageFiles();
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const PageFile& each) { return each.path.ends_with(ending); });
  REQUIRE(found != files.end());
  return *found;
}

TEST_CASE("The page stands at /, and names its script and its style by relative addresses") {
  const Admin admin;
  const std::string page = Ask(admin.port, "GET /");
  CHECK(StatusOf(page) == 200);
  CHECK(FieldOf(page, "Content-Type") == "text/html; charset=utf-8");
  CHECK(BodyOf(page) == FileOf("/index.html").plain);
  CHECK(BodyOf(page).find("src=\"page/app-") != std::string::npos);
  CHECK(BodyOf(page).find("href=\"page/style-") != std::string::npos);
  CHECK(StatusOf(Ask(admin.port, "GET /index.html")) == 404);
}

TEST_CASE("Every file of the page says what it may do: nothing from, to or within another site") {
  const Admin admin;
  for (const PageFile& file : PageFiles()) {
    CAPTURE(file.path);
    const std::string answer = Ask(admin.port, "GET " + std::string(file.path == "/index.html" ? "/" : file.path));
    CHECK(StatusOf(answer) == 200);
    CHECK(FieldOf(answer, "Content-Security-Policy") ==
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
          "base-uri 'none'; frame-ancestors 'none'; form-action 'none'");
    CHECK(FieldOf(answer, "X-Content-Type-Options") == "nosniff");
    CHECK(FieldOf(answer, "Referrer-Policy") == "no-referrer");
    CHECK(FieldOf(answer, "Vary") == "Accept-Encoding");
    CHECK(FieldOf(answer, "Content-Encoding").empty());
    CHECK(BodyOf(answer) == file.plain);
  }
}

TEST_CASE("What has its hash in its name is kept for ever, what has none is asked for again") {
  const Admin admin;
  for (const char* ending : {".js", ".css"}) {
    CHECK(FieldOf(Ask(admin.port, "GET " + std::string(FileOf(ending).path)), "Cache-Control") ==
          "public, max-age=31536000, immutable");
  }
  CHECK(FieldOf(Ask(admin.port, "GET /"), "Cache-Control") == "no-cache");
}

TEST_CASE("Who takes gzip gets it, with a tag of its own") {
  const Admin admin;
  const PageFile& script = FileOf(".js");
  const std::string path = "GET " + std::string(script.path);
  const std::string plain_tag = FieldOf(Ask(admin.port, path), "ETag");
  for (const char* takes : {"gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "*"}) {
    CAPTURE(takes);
    const std::string zipped = Ask(admin.port, path, "Accept-Encoding: " + std::string(takes) + "\r\n");
    CHECK(FieldOf(zipped, "Content-Encoding") == "gzip");
    CHECK(FieldOf(zipped, "ETag") != plain_tag);
    CHECK(BodyOf(zipped) == script.zipped);
  }
  for (const char* does_not : {"identity", "br", "gzip;q=0", "gzip; q=0.0, br"}) {
    CAPTURE(does_not);
    const std::string plain = Ask(admin.port, path, "Accept-Encoding: " + std::string(does_not) + "\r\n");
    CHECK(FieldOf(plain, "Content-Encoding").empty());
    CHECK(BodyOf(plain) == script.plain);
  }
}

TEST_CASE("HEAD has the fields without the body, and a known tag is not sent again") {
  const Admin admin;
  const std::string head = Ask(admin.port, "HEAD /");
  CHECK(StatusOf(head) == 200);
  CHECK(FieldOf(head, "Content-Length") == std::to_string(FileOf("/index.html").plain.size()));
  CHECK(BodyOf(head).empty());
  const std::string tag = FieldOf(head, "ETag");
  const std::string known = Ask(admin.port, "GET /", "If-None-Match: " + tag + "\r\n");
  CHECK(StatusOf(known) == 304);
  CHECK(FieldOf(known, "ETag") == tag);
  CHECK(BodyOf(known).empty());
  CHECK(StatusOf(Ask(admin.port, "GET /", "If-None-Match: \"another\"\r\n")) == 200);
}

TEST_CASE("What is no file of the page stays unknown, and the page takes nothing") {
  const Admin admin;
  for (const char* path : {"/page", "/page/", "/page/none.js", "/page/../page/app.js", "/none", "//"}) {
    CAPTURE(path);
    const std::string answer = Ask(admin.port, "GET " + std::string(path));
    CHECK(StatusOf(answer) == 404);
    CHECK(FieldOf(answer, "Content-Type") == "application/problem+json");
  }
  CHECK(StatusOf(Ask(admin.port, "POST /")) == 405);
}

TEST_CASE("The page needs no token, as it holds no data; all that it asks for does") {
  const testing::TempDir dir;
  const std::string file = dir.Write("tokens", "reader " + std::string(32, 'r') + " dash\n");
  const auto tokens = *AccessTokens::Open(file, SystemClock(), nullptr);
  Access access({.tokens = tokens.get()}, SystemClock(), NoLog());
  const auto status_of = [&](const std::string& method, const std::string& path) {
    ServerRequest request;
    request.method = method;
    request.path = path;
    const auto refused = access.Refuse(request);
    return refused ? refused->status : 200;
  };
  for (const PageFile& each : PageFiles()) {
    const std::string path = each.path == "/index.html" ? "/" : std::string(each.path);
    CAPTURE(path);
    CHECK(status_of("GET", path) == 200);
    CHECK(status_of("HEAD", path) == 200);
    CHECK(status_of("POST", path) == 401);
  }
  CHECK(status_of("GET", "/page/none.js") == 401);
  CHECK(status_of("GET", "/index.html") == 401);
  CHECK(status_of("GET", "/api/v1/bindings") == 401);
}

}  // namespace
}  // namespace loadline
