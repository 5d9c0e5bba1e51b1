#include "store/sqlite/database.h"

#include <sqlite3.h>
#include <time.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include "store/sqlite/names.h"

namespace flow::sqlite {

namespace {

// Statements kept prepared per connection for a user's SQL; more are prepared anew.
constexpr std::size_t kUserStatementsMax = 128;
// Virtual machine steps between two looks at whether a statement was cancelled: some 10 µs.
constexpr int kStepsBetweenChecks = 1000;
// How long a writer waits for another process's transaction when its own is about to end.
constexpr std::chrono::seconds kPatienceInHurry{1};
// After that, for each: a commit of another process is no reason to leave.
constexpr std::chrono::milliseconds kShortWait{50};
// A wait that people are told of.
constexpr std::chrono::seconds kLongWait{5};
// Naps while another process writes: short at first, for most transactions are.
constexpr long kNapMin_ns = 500'000, kNapMax_ns = 10'000'000;
constexpr int kShortNaps = 20;

int is_set(void* flag) {
  return static_cast<const std::atomic<bool>*>(flag)->load(std::memory_order_relaxed) ? 1 : 0;
}

bool is_own_table(const char* name) {
  return name != nullptr && sqlite3_strnicmp(name, "flow_", 5) == 0;
}

std::string disk_hint(const std::string& path) {
  return ": free space where " + path + " is, then it goes on by itself";
}

}  // namespace

struct Database::Authorizer {
  static int refuse_temp(Database& self) {
    self.refused_ =
        "TEMP objects would stay on the connection that all handlers share, and are refused: "
        "use a table of your own, or a WITH clause";
    return SQLITE_DENY;
  }
  static int decide(void* context, int action, const char* first, const char* second,
                    const char* schema, const char*) {
    auto& self = *static_cast<Database*>(context);
    if (!self.user_statement_) return SQLITE_OK;
    switch (action) {
      case SQLITE_TRANSACTION:
      case SQLITE_SAVEPOINT:
        self.refused_ =
            "a handler's SQL is part of its unit of work: it cannot begin, commit or roll back";
        return SQLITE_DENY;
      case SQLITE_ATTACH:
      case SQLITE_DETACH:
        self.refused_ = "a unit of work is one database: ATTACH and DETACH are refused";
        return SQLITE_DENY;
      case SQLITE_PRAGMA:
        self.refused_ = "PRAGMA would change the store's connection and is refused";
        return SQLITE_DENY;
      case SQLITE_CREATE_TEMP_TABLE:
      case SQLITE_CREATE_TEMP_INDEX:
      case SQLITE_CREATE_TEMP_TRIGGER:
      case SQLITE_CREATE_TEMP_VIEW:
        return refuse_temp(self);
      case SQLITE_CREATE_TABLE:
      case SQLITE_CREATE_VTABLE:
      case SQLITE_CREATE_TRIGGER:
      case SQLITE_CREATE_VIEW:
        if (schema != nullptr && sqlite3_stricmp(schema, "temp") == 0) return refuse_temp(self);
        self.defines_ = true;
        break;
      case SQLITE_ALTER_TABLE:
        self.defines_ = true;
        break;
      default:
        break;
    }
    // The table comes first; second for indexes, triggers and ALTER. In reads and updates, second
    // is a column, in function calls the function.
    const bool second_is_table =
        action != SQLITE_READ && action != SQLITE_UPDATE && action != SQLITE_FUNCTION;
    if (is_own_table(first) || (second_is_table && is_own_table(second))) {
      self.refused_ = "tables named flow_… are the store's own: use another name";
      return SQLITE_DENY;
    }
    return SQLITE_OK;
  }
};

Run::Run(Run&& other) noexcept
    : database_(other.database_), statement_(other.statement_), code_(other.code_) {
  other.statement_ = nullptr;
}

Run::~Run() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Run::bind(int index, std::int64_t value) {
  if (statement_ != nullptr) sqlite3_bind_int64(statement_, index, value);
}
void Run::bind(int index, std::string_view text) {
  if (statement_ == nullptr) return;
  const char* data = text.data() == nullptr ? "" : text.data();
  const int bound =
      sqlite3_bind_text64(statement_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (bound != SQLITE_OK) code_ = bound;
}
void Run::bind(int index, Blob bytes) {
  if (statement_ == nullptr) return;
  const void* data = bytes.data == nullptr ? "" : bytes.data;
  const int bound = sqlite3_bind_blob64(statement_, index, data, bytes.size, SQLITE_STATIC);
  if (bound != SQLITE_OK) code_ = bound;
}
void Run::bind(int index, double value) {
  if (statement_ != nullptr) sqlite3_bind_double(statement_, index, value);
}
void Run::bind(int index, std::nullptr_t) {
  if (statement_ != nullptr) sqlite3_bind_null(statement_, index);
}
void Run::bind(int index, const std::optional<std::int64_t>& value) {
  if (value) {
    bind(index, *value);
  } else {
    bind(index, nullptr);
  }
}
void Run::bind(int index, const SqlValue& value) {
  struct Binder {
    Run& run;
    int index;
    void operator()(std::monostate) const { run.bind(index, nullptr); }
    void operator()(std::int64_t integer) const { run.bind(index, integer); }
    void operator()(double real) const { run.bind(index, real); }
    void operator()(const std::string& text) const { run.bind(index, std::string_view{text}); }
    void operator()(const std::vector<std::byte>& bytes) const {
      run.bind(index, Blob{bytes.data(), bytes.size()});
    }
  };
  std::visit(Binder{*this, index}, value);
}

bool Run::next() {
  if (code_ != SQLITE_OK && code_ != SQLITE_ROW) return false;
  code_ = sqlite3_step(statement_);
  return code_ == SQLITE_ROW;
}

Result<void> Run::finish() {
  while (next()) {
  }
  if (!ok()) return error();
  return {};
}

bool Run::ok() const {
  return code_ == SQLITE_OK || code_ == SQLITE_ROW || code_ == SQLITE_DONE;
}
Error Run::error() const {
  return database_->translate(code_);
}

int Run::columns() const {
  return sqlite3_column_count(statement_);
}
bool Run::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::int64_t Run::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Run::text(int column) const {
  const void* data = sqlite3_column_text(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return {static_cast<const char*>(data), data == nullptr ? 0 : static_cast<std::size_t>(size)};
}
std::string_view Run::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return {static_cast<const char*>(data), data == nullptr ? 0 : static_cast<std::size_t>(size)};
}

SqlValue Run::value(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return integer(column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement_, column);
    case SQLITE_TEXT:
      return std::string{text(column)};
    case SQLITE_BLOB: {
      const std::string_view bytes = blob(column);
      std::vector<std::byte> copy(bytes.size());
      if (!bytes.empty()) std::memcpy(copy.data(), bytes.data(), bytes.size());
      return copy;
    }
    default:
      return std::monostate{};
  }
}

// SQLite's own handler sleeps up to 100 ms at a time, which is felt when two processes alternate.
int Database::wait_while_busy(void* database, int count) {
  auto& self = *static_cast<Database*>(database);
  const auto now = std::chrono::steady_clock::now();
  if (count == 0) {
    self.waiting_since_ = now;
    self.told_waiting_ = false;
  }
  const auto waited = now - self.waiting_since_;
  const bool late =
      now.time_since_epoch().count() >= self.hurry_until_.load() && waited >= kShortWait;
  if (late || waited >= std::min(self.patience_, self.wait_max_) ||
      self.stop_waiting_.stop_requested()) {
    return 0;
  }
  if (waited >= kLongWait && !self.told_waiting_ && self.waits_long_) {
    self.told_waiting_ = true;
    self.waits_long_();
  }
  const long slower = count < kShortNaps ? 1 : count - kShortNaps + 2;
  const timespec nap{0, std::min(kNapMin_ns * slower, kNapMax_ns)};
  nanosleep(&nap, nullptr);
  return 1;
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Mode mode,
                                                 microseconds patience) {
  std::unique_ptr<Database> database{new Database(path, patience)};
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == Mode::writer ? SQLITE_OPEN_CREATE : 0);
  const int opened = sqlite3_open_v2(path.c_str(), &database->handle_, flags, nullptr);
  if (opened != SQLITE_OK) return database->translate(opened);
  sqlite3_busy_handler(database->handle_, wait_while_busy, database.get());
  sqlite3_set_authorizer(database->handle_, Authorizer::decide, database.get());
  return database;
}

