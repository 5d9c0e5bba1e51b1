// The program that the fault runs start, kill and start again. It feeds the entries that are still
// missing (the feed's own progress is in the unit of work that sends them), handles what there is,
// and leaves when nothing remains. Built twice: with LEDGER_NEXT it is the program of the next
// contract, `ledger_next`. Every table is written without a unique key, so that a doubled
// effect shows.
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include "flow/host.h"
#ifdef LEDGER_NEXT
#include "ledger_next.flow.h"
#else
#include "ledger.flow.h"
#endif

namespace {

namespace m = faults::ledger;
using namespace std::chrono_literals;

struct Options {
  std::string store = "ledger.db";
  std::int64_t entries = 1000;
  std::int64_t accounts = 20;
  std::uint64_t seed = 1;
  std::int64_t fail_percent = 0;
  std::int64_t pace_ms = 0;  // between two units of the feed
  std::string crash_on;  // "account:number": the audit handler kills the process there, every time
  bool feed = true;
};

std::uint64_t mix(std::uint64_t x) {  // splitmix64's finaliser
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

class Faults {
 public:
  explicit Faults(const Options& options) : options_(options) {}

  void maybe_fail(const std::string& who, const m::Appended& entry, std::uint32_t attempt) const {
    std::uint64_t state = options_.seed;
    for (const char c : who + entry.account) state = mix(state ^ static_cast<unsigned char>(c));
    state = mix(state ^ static_cast<std::uint64_t>(entry.number) ^ (std::uint64_t{attempt} << 32));
    if (static_cast<std::int64_t>(state % 100) < options_.fail_percent) {
      throw std::runtime_error("injected failure in " + who);
    }
  }

  void maybe_crash(const m::Appended& entry) const {
    if (options_.crash_on == entry.account + ":" + std::to_string(entry.number)) {
      ::kill(::getpid(), SIGKILL);
    }
  }

 private:
  const Options& options_;
};

class Appends final : public m::Appends {
 public:
  void append(const m::Append& command, AppendContext& ctx) override {
    ctx.sql().execute("INSERT INTO appended(account, number) VALUES (?, ?)", command.account,
                      command.number);
    m::Appended event;
    event.account = command.account;
    event.number = command.number;
    event.amount = command.amount;
    ctx.publish(event);
  }
};

class Audit final : public m::Audit {
 public:
  explicit Audit(const Faults& faults) : faults_(faults) {}
  void record(const m::Appended& event, RecordContext& ctx) override {
    faults_.maybe_crash(event);
    ctx.sql().execute("INSERT INTO audit(account, number) VALUES (?, ?)", event.account,
                      event.number);
    faults_.maybe_fail("audit", event, ctx.attempt());  // after the write: it must be rolled back
  }

 private:
  const Faults& faults_;
};

class Mirror final : public m::Mirror {
 public:
  explicit Mirror(const Faults& faults) : faults_(faults) {}
  void copy(const m::Appended& event, CopyContext& ctx) override {
    faults_.maybe_fail("mirror", event, ctx.attempt());
    ctx.sql().execute("INSERT INTO mirror(account, number) VALUES (?, ?)", event.account,
                      event.number);
  }

 private:
  const Faults& faults_;
};

#ifdef LEDGER_NEXT
class Totals final : public m::Totals {
 public:
  explicit Totals(const Faults& faults) : faults_(faults) {}
  void add(const m::Appended& event, AddContext& ctx) override {
    ctx.sql().execute("INSERT INTO totals(account, number) VALUES (?, ?)", event.account,
                      event.number);
    faults_.maybe_fail("totals", event, ctx.attempt());
  }

 private:
  const Faults& faults_;
};

class Statements final : public m::Statements {
 public:
  void print(const m::Appended& event, PrintContext& ctx) override {
    if (event.memo != "none") throw std::runtime_error("the memo was lost");
    ctx.sql().execute("INSERT INTO statements(account, number) VALUES (?, ?)", event.account,
                      event.number);
  }
};
#endif

std::int64_t number(std::string_view text, const char* flag) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) {
    throw std::invalid_argument(std::string(flag) + " wants a number, not `" + std::string(text) +
                                "`");
  }
  return value;
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    const auto value = [&]() -> std::string_view {
      if (i + 1 >= argc) throw std::invalid_argument(flag + " wants a value");
      return argv[++i];
    };
    if (flag == "--store")
      options.store = value();
    else if (flag == "--entries")
      options.entries = number(value(), "--entries");
    else if (flag == "--accounts")
      options.accounts = number(value(), "--accounts");
    else if (flag == "--seed")
      options.seed = static_cast<std::uint64_t>(number(value(), "--seed"));
    else if (flag == "--fail")
      options.fail_percent = number(value(), "--fail");
    else if (flag == "--pace")
      options.pace_ms = number(value(), "--pace");
    else if (flag == "--crash-on")
      options.crash_on = value();
    else
      throw std::invalid_argument("unknown flag " + flag);
  }
  return options;
}

