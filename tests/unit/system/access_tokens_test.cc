#include "system/access_tokens.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/simulated_clock.h"
#include "support/temp_dir.h"

namespace loadline {
namespace {

using testing::SimulatedClock;
using testing::TempDir;

const std::string kReader(32, 'r');
const std::string kOperator(32, 'o');

TEST_CASE("A token has the role and the name of its line, and no other text has any") {
  const auto list = TokenList::Parse("# who may ask\n\nreader " + kReader + " dashboards\r\n  operator\t" + kOperator +
                                     " anna  \nreader " + std::string(40, 'n') + " dashboards");
  REQUIRE(list);
  REQUIRE(list->Find(kReader));
  CHECK(list->Find(kReader)->name == "dashboards");
  CHECK(list->Find(kReader)->role == AccessRole::kReader);
  REQUIRE(list->Find(kOperator));
  CHECK(list->Find(kOperator)->name == "anna");
  CHECK(list->Find(kOperator)->role == AccessRole::kOperator);
  CHECK(list->Find(std::string(40, 'n')));
  for (const std::string& other : {std::string(), std::string("reader"), kReader.substr(1), kReader + "r",
                                   kReader + " ", kReader + std::string(1, '\0'), std::string(32, 'R')}) {
    CHECK_FALSE(list->Find(other));
  }
  CHECK_FALSE(TokenList::Parse("")->Find(""));
}

TEST_CASE("A bad line is told by its number, and its token is not") {
  struct Row {
    std::string line;
    std::string told;
  };
  const std::vector<Row> rows = {
      {"admin " + kReader + " x", "line 2: want reader or operator as its first word"},
      {"reader " + kReader, "line 2: want three words: ROLE TOKEN NAME"},
      {"reader " + kReader + " a b", "line 2: want three words: ROLE TOKEN NAME"},
      {"reader short x", "line 2: a token has at least 32 characters: openssl rand -hex 32"},
      {"reader " + std::string(32, '!') + " x", "line 2: a token has letters, digits and -._~+/= only"},
      {"operator " + kOperator + " x", "line 2: its token stands there twice"}};
  for (const Row& row : rows) {
    const auto list = TokenList::Parse("operator " + kOperator + " anna\n" + row.line);
    REQUIRE_FALSE(list);
    CHECK(list.error().message == row.told);
  }
}

TEST_CASE("A changed file is taken up within a second; of a bad or a missing one the last good one stays") {
  const TempDir dir;
  SimulatedClock clock(Timestamp(Duration(1'000'000)));
  const std::string file = dir.Write("tokens", "reader " + kReader + " a\n");
  std::vector<AccessTokensState> changes;
  const auto opened =
      AccessTokens::Open(file, clock, [&](const AccessTokensState& state) { changes.push_back(state); });
  REQUIRE(opened);
  AccessTokens& tokens = **opened;
  auto later = [&] { clock.Set(clock.Now() + Duration(1000)); };

  dir.Write("tokens", "operator " + kOperator + " b\n");
  CHECK(tokens.Find(kReader));  // not looked at yet
  later();
  CHECK_FALSE(tokens.Find(kReader));
  CHECK(tokens.Find(kOperator));
  CHECK(tokens.State().reloads == 1);

  dir.Write("tokens", "nonsense\n");
  later();
  CHECK(tokens.Find(kOperator));
  CHECK(tokens.State().problem == file + ": line 1: want reader or operator as its first word");
  later();
  CHECK(tokens.Find(kOperator));
  std::filesystem::remove(file);
  later();
  CHECK(tokens.Find(kOperator));
  CHECK(tokens.State().problem.find("tokens") != std::string::npos);

  dir.Write("tokens", "");  // all are taken back
  later();
  CHECK_FALSE(tokens.Find(kOperator));
  CHECK(tokens.State().problem.empty());
  REQUIRE(changes.size() == 4);  // each once
  CHECK(changes[0].problem.empty());
  CHECK_FALSE(changes[1].problem.empty());
  CHECK_FALSE(changes[2].problem.empty());
  CHECK(changes[3].reloads == 2);
}

TEST_CASE("A file that cannot be read, or is bad, is told when it is opened") {
  const TempDir dir;
  CHECK_FALSE(AccessTokens::Open(dir / "none", SystemClock(), nullptr));
  const auto bad = AccessTokens::Open(dir.Write("bad", "x"), SystemClock(), nullptr);
  REQUIRE_FALSE(bad);
  CHECK(bad.error().message == (dir / "bad") + ": line 1: want reader or operator as its first word");
}

}  // namespace
}  // namespace loadline
