#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flow/message.h"
#include "flow/result.h"
#include "flow/sql.h"
#include "flow/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace flow::sqlite {

/// Bytes to bind as a blob; read during the call only.
struct Blob {
  const void* data = nullptr;
  std::size_t size = 0;
};

class Database;

/// How long another process's transaction is waited for, unless it is said.
inline constexpr microseconds kPatience{5'000'000};

/// A statement being run: binds, steps, and gives the statement back to its cache when destroyed.
class Run {
 public:
  Run(Database& database, sqlite3_stmt* statement, int failed)
      : database_(&database), statement_(statement), code_(failed) {}
  Run(Run&& other) noexcept;
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  Run& operator=(Run&&) = delete;
  ~Run();

  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view text);
  void bind(int index, const std::string& text) { bind(index, std::string_view{text}); }
  void bind(int index, const std::optional<std::string>& text) {
    if (text) {
      bind(index, std::string_view{*text});
    } else {
      bind(index, nullptr);
    }
  }
  void bind(int index, Blob bytes);
  void bind(int index, double value);
  void bind(int index, std::nullptr_t);
  void bind(int index, const SqlValue& value);
  void bind(int index, const std::optional<std::int64_t>& value);
  template <typename... Args>
  void bind_all(const Args&... args) {
    int index = 0;
    (bind(++index, args), ...);
  }

  /// True: there is a row. False: no more, or an error.
  bool next();
  /// Steps to the end.
  Result<void> finish();
  bool ok() const;
  Error error() const;

  int columns() const;
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  /// Valid until the next step.
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  SqlValue value(int column) const;

 private:
  Database* database_;
  sqlite3_stmt* statement_;
  int code_;
};

/// One connection. Not thread-safe: one user at a time, which may be another thread each time.
class Database {
 public:
  enum class Mode { writer, reader };
  /// `patience`: how long another process's transaction is waited for, then `busy`.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Mode mode,
                                                microseconds patience = kPatience);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs a statement of ours to its end.
  template <typename... Args>
  Result<void> run(std::string_view sql, const Args&... args) {
    Run running = query(sql, args...);
    return running.finish();
  }
  template <typename... Args>
  Run query(std::string_view sql, const Args&... args) {
    Run running = prepare(sql);
    running.bind_all(args...);
    return running;
  }
  /// The first column of the only row.
  template <typename... Args>
  Result<std::int64_t> scalar(std::string_view sql, const Args&... args) {
    Run running = query(sql, args...);
    if (running.next()) return running.integer(0);
    if (!running.ok()) return running.error();
    return Error{Category::bug, "no_row", "no row from: " + std::string{sql}};
  }
  Run prepare(std::string_view sql);
  /// Several statements, not cached.
  Result<void> script(const std::string& sql);

  /// A user's statement: what is the store's own is refused, and with Use::read what writes. It
  /// ends soon after `cancelled` became true.
  enum class Use { write, read };
  Result<std::int64_t> run_user(std::string_view sql, std::span<const SqlValue> values,
                                std::vector<SqlRow>* rows, std::atomic<bool>& cancelled, Use use);
  /// Ends the savepoint and takes back what was done since. Where that fails, the whole transaction
  /// is rolled back: nothing of it can commit by half.
  void roll_back_to(std::string_view savepoint);

  /// Bounds the waits for another process's transaction from here on: at most `most` of the
  /// patience, and no longer once `stop` says so.
  void limit_waits(microseconds most, std::stop_token stop) {
    wait_max_ = most;
    stop_waiting_ = std::move(stop);
  }
  void unlimit_waits() { limit_waits(microseconds::max(), {}); }
  /// Called once in each wait that is a long one, by the thread that waits.
  void when_waiting_long(std::function<void()> tell) { waits_long_ = std::move(tell); }
  /// From any thread: all waits together last about a second from now on.
  void hurry() noexcept;
  /// Foreign keys that a commit would refuse.
  bool has_deferred_violations() const;

  bool in_transaction() const;
  std::int64_t changes() const;
  std::int64_t last_row() const;
  const std::string& path() const { return path_; }
  Error translate(int code) const;

 private:
  friend class Run;
  struct Authorizer;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Cache = std::unordered_map<std::string, sqlite3_stmt*, Hash, std::equal_to<>>;
  Database(std::string path, microseconds patience) : path_(std::move(path)), patience_(patience) {}
  static int wait_while_busy(void* database, int count);
  Result<void> check_single(std::string_view tail) const;
  Result<sqlite3_stmt*> prepare_user(std::string_view sql);
  Result<void> check_prepared(std::string_view sql, std::string_view tail);
  void forget_all(Cache& cache);

  std::string path_;
  microseconds patience_;
  microseconds wait_max_ = microseconds::max();
  std::stop_token stop_waiting_;
  std::function<void()> waits_long_;
  bool told_waiting_ = false;
  std::atomic<std::int64_t> hurry_until_{INT64_MAX};  // of the steady clock, in its ticks
  std::chrono::steady_clock::time_point waiting_since_;
  sqlite3* handle_ = nullptr;
  bool user_statement_ = false;
  bool defines_ = false;  // the statement being prepared creates or alters something
  std::string refused_;   // what the authorizer objected to
  Cache own_;
  Cache user_;
};

}  // namespace flow::sqlite