void create_tables(m::LedgerService& service) {
  service.bus().unit_of_work([](m::LedgerService::Bus&, flow::Sql& sql) {
    sql.execute("CREATE TABLE IF NOT EXISTS fed(one INTEGER PRIMARY KEY, entries INTEGER)");
    for (const char* table : {"appended", "audit", "mirror", "totals", "statements"}) {
      sql.execute("CREATE TABLE IF NOT EXISTS " + std::string{table} +
                  "(seq INTEGER PRIMARY KEY, account TEXT, number INTEGER)");
    }
    sql.execute("INSERT OR IGNORE INTO fed(one, entries) VALUES (1, 0)");
  });
}

// Sends the next entries; entry i is number i / accounts + 1 of account i % accounts. False at the
// end.
bool feed(m::LedgerService& service, const Options& options) {
  bool more = true;
  service.bus().unit_of_work([&](m::LedgerService::Bus& bus, flow::Sql& sql) {
    const auto rows = sql.query("SELECT entries FROM fed WHERE one = 1");
    std::int64_t next = std::get<std::int64_t>(rows.at(0).at(0));
    const std::int64_t end = std::min(next + 7, options.entries);
    for (; next < end; ++next) {
      bus.send(m::Append{"a" + std::to_string(next % options.accounts), next / options.accounts + 1,
                         next});
    }
    sql.execute("UPDATE fed SET entries = ? WHERE one = 1", next);
    more = next < options.entries;
  });
  return more;
}

// A full disk comes and goes in some runs: what the bus refuses is offered again.
template <typename Work>
void insist(Work work) {
  for (int refused = 0;; ++refused) {
    try {
      work();
      return;
    } catch (const flow::BusError& e) {
      if (refused > 600 || e.error.category == flow::Category::bug) throw;
    } catch (const flow::SqlError& e) {
      if (refused > 600 || e.error.category == flow::Category::bug) throw;
    }
    ::usleep(100'000);  // the pace of offers, not a wait for a condition
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = parse(argc, argv);
    const Faults faults{options};
    Appends appends;
    Audit audit{faults};
    Mirror mirror{faults};
#ifdef LEDGER_NEXT
    Totals totals{faults};
    Statements statements;
    m::LedgerService service{{.appends = appends,
                              .audit = audit,
                              .mirror = mirror,
                              .totals = totals,
                              .statements = statements}};
#else
    m::LedgerService service{{.appends = appends, .audit = audit, .mirror = mirror}};
#endif

    flow::HostOptions host_options;
    host_options.store_path = options.store;
    auto host = flow::Host::open(service, host_options);
    if (!host) {
      std::fprintf(stderr, "ledger: %s\n", host.error().text.c_str());
      return 1;
    }
    insist([&] { create_tables(service); });
    (*host)->start();
    bool more = true;
    while (more) {
      insist([&] { more = feed(service, options); });
      if (options.pace_ms > 0) ::usleep(static_cast<useconds_t>(options.pace_ms) * 1000);
    }
    if (!(*host)->wait_idle(120s, 30s)) {
      std::fprintf(stderr, "ledger: not idle after 120 s\n");
      return 1;
    }
    return (*host)->drain() ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "ledger: %s\n", e.what());
    return 2;
  }
}