Database::~Database() {
  forget_all(own_);
  forget_all(user_);
  sqlite3_close_v2(handle_);
}

void Database::hurry() noexcept {
  const auto until = std::chrono::steady_clock::now() + kPatienceInHurry;
  std::int64_t unset = INT64_MAX;
  hurry_until_.compare_exchange_strong(unset, until.time_since_epoch().count());
}

void Database::forget_all(Cache& cache) {
  for (auto& [sql, statement] : cache) sqlite3_finalize(statement);
  cache.clear();
}

Run Database::prepare(std::string_view sql) {
  auto found = own_.find(sql);
  if (found != own_.end()) return Run{*this, found->second, SQLITE_OK};
  sqlite3_stmt* statement = nullptr;
  const int prepared = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (prepared != SQLITE_OK) return Run{*this, nullptr, prepared};
  own_.emplace(std::string{sql}, statement);
  return Run{*this, statement, SQLITE_OK};
}

Result<void> Database::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return translate(code);
  return {};
}

Result<void> Database::check_single(std::string_view tail) const {
  for (const char c : tail) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0 && c != ';') {
      return Error{Category::bug, "sql_several",
                   "one statement a call; what follows the first: " + std::string{tail}};
    }
  }
  return {};
}

Result<sqlite3_stmt*> Database::prepare_user(std::string_view sql) {
  const auto found = user_.find(sql);
  if (found != user_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  defines_ = false;
  const int prepared = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, &tail);
  if (prepared != SQLITE_OK) return translate(prepared);
  if (statement == nullptr) return Error{Category::bug, "sql_empty", "the statement is empty"};
  const auto used = static_cast<std::size_t>(tail - sql.data());
  if (Result<void> fit = check_prepared(sql.substr(0, used), sql.substr(used)); !fit) {
    sqlite3_finalize(statement);
    return fit.error();
  }
  if (user_.size() >= kUserStatementsMax) forget_all(user_);
  user_.emplace(std::string{sql}, statement);
  return statement;
}

