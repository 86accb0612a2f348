// SQLite in the house's terms: a connection, statements, errors as values.
#ifndef LOADLINE_JOURNAL_SQLITE_DATABASE_H_
#define LOADLINE_JOURNAL_SQLITE_DATABASE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/uuid.h"

struct sqlite3;
struct sqlite3_stmt;

namespace loadline {

// A prepared statement that is used again and again. What it is given must live until the next Reset.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  explicit SqliteStatement(sqlite3_stmt* statement);

  SqliteStatement& Reset();  // forgets row and values
  SqliteStatement& Bind(std::int64_t value);
  SqliteStatement& Bind(double value);
  SqliteStatement& Bind(std::string_view value);
  SqliteStatement& Bind(const Uuid& value);
  template <class T>
  SqliteStatement& Bind(const std::optional<T>& value) {
    return value ? Bind(*value) : BindNull();
  }

  // Whether there is a (further) row.
  Result<bool> Step();
  // To its end; the rows are not looked at.
  Status Run();

  bool IsNull(int column) const;
  std::int64_t Integer(int column) const;
  double Number(int column) const;
  std::string Text(int column) const;
  Uuid Id(int column) const;

 private:
  SqliteStatement& BindNull();

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int next_ = 0;
};

class SqliteDatabase {
 public:
  // Fails with kNotFound (read_only, and there is none), kUnavailable, kPermissionDenied or kDataLoss.
  static Result<SqliteDatabase> Open(const std::string& path, bool read_only);

  // The call's code, the file's name and SQLite's words.
  tl::unexpected<Error> LatestError() const;

  // Statements without values and rows, separated by ";".
  Status Execute(const char* sql);
  Result<SqliteStatement> Prepare(std::string_view sql);
  // The number in the first column of the only row.
  Result<std::int64_t> Query(std::string_view sql);

  bool InTransaction() const;
  int ChangedRows() const;  // by the latest statement
  // Whether the file that is open is not the one that has its name any more: what is written would be lost.
  bool WasRemoved() const;
  void Interrupt() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit SqliteDatabase(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Close> database_;
  std::string path_;
};

}  // namespace loadline

#endif  // LOADLINE_JOURNAL_SQLITE_DATABASE_H_
