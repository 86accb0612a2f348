#include "system/tls_files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/certificates.h"
#include "support/eventually.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

namespace fs = std::filesystem;
using testing::Authority;
using testing::Eventually;
using testing::FileText;
using testing::TempDir;

struct Mounted {
  Mounted() {
    const auto pair = authority.Sign("server", "DNS:localhost");
    options = {dir.Write("tls.crt", FileText(pair.certificate)), dir.Write("tls.key", FileText(pair.key)),
               dir.Write("ca.crt", FileText(authority.ca_file())), Duration(10)};
  }
  std::string Problem() const {
    const auto opened = OpenTlsFiles(options, nullptr);
    const bool good = opened || opened.error().code == Code::kUnavailable;
    CHECK(CheckTlsFiles(options).has_value() == good);
    return opened ? "" : opened.error().message;
  }

  TempDir dir;
  Authority authority;
  TlsFilesOptions options;
};

TEST_CASE("A set that does not fit together is refused at start, with the file and the rule") {
  const Mounted mounted;
  CHECK(mounted.Problem() == "");
  const auto other = mounted.authority.Sign("other", "DNS:other");
  const auto old = mounted.authority.Sign("old", "DNS:old", -1);
  const std::string good = FileText(mounted.dir / "tls.crt");
  const std::string broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  const std::string cut_off = good.substr(0, good.size() / 2);
  struct Row {
    std::string file;
    std::string content;
    const char* rule;
  };
  const std::vector<Row> rows = {
      {"tls.crt", "", "tls.crt: holds no PEM certificate"},
      {"tls.crt", broken, "tls.crt: its certificate number 1 cannot be read"},
      {"tls.crt", good + broken, "tls.crt: its certificate number 2 cannot be read"},
      {"tls.crt", good + cut_off, "tls.crt: its certificate number 2 cannot be read"},
      {"tls.crt", FileText(other.certificate), "tls.key: does not belong to the certificate"},
      {"tls.key", "", "tls.key: holds no PEM private key"},
      {"tls.key", FileText(other.key), "tls.key: does not belong to the certificate"},
      {"ca.crt", "", "ca.crt: holds no PEM certificate"},
      {"ca.crt", good + broken, "ca.crt: its certificate number 2 cannot be read"},
  };
  for (const Row& row : rows) {
    const std::string before = FileText(mounted.dir / row.file);
    mounted.dir.Write(row.file, row.content);
    CAPTURE(row.rule, mounted.Problem());
    CHECK(mounted.Problem().find(row.rule) != std::string::npos);
    mounted.dir.Write(row.file, before);
  }
  mounted.dir.Write("tls.crt", "a comment\n" + good + FileText(mounted.authority.ca_file()) + "another\n");
  CHECK(mounted.Problem() == "");  // a chain
  fs::remove(mounted.dir / "tls.key");
  CHECK(mounted.Problem().find("tls.key") != std::string::npos);
  mounted.dir.Write("tls.crt", FileText(old.certificate));
  mounted.dir.Write("tls.key", FileText(old.key));
  CHECK(mounted.Problem().find("expired at ") != std::string::npos);
  const auto early = mounted.authority.Sign("early", "DNS:early", "20990101000000Z", "20990102000000Z");
  mounted.dir.Write("tls.crt", FileText(early.certificate));
  mounted.dir.Write("tls.key", FileText(early.key));
  CHECK(mounted.Problem().find("is not valid before 2099-01-01T00:00:00.000Z") != std::string::npos);
}

TEST_CASE("The copy lies where it is told to, or in memory; without a place the error says what to do") {
  Mounted mounted;
  const TempDir own;
  const std::string none = own / "none";
  auto folder_of = [](const TlsFiles& files) { return fs::path(files.key_path()).parent_path().parent_path(); };
  CHECK(folder_of(**OpenTlsFiles(mounted.options, nullptr)).parent_path() == "/dev/shm");
  mounted.options.copy_into = {none, own.path().string()};
  CHECK(folder_of(**OpenTlsFiles(mounted.options, nullptr)).parent_path() == own.path());
  mounted.options.copy_into = {none};
  CHECK(mounted.Problem() == "no place for a private copy of the certificate and its key (" + none +
                                 ": No such file or directory): set dataDir, or the variable TMPDIR, to a folder "
                                 "that can be written");
}

TEST_CASE("The copy is private, follows the files, and never holds half of a new set") {
  const Mounted mounted;
  std::string folder;
  {
    const auto opened = OpenTlsFiles(mounted.options, nullptr);
    REQUIRE(opened);
    const TlsFiles& files = **opened;
    folder = fs::path(files.key_path()).parent_path().parent_path();
    struct stat info {};
    REQUIRE(stat(folder.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
    const std::string first = FileText(files.certificate_path());
    CHECK(first == FileText(mounted.dir / "tls.crt"));
    CHECK(files.State().not_after > Timestamp(std::chrono::hours(24 * 365 * 50)));

    // An operator replaces the key first: until the certificate follows, nothing changes.
    const auto next = mounted.authority.Sign("next", "DNS:localhost");
    mounted.dir.Write("tls.key", FileText(next.key));
    REQUIRE(Eventually([&] { return files.State().errors == 1; }));
    CHECK(FileText(files.certificate_path()) == first);
    mounted.dir.Write("tls.crt", FileText(next.certificate));
    REQUIRE(Eventually([&] { return files.State().reloads == 1; }));
    CHECK(FileText(files.certificate_path()) == FileText(next.certificate));
    CHECK(FileText(files.key_path()) == FileText(next.key));
    CHECK(files.State().problem.empty());

    // Files that are gone leave what was there.
    fs::remove(mounted.dir / "ca.crt");
    REQUIRE(Eventually([&] { return files.State().errors == 2; }));
    CHECK(FileText(files.client_ca_path()) == FileText(mounted.authority.ca_file()));
  }
  CHECK_FALSE(fs::exists(folder));
}

}  // namespace
}  // namespace loadline
