#include "journal/sqlite_database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>

namespace loadline {
namespace {

constexpr int kBusyMs = 1000;
constexpr std::size_t kUuidBytes = 16;

Code CodeOf(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_FULL: return Code::kResourceExhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Code::kDataLoss;
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH: return Code::kInvalidArgument;
    default: return Code::kUnavailable;
  }
}

Error ErrorOf(sqlite3* database, std::string_view path) {
  const int code = database == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(database);
  const int errno_there = database == nullptr ? 0 : sqlite3_system_errno(database);
  std::string words = database == nullptr ? "no memory" : sqlite3_errmsg(database);
  if (errno_there != 0) words += fmt::format(" ({})", std::generic_category().message(errno_there));
  return {CodeOf(code), path.empty() ? words : fmt::format("{}: {}", path, words)};
}

}  // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteStatement::SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}

SqliteStatement& SqliteStatement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  next_ = 0;
  return *this;
}

// A value that does not fit makes Step fail: its result is the one that is looked at.
SqliteStatement& SqliteStatement::Bind(std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), ++next_, value);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(double value) {
  sqlite3_bind_double(statement_.get(), ++next_, value);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(std::string_view value) {
  // A null pointer would be NULL.
  const char* text = value.data() == nullptr ? "" : value.data();
  sqlite3_bind_text64(statement_.get(), ++next_, text, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(const Uuid& value) {
  std::array<unsigned char, kUuidBytes> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<unsigned char>(value.high >> (56 - 8 * i));
    bytes[i + 8] = static_cast<unsigned char>(value.low >> (56 - 8 * i));
  }
  sqlite3_bind_blob64(statement_.get(), ++next_, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

SqliteStatement& SqliteStatement::BindNull() {
  sqlite3_bind_null(statement_.get(), ++next_);
  return *this;
}

Result<bool> SqliteStatement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3* database = sqlite3_db_handle(statement_.get());
  return Fail(ErrorOf(database, sqlite3_db_filename(database, "main")));
}

Status SqliteStatement::Run() {
  while (true) {
    const Result<bool> row = Step();
    if (!row) return Fail(row.error());
    if (!*row) return {};
  }
}

bool SqliteStatement::IsNull(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
std::int64_t SqliteStatement::Integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
double SqliteStatement::Number(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string SqliteStatement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return text == nullptr ? ""
                         : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

Uuid SqliteStatement::Id(int column) const {
  const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement_.get(), column));
  Uuid uuid;
  if (bytes == nullptr || sqlite3_column_bytes(statement_.get(), column) != static_cast<int>(kUuidBytes)) return uuid;
  for (std::size_t i = 0; i < 8; ++i) {
    uuid.high = uuid.high << 8 | bytes[i];
    uuid.low = uuid.low << 8 | bytes[i + 8];
  }
  return uuid;
}

void SqliteDatabase::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<SqliteDatabase> SqliteDatabase::Open(const std::string& path, bool read_only) {
  sqlite3* opened = nullptr;
  const int flags = (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  SqliteDatabase database(opened, path);
  if (code != SQLITE_OK) {
    Error error = ErrorOf(opened, path);
    if (code == SQLITE_CANTOPEN && sqlite3_system_errno(opened) == ENOENT) error.code = Code::kNotFound;
    return Fail(std::move(error));
  }
  sqlite3_busy_timeout(opened, kBusyMs);
  return database;
}

tl::unexpected<Error> SqliteDatabase::LatestError() const { return Fail(ErrorOf(database_.get(), path_)); }

Status SqliteDatabase::Execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return LatestError();
  return {};
}

Result<SqliteStatement> SqliteDatabase::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return LatestError();
  return SqliteStatement(statement);
}

Result<std::int64_t> SqliteDatabase::Query(std::string_view sql) {
  Result<SqliteStatement> statement = Prepare(sql);
  if (!statement) return Fail(statement.error());
  const Result<bool> row = statement->Step();
  if (!row) return Fail(row.error());
  return *row ? statement->Integer(0) : 0;
}

bool SqliteDatabase::InTransaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
int SqliteDatabase::ChangedRows() const { return sqlite3_changes(database_.get()); }

bool SqliteDatabase::WasRemoved() const {
  int moved = 0;
  sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

void SqliteDatabase::Interrupt() const { sqlite3_interrupt(database_.get()); }

}  // namespace loadline
