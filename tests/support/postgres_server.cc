#include "support/postgres_server.h"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "support/eventually.h"

namespace loadline::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUser = "postgres";

// Debian keeps the programs of each version apart, and out of PATH.
std::string FindPrograms() {
  std::error_code ignored;
  for (const auto& each : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const fs::path bin = each.path() / "bin";
    if (fs::exists(bin / "initdb")) return bin.string();
  }
  throw std::runtime_error(
      "PostgreSQL is not installed, and the journal is tested with it: .ci/setup installs the package postgresql");
}

}  // namespace

PostgresServer::PostgresServer() : bin_(FindPrograms()) {
  fs::create_directory(dir_.path() / "data");
  fs::create_directory(dir_.path() / "socket");
  if (getuid() == 0) {
    const passwd* user = getpwnam(kUser);
    if (user == nullptr) throw std::runtime_error("there is no user postgres to run PostgreSQL as");
    for (const char* each : {"data", "socket"}) {
      if (chown((dir_ / each).c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("chown failed");
    }
    fs::permissions(dir_.path(), fs::perms::others_exec | fs::perms::others_read, fs::perm_options::add);
  }
  const Ran made = RunProgram(AsServer({bin_ + "/initdb", "--no-sync", "--auth=trust", "--username=loadline",
                                        "--encoding=UTF8", "--locale=C", "--pgdata=" + (dir_ / "data")}));
  if (made.exit_code != 0) throw std::runtime_error("initdb: " + made.output);
  Start();
}

PostgresServer::~PostgresServer() {
  if (child_ != nullptr) Stop();
}

std::vector<std::string> PostgresServer::AsServer(std::vector<std::string> arguments) const {
  if (getuid() == 0) {
    const std::vector<std::string> as = {"setpriv", std::string("--reuid=") + kUser, std::string("--regid=") + kUser,
                                         "--clear-groups"};
    arguments.insert(arguments.begin(), as.begin(), as.end());
  }
  return arguments;
}

void PostgresServer::Start() {
  // What the kernel has is as good as on the disk: no test cuts the power.
  child_ = std::make_unique<Child>(AsServer({bin_ + "/postgres", "-D", dir_ / "data", "-k", dir_ / "socket", "-c",
                                             "listen_addresses=", "-c", "fsync=off"}),
                                   dir_ / "postgres.log");
  const bool ready = Eventually(
      [&] {
        return !child_->running() ||
               RunProgram({bin_ + "/pg_isready", "-q", "-h", dir_ / "socket", "-U", "loadline"}).exit_code == 0;
      },
      std::chrono::seconds(60));
  if (!ready || !child_->running()) throw std::runtime_error("PostgreSQL does not start: " + child_->Output());
}

void PostgresServer::Stop() {
  child_->Signal(SIGINT);  // "fast": clients are sent away
  child_->Wait();
  child_ = nullptr;
}

void PostgresServer::Terminate() {
  child_->Signal(SIGQUIT);  // "immediate": no shutdown, the next start recovers from its log
  child_->Wait();
  child_ = nullptr;
}

std::string PostgresServer::MakeDatabase() {
  const std::string name = "journal_" + std::to_string(++databases_);
  const std::string base = "postgresql://loadline@/";
  const std::string host = "?host=" + (dir_ / "socket");
  Run(base + "postgres" + host, "CREATE DATABASE " + name);
  return base + name + host;
}

std::string PostgresServer::Run(const std::string& url, const std::string& sql) const {
  const Ran ran =
      RunProgram({bin_ + "/psql", "--no-psqlrc", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, url});
  if (ran.exit_code != 0) throw std::runtime_error("psql: " + ran.output);
  std::string text = ran.output;
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

PostgresServer& SharedPostgres() {
  static PostgresServer server;
  return server;
}

}  // namespace loadline::testing
