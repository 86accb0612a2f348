#include "controller/policy_board.h"

#include <catch2/catch.hpp>

namespace loadline {
namespace {

std::shared_ptr<const Policy> Named(const std::string& policy_namespace, const std::string& name,
                                    std::vector<std::string> allowed = {}) {
  auto policy = std::make_shared<Policy>();
  policy->policy_namespace = policy_namespace;
  policy->name = name;
  policy->allowed_namespaces = std::move(allowed);
  return policy;
}

PolicyProblem Broken(const std::string& policy_namespace, const std::string& name, bool last_good = false,
                     Severity severity = Severity::kError) {
  return {"policies/" + name + ".yaml", Problem{{3, 9}, "spec.signals", "is required", "nothing", "", severity},
          policy_namespace, name, last_good};
}

// The error of a look-up that has to fail.
Error ErrorOf(const PolicyBoard& board, const std::string& object_namespace, const std::string& name) {
  const auto found = board.Find(object_namespace, name);
  REQUIRE_FALSE(found);
  return found.error();
}

TEST_CASE("Before a set has been read nothing is said to be missing") {
  PolicyBoard board;
  CHECK_FALSE(board.HasRead());
  CHECK(board.generation() == 0);
  CHECK(board.size() == 0);
  CHECK(board.problems().empty());
  CHECK(ErrorOf(board, "data", "p") == Error{Code::kUnavailable, "the policies are still being read"});
}

TEST_CASE("Each set replaces the one before as a whole") {
  PolicyBoard board;
  board.Set({{Named("data", "a"), Named("data", "b")}, {Broken("data", "c")}});
  CHECK(board.HasRead());
  CHECK(board.size() == 2);
  CHECK(board.problems().size() == 1);
  const std::uint64_t before = board.generation();
  board.Set({{Named("data", "b")}, {}});
  CHECK(board.generation() == before + 1);
  CHECK(board.size() == 1);
  CHECK(board.problems().empty());
  CHECK(ErrorOf(board, "data", "a").code == Code::kNotFound);
  CHECK(board.Find("data", "b"));
}

TEST_CASE("A namespace's own policy comes before a shared one of the same name") {
  const auto own = Named("data", "p");
  const auto shared = Named("", "p", {"*"});
  PolicyBoard board;
  board.Set({{shared, own}, {}});
  CHECK(board.Find("data", "p").value() == own);
  CHECK(board.Find("web", "p").value() == shared);
}

TEST_CASE("A shared policy does not stand in for one that may not have been read") {
  PolicyBoard board;
  PolicySet set;
  set.policies = {Named("", "p", {"*"}), Named("team-a", "own")};
  set.unread = {{"team-*", "may not list configmaps"}};
  board.Set(set);
  CHECK(ErrorOf(board, "team-a", "p") ==
        Error{Code::kUnavailable, "the policies of namespace team-a have not been read: may not list configmaps"});
  CHECK(board.Find("team-a", "own"));
  CHECK(board.Find("data", "p"));
}

TEST_CASE("A shared policy is for the namespaces that it names, or whose names begin as it says") {
  PolicyBoard board;
  board.Set({{Named("", "p", {"data", "team-*"})}, {}});
  for (const char* allowed : {"data", "team-", "team-a"}) {
    CAPTURE(allowed);
    CHECK(board.Find(allowed, "p"));
  }
  for (const char* refused : {"data2", "dat", "team", "my-team-a", ""}) {
    CAPTURE(refused);
    CHECK(ErrorOf(board, refused, "p").code == Code::kPermissionDenied);
  }
  CHECK(ErrorOf(board, "web", "p").message ==
        "policy p may not be used from namespace web: its allowedNamespaces are data and team-*");
}

TEST_CASE("Another namespace's policy is not found, and its name is not given away") {
  PolicyBoard board;
  board.Set({{Named("other", "orders"), Named("", "shared-orders", {"team-*"})}, {}});
  CHECK(ErrorOf(board, "data", "orders") == Error{Code::kNotFound, "there is no policy \"orders\" for namespace data"});
  CHECK(ErrorOf(board, "data", "order").message == "there is no policy \"order\" for namespace data");
  CHECK(ErrorOf(board, "data", "shared-order").message == "there is no policy \"shared-order\" for namespace data");
  CHECK(ErrorOf(board, "other", "order").message ==
        "there is no policy \"order\" for namespace other (did you mean orders?)");
  CHECK(ErrorOf(board, "team-a", "shared-order").message ==
        "there is no policy \"shared-order\" for namespace team-a (did you mean shared-orders?)");
}

TEST_CASE("A name that is missing, or much too long, gives a message that can be read") {
  PolicyBoard board;
  board.Set({});
  CHECK(ErrorOf(board, "data", "") ==
        Error{Code::kInvalidArgument, "the trigger's metadata has no policy; want policy: NAME"});
  const Error error = ErrorOf(board, "data", std::string(100'000, 'x') + "\n");
  CHECK(error.code == Code::kNotFound);
  CHECK(error.message.size() < 200);
}

TEST_CASE("A bad document is the reason given for the policy that it should have been") {
  PolicyBoard board;
  board.Set({{}, {Broken("data", "p"), Broken("", "shared")}});
  CHECK(ErrorOf(board, "data", "p") ==
        Error{Code::kFailedPrecondition,
              "policy data/p is not valid: policies/p.yaml:3:9: spec.signals: is required; found nothing"});
  CHECK(ErrorOf(board, "web", "shared").message ==
        "policy shared is not valid: policies/shared.yaml:3:9: spec.signals: is required; found nothing");
  // Bad, but of another namespace.
  CHECK(ErrorOf(board, "web", "p").code == Code::kNotFound);
}

TEST_CASE("A policy that is not found may stand in a document that cannot say its name: the first of them is told") {
  const PolicyProblem warning = Broken("", "", false, Severity::kWarning);
  const PolicyProblem nameless{
      "policies/worker.yaml", {{1, 10}, "", "not YAML: end of sequence", "", "", Severity::kError}, "", "", false};
  const PolicyProblem folder{
      "/policies", {{}, "", "the policy folder cannot be read", "", "", Severity::kError}, "", "", false};
  PolicyBoard board;
  board.Set({{Named("data", "workers")}, {Broken("data", "p"), warning, nameless}});
  CHECK(ErrorOf(board, "data", "worker") ==
        Error{Code::kNotFound,
              "there is no policy \"worker\" for namespace data (did you mean workers?); but not all policies could be "
              "read: policies/worker.yaml:1:10: not YAML: end of sequence"});
  board.Set({{}, {nameless, folder, nameless}});
  CHECK(ErrorOf(board, "data", "worker").message ==
        "there is no policy \"worker\" for namespace data; but not all policies could be read: "
        "policies/worker.yaml:1:10: not YAML: end of sequence (and 2 more)");
  board.Set({{}, {folder}});
  CHECK(ErrorOf(board, "data", "worker").message ==
        "there is no policy \"worker\" for namespace data; but not all policies could be read: /policies: the policy "
        "folder cannot be read");
}

TEST_CASE("Of the documents that cannot say their name those without a last good version are told first") {
  const PolicyProblem held{
      "a.yaml", {{1, 1}, "", "want a ScalingPolicy", "an empty file", "", Severity::kError}, "", "", true};
  const PolicyProblem lost{"b.yaml", {{1, 1}, "", "not YAML", "", "", Severity::kError}, "", "", false};
  PolicyBoard board;
  board.Set({{}, {held}});
  CHECK(ErrorOf(board, "data", "p").message.ends_with("read: a.yaml:1:1: want a ScalingPolicy; found an empty file"));
  board.Set({{}, {held, lost}});
  CHECK(ErrorOf(board, "data", "p").message.ends_with("read: b.yaml:1:1: not YAML (and 1 more)"));
}

TEST_CASE("What a document says cannot make a message that nobody can read") {
  const PolicyProblem nameless{
      "a.yaml", {{1, 1}, "", "not YAML\n" + std::string(5000, 'x'), "", "", Severity::kError}, "", "", false};
  PolicyBoard board;
  board.Set({{}, {nameless}});
  const Error error = ErrorOf(board, "data", "p");
  CHECK(error.message.size() < 500);
  CHECK(error.message.find('\n') == std::string::npos);
}

TEST_CASE("A namespace's bad document is not passed over in favour of a shared policy") {
  PolicyBoard board;
  board.Set({{Named("", "p", {"*"})}, {Broken("data", "p")}});
  CHECK(ErrorOf(board, "data", "p").code == Code::kFailedPrecondition);
  CHECK(board.Find("web", "p"));
}

TEST_CASE("Neither a warning nor a bad document with a last good version stops a policy") {
  const auto policy = Named("data", "p");
  PolicyBoard board;
  board.Set({{policy}, {Broken("data", "p", true), Broken("data", "p", false, Severity::kWarning)}});
  CHECK(board.Find("data", "p").value() == policy);
}

}  // namespace
}  // namespace loadline
