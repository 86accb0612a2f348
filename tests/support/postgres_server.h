// A real PostgreSQL, on a socket in a temporary folder. The server refuses to run as root: then it runs as the user
// `postgres`, whom its package makes.
#ifndef LOADLINE_TESTS_SUPPORT_POSTGRES_SERVER_H_
#define LOADLINE_TESTS_SUPPORT_POSTGRES_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/temp_dir.h"

namespace loadline::testing {

class PostgresServer {
 public:
  PostgresServer();  // starts it; throws with what is missing where it cannot
  ~PostgresServer();

  void Start();
  void Stop();       // as an operator does, without waiting for clients
  void Terminate();  // as a crash does

  // A new database of its own, and its URL.
  std::string MakeDatabase();
  // Runs SQL in a database; what psql prints, fields separated by "|". Throws where it fails.
  std::string Run(const std::string& url, const std::string& sql) const;

 private:
  std::vector<std::string> AsServer(std::vector<std::string> arguments) const;

  std::string bin_;  // the folder of the programs
  TempDir dir_;
  std::unique_ptr<Child> child_;
  int databases_ = 0;
};

// The one of this program, started when it is first asked for.
PostgresServer& SharedPostgres();

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_POSTGRES_SERVER_H_
