#include "system/program_output.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

Result<std::string> Shell(const std::string& script, std::vector<std::pair<std::string, std::string>> variables = {}) {
  return OutputOf({"sh", {"-c", script}, std::move(variables)});
}

TEST_CASE("A program's standard output is taken, as long as it may be") {
  CHECK(*Shell("echo one; echo two") == "one\ntwo\n");
  CHECK(*Shell("exit 0") == "");
  CHECK(Shell("head -c 1048576 /dev/zero")->size() == 1 << 20);
  CHECK(Shell("head -c 1048577 /dev/zero").error() ==
        Error{Code::kResourceExhausted, "sh: says more than 1048576 bytes"});
}

TEST_CASE("A program has our environment, with what is said in its place, and no input where it may not ask") {
  CHECK(*Shell("printf %s \"$HOME\"", {{"HOME", "/elsewhere"}}) == "/elsewhere");
  CHECK(*Shell("printf %s \"${PATH:+there}\"", {{"OTHER", "x"}}) == "there");
  CHECK(*Shell("env | grep -c ^HOME=", {{"HOME", "a"}}) == "1\n");
  CHECK(*Shell("cat") == "");
}

TEST_CASE("A program that is not there, or ends badly, is told, without what it said") {
  CHECK(OutputOf({"no-such-program", {}, {}}).error() ==
        Error{Code::kNotFound, "no-such-program: No such file or directory"});
  CHECK(OutputOf({"/", {}, {}}).error().code == Code::kUnavailable);
  CHECK(Shell("echo secret; exit 3").error() == Error{Code::kUnavailable, "sh: ended with exit code 3"});
  CHECK(Shell("kill -9 $$").error() == Error{Code::kUnavailable, "sh: was ended by signal 9"});
}

}  // namespace
}  // namespace loadline
