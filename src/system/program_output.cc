#include "system/program_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

extern char** environ;

namespace loadline {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;

std::vector<std::string> EnvironmentOf(const ProgramRun& run) {
  std::vector<std::string> all;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view own = *each;
    const bool replaced = std::any_of(run.environment.begin(), run.environment.end(), [&](const auto& variable) {
      return own.substr(0, own.find('=')) == variable.first;
    });
    if (!replaced) all.emplace_back(own);
  }
  for (const auto& [name, value] : run.environment) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& each : words) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts it with `output` as its standard output; an errno where it cannot be.
int Start(const ProgramRun& run, int output, pid_t& pid) {
  std::vector<std::string> words = {run.program};
  words.insert(words.end(), run.arguments.begin(), run.arguments.end());
  std::vector<std::string> variables = EnvironmentOf(run);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (!run.may_ask) posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  const int failed =
      posix_spawnp(&pid, run.program.c_str(), &actions, nullptr, Pointers(words).data(), Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  return failed;
}

// All there is, up to one byte more than is allowed.
std::string ReadAll(int input) {
  std::string text;
  std::array<char, 4096> part;
  while (text.size() <= kMostBytes) {
    const ssize_t count = read(input, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(part.data(), static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace

Result<std::string> OutputOf(const ProgramRun& run) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return Fail(Code::kResourceExhausted, fmt::format("{}: {}", run.program, std::strerror(errno)));
  pid_t pid = -1;
  const int failed = Start(run, ends[1], pid);
  close(ends[1]);
  std::string text = failed == 0 ? ReadAll(ends[0]) : "";
  close(ends[0]);
  if (failed != 0) {
    return Fail(failed == ENOENT ? Code::kNotFound : Code::kUnavailable,
                fmt::format("{}: {}", run.program, std::strerror(failed)));
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (text.size() > kMostBytes)
    return Fail(Code::kResourceExhausted, fmt::format("{}: says more than {} bytes", run.program, kMostBytes));
  if (WIFSIGNALED(status))
    return Fail(Code::kUnavailable, fmt::format("{}: was ended by signal {}", run.program, WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0)
    return Fail(Code::kUnavailable, fmt::format("{}: ended with exit code {}", run.program, WEXITSTATUS(status)));
  return text;
}

}  // namespace loadline
