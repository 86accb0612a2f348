// `loadline serve` as far as it starts nothing.
#include <catch2/catch.hpp>
#include <filesystem>

#include "support/certificates.h"
#include "support/child.h"
#include "support/places.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::Authority;
using testing::Ran;
using testing::RunProgram;
using testing::TempDir;

Ran Check(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {testing::kLoadline, "serve", "--check",
                                        "--set=sources.default.url=http://127.0.0.1:1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunProgram(arguments);
}

TEST_CASE("--check says all that would keep it from starting, and leaves nothing behind") {
  const TempDir dir;
  const Authority authority;
  const auto pair = authority.Sign("server", "DNS:loadline");
  const std::string file = dir.Write("file", "");
  CHECK(Check({}).exit_code == 0);
  CHECK(Check({"--grpc.tls.certificateFile=" + pair.certificate, "--grpc.tls.keyFile=" + pair.key,
               "--dataDir=" + (dir / "a/b/c"), "--set=sources.default.caFile=" + authority.ca_file()})
            .exit_code == 0);
  CHECK_FALSE(std::filesystem::exists(dir / "a"));

  const Ran bad = Check({"--grpc.tls.certificateFile=" + (dir / "none.crt"), "--grpc.tls.keyFile=" + pair.key,
                         "--dataDir=" + file + "/data", "--set=sources.default.caFile=" + (dir / "ca.crt"),
                         "--set=sources.default.bearerTokenFile=" + (dir / "token")});
  CHECK(bad.exit_code == 2);
  CHECK(bad.output == "dataDir: cannot write to " + file + "/data: Not a directory\n" +
                          "grpc.tls: " + (dir / "none.crt") + ": No such file or directory\n" +
                          "sources.default.caFile: " + (dir / "ca.crt") + ": No such file or directory\n" +
                          "sources.default.bearerTokenFile: " + (dir / "token") + ": No such file or directory\n");
  CHECK(Check({"--dataDir=/proc/loadline"}).exit_code == 2);
  std::filesystem::create_directory_symlink(dir / "gone", dir / "link");
  CHECK(Check({"--dataDir=" + (dir / "link")}).exit_code == 2);
  CHECK(std::filesystem::is_symlink(dir / "link"));
}

TEST_CASE("--check looks at the journal's URL and password file") {
  const TempDir dir;
  CHECK(Check({"--journal.url=sqlite:/nowhere/journal.db"}).exit_code == 0);  // it may be there later
  const Ran bad = Check({"--journal.url=postgresql://me:secret@db/loadline"});
  CHECK(bad.exit_code == 2);
  CHECK(bad.output == "journal.url: want no password in it, but in passwordFile\n");
  CHECK(Check({"--journal.url=mysql://db"}).output ==
        "journal.url: want sqlite:PATH, postgresql://... or memory:; found \"mysql://db\"\n");
  CHECK(Check({"--journal.passwordFile=" + (dir / "none")}).output ==
        "journal.passwordFile: is for a url of postgresql:// only\n");
  CHECK(Check({"--journal.url=postgresql://me@db/loadline", "--journal.passwordFile=" + (dir / "none")}).output ==
        "journal.passwordFile: " + (dir / "none") + ": No such file or directory\n");
}

TEST_CASE("Of flags that set the same the last counts, whether by --set or by name") {
  const Ran by_name = Check({"--set=tick.interval=bad", "--tick.interval=1m"});
  INFO(by_name.output);
  CHECK(by_name.exit_code == 0);
  const Ran by_set = Check({"--tick.interval=bad", "--tick.delay", "1s", "--set", "tick.interval=1m"});
  INFO(by_set.output);
  CHECK(by_set.exit_code == 0);
  const Ran lists = Check({"--grpc.tls.allowedClientNames=[a, b]"});
  CHECK(lists.output.find("needs clientCaFile") != std::string::npos);
  for (const std::vector<std::string>& last_is_bad :
       {std::vector<std::string>{"--tick.interval=1m", "--set=tick.interval=bad"},
        {"--set=tick.interval=1m", "--tick.interval=bad"},
        {"--tick.interval=1m", "--tick.interval=bad"}}) {
    const Ran ran = Check(last_is_bad);
    CHECK(ran.exit_code == 2);
    CHECK(ran.output.find("--tick.interval: tick.interval: want a duration") != std::string::npos);
  }
  CHECK(Check({"--set", "nonsense"}).output.find("want KEY=VALUE") != std::string::npos);
}

}  // namespace
}  // namespace loadline
