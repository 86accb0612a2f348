// The real program, with a real Prometheus, asked by real clients.
#include <arpa/inet.h>
#include <grpcpp/grpcpp.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "integration/service.h"
#include "support/certificates.h"
#include "support/places.h"

namespace loadline {
namespace {

using externalscaler::ExternalScaler;
using nlohmann::json;
using std::chrono::seconds;
using testing::Ask;
using testing::Eventually;
using testing::LiveData;
using testing::PolicyText;
using testing::PrometheusServer;
using testing::Ran;
using testing::RunProgram;
using testing::Service;
using testing::TempDir;
using testing::TestRequest;
using testing::Told;

TEST_CASE("The main job: a policy in a folder and numbers in a Prometheus make an answer for KEDA") {
  PrometheusServer prometheus(LiveData());
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  Service service(dir, prometheus.url());
  const Told told = Ask(service);
  INFO(told.status.error_message());
  REQUIRE(told.status.ok());
  CHECK(told.value == Approx(1240.0 / 300));

  SECTION("and its log says who decided, and why") {
    REQUIRE(Eventually([&] { return service.Event("decision").has_value(); }));
    const json decision = *service.Event("decision");
    CHECK(decision["binding"] == "data/app");
    CHECK(decision["policy"] == "worker");
    CHECK(decision["winner"] == "lag");
    CHECK(decision["reason"] == "lag wants 4.133: 1240 at 300 each");
    CHECK(decision["signals"][0]["value"] == 1240);
  }
  SECTION("and a changed policy is in force, a bad one is not") {
    dir.Write("policies/worker.yaml", PolicyText("124"));
    CHECK(Eventually([&] { return Ask(service).value == 10; }));
    dir.Write("policies/worker.yaml", PolicyText("many"));
    REQUIRE(Eventually([&] { return service.Get("/readyz").body.find("want a number above 0") != std::string::npos; }));
    CHECK(service.Get("/readyz").status == 200);
    CHECK(Ask(service).value == 10);
    CHECK(service.Get("/metrics").body.find("last_good=\"true\"") != std::string::npos);
    CHECK(service.Event("policy_refused").value()["problem"].get<std::string>().find("found \"many\"") !=
          std::string::npos);
  }
  SECTION("and while Prometheus is away the answer is held, then an error that says why; the pod stays ready") {
    prometheus.Kill();
    Told late;
    REQUIRE(Eventually([&] { return !(late = Ask(service)).status.ok(); }));
    CHECK(late.status.error_code() == grpc::StatusCode::UNAVAILABLE);
    CHECK(late.status.error_message().find("signal lag: no data now, nor within the 1s that it is held: 127.0.0.1:") !=
          std::string::npos);
    const HttpResponse ready = service.Get("/readyz");
    CHECK(ready.status == 200);
    CHECK(json::parse(ready.body)["sources"][0]["ok"] == false);
    prometheus.Start();
    CHECK(Eventually([&] { return Ask(service).status.ok(); }));
    CHECK(Ask(service).value == Approx(1240.0 / 300));
  }
  SECTION("and no input ends the process") {
    Ask(service, TestRequest("NOT ALLOWED"));
    Ask(service, TestRequest(std::string(500'000, 'x')));
    externalscaler::GetMetricsRequest nothing;
    CHECK(Ask(service, nothing).status.error_message().find("has no policy") != std::string::npos);
    CHECK(Ask(service).status.ok());
  }
  SECTION("and a client without parameters is told so") {
    externalscaler::GetMetricsRequest request = TestRequest();
    request.mutable_scaledobjectref()->mutable_scalermetadata()->erase("pipeline");
    const Told refused = Ask(service, request);
    CHECK(refused.status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
    CHECK(refused.status.error_message().find("pipeline") != std::string::npos);
  }
  SECTION("and probe, explain and validate say the same") {
    const Ran probe = RunProgram({testing::kLoadline, "probe", service.grpc(), "--policy", "worker", "--namespace",
                                  "data", "--name", "app", "--metadata", "pipeline=orders"});
    CHECK(probe.exit_code == 0);
    CHECK(probe.output.find("4.133") != std::string::npos);
    CHECK(probe.output.find("loadline-worker, target 1") != std::string::npos);
    CHECK(probe.output.find("\nconfidence ") != std::string::npos);
    const Ran unknown =
        RunProgram({testing::kLoadline, "probe", service.grpc(), "--policy", "wroker", "--namespace", "data"});
    CHECK(unknown.exit_code == 1);
    CHECK(unknown.output.find("did you mean worker?") != std::string::npos);
    const Ran explain = RunProgram({testing::kLoadline, "explain", "data/app", "--server", service.http()});
    CHECK(explain.exit_code == 0);
    CHECK(explain.output.find("data/app wants 4.133 replicas, active") != std::string::npos);
    CHECK(explain.output.find("1240 at 300 each") != std::string::npos);
    CHECK(explain.output.find("confidence ") != std::string::npos);
    const Ran as_json = RunProgram({testing::kLoadline, "explain", "-o", "json", "--server", service.http()});
    CHECK(json::parse(as_json.output)["decisions"][0]["winner"] == "lag");
    CHECK(RunProgram({testing::kLoadline, "explain", "data/none", "--server", service.http()}).exit_code == 1);
  }
}

TEST_CASE("A clean stop: streams end with OK, and the program with 0, within five seconds") {
  PrometheusServer prometheus(LiveData());
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  Service service(dir, prometheus.url());
  REQUIRE(Ask(service).status.ok());
  const auto stub = ExternalScaler::NewStub(grpc::CreateChannel(service.grpc(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  const auto stream = stub->StreamIsActive(&context, TestRequest().scaledobjectref());
  externalscaler::IsActiveResponse active;
  REQUIRE(stream->Read(&active));
  CHECK(active.result());
  const auto begin = std::chrono::steady_clock::now();
  service.child().Signal(SIGTERM);
  CHECK_FALSE(stream->Read(&active));
  CHECK(stream->Finish().ok());
  CHECK(service.child().Wait() == 0);
  CHECK(std::chrono::steady_clock::now() - begin < seconds(5));
  CHECK(service.Event("stopped").has_value());
}

TEST_CASE("A stop does not wait for half a request on the HTTP port") {
  PrometheusServer prometheus(LiveData());
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  Service service(dir, prometheus.url());
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(service.http().substr(17))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  const std::string half = "POST /readyz HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n";
  REQUIRE(send(client, half.data(), half.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(half.size()));
  REQUIRE(service.Get("/healthz").status == 200);
  const auto begin = std::chrono::steady_clock::now();
  service.child().Signal(SIGTERM);
  CHECK(service.child().Wait() == 0);
  CHECK(std::chrono::steady_clock::now() - begin < seconds(5));
  close(client);
}

TEST_CASE("A stop does not wait for a Prometheus that hangs") {
  PrometheusServer prometheus(LiveData());
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  Service service(dir, prometheus.url(),
                  {"--tick.interval=60s", "--tick.budget=60s", "--set=sources.default.timeout=60s"});
  prometheus.child().Signal(SIGSTOP);
  Told told;
  std::jthread caller([&] { told = Ask(service); });
  caller.join();
  CHECK(told.status.error_code() ==
        grpc::StatusCode::UNAVAILABLE);  // the first decision was waited for, no longer than 1 s
  const auto begin = std::chrono::steady_clock::now();
  service.child().Signal(SIGTERM);
  CHECK(service.child().Wait() == 0);
  CHECK(std::chrono::steady_clock::now() - begin < seconds(5));
}

TEST_CASE("After kill -9 the bindings are decided again before anybody calls") {
  PrometheusServer prometheus(LiveData());
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  Service service(dir, prometheus.url());
  REQUIRE(Ask(service).status.ok());
  REQUIRE(
      Eventually([&] { return testing::FileText(dir / "data/bindings.json").find("orders") != std::string::npos; }));
  service.child().Signal(SIGKILL);
  CHECK(service.child().Wait() == 128 + SIGKILL);
  service.Start();
  REQUIRE(Eventually([&] {
    const json body = json::parse(service.Get("/api/v1/decisions").body);
    // Until it is decided it has no number.
    return body["total"] == 1 && body["decisions"][0].value("replicas", json()).is_number();
  }));
}

TEST_CASE("What stops it from starting is said, with the option's name") {
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  PrometheusServer prometheus;
  Service service(dir, prometheus.url());
  auto start = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {testing::kLoadline, "serve", "--set=sources.default.url=http://127.0.0.1:1",
                                          "--grpc.listen=127.0.0.1:0", "--http.listen=127.0.0.1:0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments);
  };
  const Ran grpc = start({"--grpc.listen=" + service.grpc()});
  CHECK(grpc.exit_code == 1);
  CHECK(grpc.output.find("grpc.listen") != std::string::npos);
  const Ran http = start({"--http.listen=" + service.http().substr(7)});
  CHECK(http.exit_code == 1);
  CHECK(http.output.find("http.listen") != std::string::npos);
  const Ran tls =
      start({"--grpc.tls.certificateFile=" + (dir / "none.crt"), "--grpc.tls.keyFile=" + (dir / "none.key")});
  CHECK(tls.exit_code == 1);
  CHECK(tls.output.find("grpc.tls: ") != std::string::npos);
  CHECK(tls.output.find("none.crt") != std::string::npos);
  const Ran data = start({"--dataDir=/proc/loadline"});
  CHECK(data.exit_code == 1);
  CHECK(data.output.find("dataDir") != std::string::npos);
  CHECK(start({"--tick.interval=soon"}).exit_code == 2);
  const Ran kubernetes = start({"--kubernetes.enabled=true", "--kubernetes.kubeconfig=" + (dir / "none")});
  CHECK(kubernetes.exit_code == 1);
  CHECK(kubernetes.output.find("kubernetes: ") != std::string::npos);
  CHECK(start({"--kubernetes.enabled=true"}).output.find("this is no pod") != std::string::npos);
}

TEST_CASE("mTLS, as KEDA would use it, with probe as the client") {
  PrometheusServer prometheus(LiveData());
  const TempDir dir;
  dir.Write("policies/worker.yaml", PolicyText());
  const testing::Authority authority;
  const auto server = authority.Sign("server", "DNS:loadline.test");
  const auto keda = authority.Sign("keda", "DNS:keda-operator.keda.svc");
  const auto other = authority.Sign("other", "DNS:other");
  Service service(
      dir, prometheus.url(),
      {"--grpc.tls.certificateFile=" + server.certificate, "--grpc.tls.keyFile=" + server.key,
       "--grpc.tls.clientCaFile=" + authority.ca_file(), "--grpc.tls.allowedClientNames=[keda-operator.keda.svc]"});
  auto probe = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {
        testing::kLoadline, "probe",           service.grpc(),      "--policy",     "worker", "--namespace", "data",
        "--metadata",       "pipeline=orders", "--tls-server-name", "loadline.test"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments);
  };
  const Ran good = probe({"--tls-ca", authority.ca_file(), "--tls-cert", keda.certificate, "--tls-key", keda.key});
  INFO(good.output);
  CHECK(good.exit_code == 0);
  const Ran refused = probe({"--tls-ca", authority.ca_file(), "--tls-cert", other.certificate, "--tls-key", other.key});
  CHECK(refused.exit_code == 2);
  CHECK(refused.output.find("allowedClientNames") != std::string::npos);
  CHECK(probe({"--tls-ca", authority.ca_file()}).exit_code == 2);
  CHECK(probe({}).exit_code == 2);
  CHECK(service.Get("/metrics").body.find("loadline_tls_certificate_expiry_timestamp_seconds") != std::string::npos);
  // What gRPC has to say about refused handshakes is an event, too: Event() above reads each line as JSON.
  CHECK(service.Event("started").has_value());

  // The copy of the key lies in dataDir, and goes.
  auto copies = [&dir] {
    std::filesystem::directory_iterator data(dir / "data");
    return std::count_if(begin(data), end(data),
                         [](const auto& each) { return each.path().filename().string().starts_with("loadline-tls-"); });
  };
  CHECK(copies() == 1);
  service.child().Signal(SIGTERM);
  CHECK(service.child().Wait() == 0);
  CHECK(copies() == 0);
}

}  // namespace
}  // namespace loadline
