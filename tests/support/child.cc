#include "support/child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>

#include "support/eventually.h"
#include "support/temp_dir.h"

namespace loadline::testing {

Child::Child(const std::vector<std::string>& arguments, const std::string& output,
             const std::vector<std::string>& environment)
    : output_(output) {
  std::vector<char*> argv;
  for (const std::string& each : arguments) argv.push_back(const_cast<char*>(each.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> env;
  for (char** each = environ; *each != nullptr; ++each) env.push_back(*each);
  for (const std::string& each : environment) env.push_back(const_cast<char*>(each.c_str()));
  env.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  // Test runners may leave signals blocked; a child is to start as from a shell.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  const int failed = posix_spawnp(&pid_, argv[0], &actions, &attributes, argv.data(), env.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) throw std::runtime_error("cannot start " + arguments[0]);
}

Child::~Child() {
  if (exit_code_) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Child::Signal(int number) const { kill(pid_, number); }

bool Child::running() {
  if (exit_code_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

int Child::Wait() {
  if (!Eventually([this] { return !running(); }, std::chrono::minutes(2)))
    throw std::runtime_error("a child does not end");
  return *exit_code_;
}

std::string Child::Output() const {
  std::ostringstream text;
  text << std::ifstream(output_).rdbuf();
  return text.str();
}

Ran RunProgram(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
               const std::string& input) {
  const TempDir dir;
  std::vector<std::string> shell = {"/bin/sh", "-c", "f=$1; shift; exec \"$@\" <\"$f\"", "sh", dir.Write("in", input)};
  shell.insert(shell.end(), arguments.begin(), arguments.end());
  Child child(shell, dir / "out", environment);
  const int exit_code = child.Wait();
  return {exit_code, child.Output()};
}

int FreePort() {
  // Below what the kernel hands out for connections: one of those must not take it before the program listens there.
  constexpr int kFirst = 10000, kLast = 19999;
  std::uniform_int_distribution<int> any(kFirst, kLast);
  std::random_device random;
  for (int attempt = 0; attempt < 100; ++attempt) {
    const int port = any(random);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    const bool free = bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    close(listener);
    if (free) return port;
  }
  throw std::runtime_error("no free port");
}

}  // namespace loadline::testing
