#include "system/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <future>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "support/eventually.h"
#include "support/raw_http.h"
#include "unit/system/served.h"

namespace loadline {
namespace {

using testing::Served;

TEST_CASE("A request's query is decoded, and its answer comes whole") {
  Served served;
  CHECK(served.Send("/echo?a=b%20c&d=e+f&g&h=%zz&a=last").body == "a=last;d=e f;g=;h=%zz;");
  CHECK(served.Send("/large").body.size() == 5'000'000);
}

TEST_CASE("Every answer has its date") {
  Served served;
  const std::string answer = served.Raw("GET /echo?a=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::tm parts{};
  const std::string date = testing::FieldOf(answer, "Date");
  const char* rest = strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  REQUIRE(rest != nullptr);
  CHECK(*rest == '\0');
  CHECK(std::abs(std::difftime(timegm(&parts), std::time(nullptr))) < 60);
  CHECK_FALSE(testing::FieldOf(served.Raw("nonsense\r\n\r\n"), "Date").empty());
}

TEST_CASE("What is not there, not allowed, or goes wrong has its code and a problem body") {
  Served served;
  struct Row {
    HttpResponse response;
    int status;
  };
  const std::vector<Row> rows = {
      {served.Send("/none"), 404}, {served.Send("/echo", "x=1"), 405}, {served.Send("/throws"), 500}};
  for (const Row& row : rows) {
    CHECK(row.response.status == row.status);
    CHECK(row.response.content_type == "application/problem+json");
    CHECK(nlohmann::json::parse(row.response.body)["status"] == row.status);
  }
}

TEST_CASE("HEAD is GET without the body; nonsense is refused; the next request is answered") {
  Served served;
  const std::string head = served.Raw("HEAD /echo?a=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(head.starts_with("HTTP/1.1 200"));
  CHECK(head.find("Content-Length: 4") != std::string::npos);
  CHECK(head.ends_with("\r\n\r\n"));
  for (const std::string& nonsense :
       {std::string("\x16\x03\x01\x02 hello\r\n\r\n"), std::string("GET / HTTP/9.9\r\n\r\n"),
        "GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\n\r\n"}) {
    CHECK_FALSE(served.Raw(nonsense).starts_with("HTTP/1.1 200"));
  }
  CHECK(served.Send("/echo?a=1").status == 200);
}

TEST_CASE("A client that sends nothing is put off, and others do not wait for it") {
  HttpServerOptions options;
  options.idle_timeout = Duration(200);
  Served served(options);
  const int silent = served.Connect();
  CHECK(served.Send("/echo?a=1").status == 200);
  char byte = 0;
  CHECK(recv(silent, &byte, 1, 0) == 0);  // closed by the server
  close(silent);
}

TEST_CASE("Many clients at once are all answered, and Stop ends with connections open") {
  Served served;
  std::vector<std::jthread> clients;
  std::atomic<int> answered{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      const auto client = MakeHttpClient({});
      const std::vector<HttpRequest> requests(
          25, {"http://127.0.0.1:" + std::to_string(served.port) + "/echo?a=1", "", Duration(20'000)});
      for (const auto& response : client->SendAll(requests, Duration(20'000)))
        answered += response && response->status == 200 ? 1 : 0;
    });
  }
  clients.clear();
  CHECK(answered == 200);
  const int open = served.Connect();
  served.server->Stop();
  served.server->Stop();
  close(open);
}

// The CPU time of this process.
std::chrono::nanoseconds CpuTime() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

TEST_CASE("A slow handler keeps nobody else waiting, and gets its answer through") {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  HttpServerOptions options;
  options.address = "127.0.0.1:0";
  const auto server = MakeHttpServer(options);
  server->Handle("GET", "/quick", [](const ServerRequest&) { return ServerResponse{200, "text/plain", "quick"}; });
  server->HandleSlowly("GET", "/slow", [released](const ServerRequest& request) {
    released.wait();
    if (request.query.contains("throw")) throw std::runtime_error("oops");
    return ServerResponse{200, "text/plain", "slow"};
  });
  const std::string url = "http://127.0.0.1:" + std::to_string(*server->Start());
  const auto send = [&url](const std::string& path) {
    return MakeHttpClient({})->SendAll({{url + path, "", Duration(10'000)}}, Duration(10'000))[0];
  };
  std::vector<std::future<Result<HttpResponse>>> slow;
  for (int i = 0; i < 40; ++i)
    slow.push_back(std::async(std::launch::async, send, i % 2 == 0 ? "/slow?throw" : "/slow"));
  // Past 32 that run or wait, there is no use in waiting.
  const auto is_ready = [](const auto& each) { return each.wait_for(Duration(0)) == std::future_status::ready; };
  REQUIRE(testing::Eventually([&] { return std::count_if(slow.begin(), slow.end(), is_ready) == 8; }));
  CHECK(send("/quick")->body == "quick");
  release.set_value();
  std::map<int, int> statuses;
  for (auto& each : slow) {
    const auto response = each.get();
    REQUIRE(response);
    ++statuses[response->status];
  }
  CHECK(statuses[503] == 8);
  CHECK(statuses[200] + statuses[500] == 32);
  CHECK(statuses[500] > 0);
  CHECK(send("/slow")->body == "slow");
}

TEST_CASE("Stop lets a slow handler that is under way end") {
  std::promise<void> begun;
  std::promise<void> release;
  HttpServerOptions options;
  options.address = "127.0.0.1:0";
  options.stop_within = Duration(10'000);
  const auto server = MakeHttpServer(options);
  server->HandleSlowly("GET", "/slow", [&](const ServerRequest&) {
    begun.set_value();
    release.get_future().wait();
    return ServerResponse{200, "text/plain", "slow"};
  });
  const std::string url = "http://127.0.0.1:" + std::to_string(*server->Start()) + "/slow";
  auto answer = std::async(std::launch::async, [&url] {
    return MakeHttpClient({})->SendAll({{url, "", Duration(10'000)}}, Duration(10'000))[0];
  });
  begun.get_future().wait();
  auto stopped = std::async(std::launch::async, [&server] { server->Stop(); });
  release.set_value();
  stopped.get();
  const auto response = answer.get();
  REQUIRE(response);
  CHECK(response->body == "slow");
}

TEST_CASE("Stop waits shortly for requests that are half here and for clients that do not read, not for long") {
  HttpServerOptions options;
  options.idle_timeout = std::chrono::minutes(5);
  options.stop_within = Duration(100);
  Served served(options);
  const int half_sent = served.Connect();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n";
  REQUIRE(send(half_sent, head.data(), head.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(head.size()));
  const int not_reading = served.Connect(4096);
  const std::string large = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
  REQUIRE(send(not_reading, large.data(), large.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(large.size()));
  char byte = 0;
  REQUIRE(recv(not_reading, &byte, 1, 0) == 1);  // its answer is under way
  CHECK(served.Send("/echo?a=1").status == 200);
  const auto begin = std::chrono::steady_clock::now();
  served.server->Stop();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
  close(half_sent);
  close(not_reading);
}

TEST_CASE("Stop lets an answer that is being read come whole") {
  HttpServerOptions options;
  options.stop_within = std::chrono::minutes(1);
  Served served(options);
  const int client = served.Connect();
  const std::string large = "GET /large HTTP/1.1\r\nHost: x\r\n\r\n";
  REQUIRE(send(client, large.data(), large.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(large.size()));
  std::vector<char> buffer(1 << 16);
  ssize_t size = recv(client, buffer.data(), 1, 0);
  std::jthread stopping([&] { served.server->Stop(); });
  std::size_t got = 0;
  for (; size > 0; size = recv(client, buffer.data(), buffer.size(), 0)) got += static_cast<std::size_t>(size);
  CHECK(got > 5'000'000);
  close(client);
}

TEST_CASE("Out of descriptors, the server waits without working, and goes on when there are some again") {
  Served served;
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const int client = served.Connect();  // the last descriptor that this process gets, or a little before it
  std::vector<int> fillers;
  const rlimit few{static_cast<rlim_t>(client) + 20, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
  const int waiting = socket(AF_INET, SOCK_STREAM, 0);
  for (int filler; (filler = dup(client)) >= 0;) fillers.push_back(filler);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(served.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = connect(waiting, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  const auto cpu = CpuTime();
  // For half a second there are none: a server that tries again and again works all the while.
  const timeval patience{0, 500'000};
  setsockopt(waiting, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  char byte = 0;
  const bool answered = recv(waiting, &byte, 1, 0) >= 0;
  const auto worked = CpuTime() - cpu;
  for (const int filler : fillers) close(filler);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE(connected);
  CHECK_FALSE(answered);
  CHECK(worked < std::chrono::milliseconds(100));

  const timeval long_patience{20, 0};
  setsockopt(waiting, SOL_SOCKET, SO_RCVTIMEO, &long_patience, sizeof(long_patience));
  const std::string get = "GET /echo?a=1 HTTP/1.1\r\nHost: x\r\n\r\n";
  REQUIRE(send(waiting, get.data(), get.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(get.size()));
  CHECK(recv(waiting, &byte, 1, 0) == 1);
  close(waiting);
  close(client);
}

TEST_CASE("An address that is taken, or none, is said") {
  Served served;
  for (const std::string& address : {"127.0.0.1:" + std::to_string(served.port), std::string("nonsense"),
                                     std::string("127.0.0.1:99999"), std::string("")}) {
    HttpServerOptions options;
    options.address = address;
    const auto started = MakeHttpServer(options)->Start();
    REQUIRE_FALSE(started);
    CHECK(started.error().message.find(address) != std::string::npos);
  }
}

}  // namespace
}  // namespace loadline