Result<void> Database::check_prepared(std::string_view sql, std::string_view tail) {
  if (Result<void> single = check_single(tail); !single || !defines_) return single;
  user_statement_ = false;
  std::vector<std::string> own;
  Run run = query("SELECT lower(name) FROM sqlite_master WHERE name LIKE 'flow\\_%' ESCAPE '\\'");
  while (run.next()) own.emplace_back(run.text(0));
  user_statement_ = true;
  if (!run.ok()) return run.error();
  return check_definition(sql, own);
}

void Database::roll_back_to(std::string_view savepoint) {
  if (!in_transaction()) return;
  const std::string name{savepoint};
  const bool done = run("ROLLBACK TO " + name).ok() && run("RELEASE " + name).ok();
  if (!done && in_transaction()) (void)run("ROLLBACK");
}

Result<std::int64_t> Database::run_user(std::string_view sql, std::span<const SqlValue> values,
                                        std::vector<SqlRow>* rows, std::atomic<bool>& cancelled,
                                        Use use) {
  struct UserMode {
    Database& database;
    UserMode(Database& of, std::atomic<bool>& stop) : database(of) {
      // Not sqlite3_interrupt(): one that comes just before the statement begins is forgotten.
      sqlite3_progress_handler(database.handle_, kStepsBetweenChecks, is_set, &stop);
      database.user_statement_ = true;
      database.refused_.clear();
    }
    ~UserMode() {
      sqlite3_progress_handler(database.handle_, 0, nullptr, nullptr);
      database.user_statement_ = false;
    }
  } mode{*this, cancelled};
  const Result<sqlite3_stmt*> prepared = prepare_user(sql);
  if (!prepared) return prepared.error();
  sqlite3_stmt* const statement = *prepared;
  if (use == Use::read && sqlite3_stmt_readonly(statement) == 0) {
    return Error{Category::bug, "query_writes",
                 "a query only reads: what its handler writes would not be kept; let the handler "
                 "of a command write: " +
                     std::string{sql}};
  }
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(values.size())) {
    return Error{Category::bug, "sql_parameters",
                 "the statement has " + std::to_string(sqlite3_bind_parameter_count(statement)) +
                     " parameters, but " + std::to_string(values.size()) +
                     " values were given: " + std::string{sql}};
  }
  Run running{*this, statement, SQLITE_OK};
  for (std::size_t i = 0; i < values.size(); ++i) running.bind(static_cast<int>(i) + 1, values[i]);
  const std::int64_t before = sqlite3_total_changes64(handle_);
  while (running.next()) {
    if (rows == nullptr) continue;
    SqlRow& row = rows->emplace_back();
    for (int column = 0; column < running.columns(); ++column) row.push_back(running.value(column));
  }
  if (!running.ok()) return running.error();
  return sqlite3_total_changes64(handle_) == before ? 0 : changes();
}

bool Database::has_deferred_violations() const {
  int current = 0, highest = 0;
  sqlite3_db_status(handle_, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0);
  return current != 0;
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}
std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}
std::int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(handle_);
}

Error Database::translate(int code) const {
  const std::string said = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
  const std::string what = path_ + ": " + said;
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {Category::transient, "disk_full", what + disk_hint(path_)};
    case SQLITE_IOERR:
      return {Category::transient, "io",
              what + " (" + sqlite3_errstr(code) + "): check the disk and its free space"};
    case SQLITE_NOMEM:
      return {Category::transient, "no_memory", what};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Category::busy, "busy", what + ": another process holds its write lock"};
    case SQLITE_CONSTRAINT:
      return {Category::bug, "constraint", said};
    case SQLITE_READONLY:
      return {Category::transient, "read_only",
              what +
                  ": the file and its folder must be writable by this process (SQLite keeps a -wal "
                  "file beside it)"};
    case SQLITE_CANTOPEN:
      return {Category::transient, "cannot_open",
              what +
                  ": the folder must exist and be writable by this process (SQLite keeps a -wal "
                  "file beside it)"};
    case SQLITE_NOTADB:
      return {Category::bug, "not_a_database",
              what +
                  ": this file was written by something else; give the store another path, or move "
                  "the file away"};
    case SQLITE_CORRUPT:
      return {Category::bug, "corrupt",
              what +
                  ": stop the service, keep a copy, and restore a backup or salvage with `sqlite3 "
                  "FILE .recover`"};
    case SQLITE_INTERRUPT:
      return {Category::fenced, "interrupted",
              "the handling ran past its timeout, its SQL was interrupted"};
    case SQLITE_TOOBIG:
      return {Category::poison, "too_big", what + ": over SQLite's limit of 1 GB a value"};
    case SQLITE_AUTH:
      return {Category::bug, "sql_refused", refused_.empty() ? said : refused_};
    default:
      return {Category::bug, "sql", said};
  }
}

}  // namespace flow::sqlite
