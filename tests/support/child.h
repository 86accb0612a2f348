// Programs that a test starts, and ends at its own end.
#ifndef LOADLINE_TESTS_SUPPORT_CHILD_H_
#define LOADLINE_TESTS_SUPPORT_CHILD_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace loadline::testing {

class Child {
 public:
  // Starts `arguments[0]` (looked up in PATH), its output and errors together in the file `output`. `environment`:
  // further variables, "NAME=value". Throws where it cannot be started.
  Child(const std::vector<std::string>& arguments, const std::string& output,
        const std::vector<std::string>& environment = {});
  ~Child();  // kills it
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void Signal(int number) const;
  // Waits until it has ended; its exit code, or 128 + the signal's number. Throws after a minute.
  int Wait();
  bool running();
  pid_t pid() const { return pid_; }
  std::string Output() const;

 private:
  pid_t pid_ = -1;
  std::string output_;
  std::optional<int> exit_code_;
};

// Runs a program to its end.
struct Ran {
  int exit_code = 0;
  std::string output;
};
Ran RunProgram(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {},
               const std::string& input = "");

// A port of 127.0.0.1 that nobody listens on; for programs that cannot take a free one themselves.
int FreePort();

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_CHILD_H_
