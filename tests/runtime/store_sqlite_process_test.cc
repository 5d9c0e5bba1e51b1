#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <set>
#include <thread>

#include "flow/handling.h"
#include "store/sqlite/holder.h"
#include "store_fixture.h"

// Several processes, and processes that die.

using namespace store_test;
using flow::sqlite::HolderFile;
using flow::sqlite::Holding;
using flow::sqlite::this_process;

namespace {

/// Handles channel `plain` until `stop` says so: each alpha writes its effect and sends a beta, in
/// one unit.
class Worker {
 public:
  Worker(const std::string& path) : store_(open_sqlite(path, with_, clock_).value()) {
    (void)store_->register_topology();
  }

  template <typename Stop>
  void run(Stop stop) {
    while (!*store_->claim(kPlain)) std::this_thread::sleep_for(1ms);
    while (!stop(*store_)) {
      std::vector<Delivery> got;
      (void)store_->load(kPlain, 8, got);
      (void)store_->load_rows(kPlain, clock_.now() + 1h, 8, got);
      for (const Delivery& delivery : got) handle(delivery);
    }
    store_->release(kPlain);
  }

 private:
  void handle(const Delivery& delivery) {
    UnitOfWork unit;
    unit.channel = kPlain;
    unit.consumed = delivery;
    if (delivery.message->type == kAlpha) {
      auto sql = store_->open_sql(30s).value();
      sql->execute("CREATE TABLE IF NOT EXISTS effect(id INTEGER)");
      sql->execute("INSERT INTO effect VALUES (?)", delivery.ordinal);
      unit.sql = std::move(sql);
      Message beta;
      beta.type = kBeta;
      beta.payload = delivery.message->payload;
      unit.outgoing.push_back({std::move(beta), {}});
    }
    store_->submit(std::move(unit), reports_, ++token_);
  }

  struct Ignore final : CommitListener {
    void committed(std::uint64_t, const Result<Committed>&) noexcept override {}
  };
  Topology with_ = topology();
  SystemClock clock_;
  Ignore reports_;
  std::uint64_t token_ = 0;
  std::unique_ptr<Store> store_;
};

std::uint64_t left(Store& store) {
  return store.stats(kPlain, Timestamp{}).value().depth;
}

}  // namespace

TEST_CASE("kill -9 at random points: every delivery has its effect exactly once") {
  TempDir folder;
  const std::string path = folder.file("store.db");
  constexpr int kMessagesSent = 1500, kKills = 20;
  {
    const pid_t child = ::fork();  // the parent never has the store open while it forks
    if (child == 0) {
      const Topology with = topology();
      SystemClock clock;
      Reports reports;
      auto store = open_sqlite(path, with, clock).value();
      (void)store->register_topology();
      for (int i = 0; i < kMessagesSent; ++i) {
        UnitOfWork unit;
        Message message;
        message.payload = std::to_string(i);
        unit.outgoing.push_back({std::move(message), {}});
        store->submit(std::move(unit), reports, static_cast<std::uint64_t>(i));
      }
      reports.wait_count(kMessagesSent);
      ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
  }
  std::mt19937 random(7);
  int killed = 0;
  for (int round = 0;; ++round) {
    REQUIRE(round < kKills + 50);
    const pid_t child = ::fork();
    if (child == 0) {
      Worker worker(path);
      worker.run([](Store& store) { return left(store) == 0; });
      ::_exit(0);
    }
    if (killed < kKills) {
      ::usleep(static_cast<useconds_t>(2'000 + random() % 25'000));
      if (::kill(child, SIGKILL) == 0) ++killed;
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) break;
  }
  CHECK(killed > 5);
  const Topology with = topology();
  SystemClock clock;
  auto store = open_sqlite(path, with, clock).value();
  auto sql = store->open_sql(5s).value();
  const SqlRow row = sql->query("SELECT count(*), count(DISTINCT id) FROM effect").at(0);
  CHECK(row == SqlRow{std::int64_t{kMessagesSent}, std::int64_t{kMessagesSent}});
  sql.reset();
  CHECK(store->stats(kOther, clock.now()).value().depth == kMessagesSent);
}

TEST_CASE(
    "a process that dies without releasing: what it had begun becomes rows, the rest stays in "
    "line") {
  Fixture<SqliteBackend> f;
  for (int i = 0; i < 400; ++i) f.publish(kAlpha, std::to_string(i % 3));
  f.claim(kKeyed);
  std::vector<Delivery> got;
  f.require(f.store->load(kKeyed, 4, got));
  f.require(f.submit(f.consume(got[1])));
  const std::unique_ptr<Store> second = f.reopen();
  CHECK(!*second->claim(kKeyed));  // its lease is alive
  f.store.reset();                 // gone without a release
  REQUIRE(*second->claim(kKeyed));
  std::vector<Delivery> rows;
  f.require(second->load_rows(kKeyed, f.clock.now(), 1000, rows));
  // The first of each key is due, in order of position, with attempts 0; the others wait behind it.
  REQUIRE(rows.size() == 3);
  std::set<std::string> keys;
  for (const Delivery& row : rows) {
    CHECK(row.attempts == 0);
    CHECK(row.ordinal != 2);
    keys.insert(*row.message->key);
  }
  CHECK(keys.size() == 3);
  const StoredChannelStats stats = second->stats(kKeyed, f.clock.now()).value();
  CHECK(stats.depth == 399);
  CHECK(stats.waiting > 3);
  std::vector<Delivery> in_line;
  f.require(second->load(kKeyed, 1000, in_line));
  CHECK(in_line.size() == 399 - stats.waiting - 3);
  for (const Delivery& delivery : in_line) CHECK(delivery.key_held);
}

TEST_CASE("a lease that is not renewed is taken over, and its old owner can no longer commit") {
  Fixture<SqliteBackend> f;
  f.publish(kAlpha);
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain);
  const std::unique_ptr<Store> second = f.reopen();
  f.clock.advance(4s);
  CHECK(!*second->claim(kPlain));
  f.require(f.store->renew({}));
  f.clock.advance(4s);
  CHECK(!*second->claim(kPlain));
  f.clock.advance(2s);
  CHECK(*second->claim(kPlain));
  const Result<Committed> refused = f.submit(f.consume(got[0]));
  REQUIRE(!refused);
  CHECK(refused.error().category == Category::fenced);
  CHECK(refused.error().code == "lease_lost");
  const Result<void> renewed = f.store->renew({});
  REQUIRE(!renewed);
  CHECK(renewed.error().category == Category::fenced);
  CHECK(!*f.store->claim(kPlain));
  std::vector<Delivery> rows;
  f.require(second->load_rows(kPlain, f.clock.now(), 10, rows));
  CHECK(rows.size() == 1);
  second->release(kPlain);
  CHECK(*f.store->claim(kPlain));
}

TEST_CASE("a wall clock that is set neither ends a lease nor prolongs one") {
  Fixture<SqliteBackend> f;
  f.claim(kPlain);
  const std::unique_ptr<Store> second = f.reopen();
  f.clock.jump(1h);
  CHECK(!*second->claim(kPlain));
  f.clock.jump(-2h);
  f.clock.advance(4s);
  CHECK(!*second->claim(kPlain));
  f.require(f.store->renew({}));
  f.clock.advance(4s);
  CHECK(!*second->claim(kPlain));
  f.clock.advance(2s);
  CHECK(*second->claim(kPlain));
}

TEST_CASE("a killed process's channels are free at once, its lease is not waited for") {
  TempDir folder;
  const std::string path = folder.file("store.db");
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Topology with = topology();
    SystemClock clock;
    auto store = open_sqlite(path, with, clock).value();
    (void)store->register_topology();
    const char claimed = *store->claim(kPlain) ? 'y' : 'n';
    (void)!::write(ready[1], &claimed, 1);
    ::pause();
    ::_exit(0);
  }
  char claimed = '?';
  REQUIRE(::read(ready[0], &claimed, 1) == 1);
  REQUIRE(claimed == 'y');
  {
    const Topology with = topology();
    SystemClock clock;
    auto store = open_sqlite(path, with, clock).value();
    CHECK(!*store->claim(kPlain));
    ::kill(child, SIGKILL);
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) ==
            0);  // dead, still a zombie
    CHECK(*store->claim(kPlain));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("what another process writes is told within milliseconds") {
  Fixture<SqliteBackend> f;
  f.claim(kPlain);  // a node: the other process knows whom to tell
  const std::unique_ptr<Store> second = f.reopen();
  Reports reports;
  double worst_ms = 0;
  for (int i = 1; i <= 20; ++i) {
    UnitOfWork unit;
    unit.outgoing.push_back({f.message(kAlpha, std::to_string(i)), {}});
    second->submit(std::move(unit), reports, static_cast<std::uint64_t>(i));
    f.require(reports.wait(static_cast<std::uint64_t>(i)));
    const auto durable = std::chrono::steady_clock::now();
    REQUIRE(f.wakes.wait_all(i));
    const std::chrono::duration<double, std::milli> took =
        std::chrono::steady_clock::now() - durable;
    worst_ms = std::max(worst_ms, took.count());
    CHECK(f.load(kPlain).size() == 1);
  }
  MESSAGE("foreign wake-up, worst of 20: " << worst_ms << " ms");
  CHECK(worst_ms < 500);
  f.publish(kAlpha);  // and our own is not taken for foreign
  CHECK(f.wakes.wait_channel(kPlain));
}

TEST_CASE("two processes publish and consume on one file: nothing lost, nothing doubled") {
  Fixture<SqliteBackend> f;
  const std::unique_ptr<Store> second = f.reopen();
  Reports reports;
  constexpr std::uint64_t kEach = 300;
  std::thread other([&] {
    for (std::uint64_t i = 0; i < kEach; ++i) {
      UnitOfWork unit;
      Message message;
      message.id = Uuid::v7(f.clock.now(), 100'000 + i);
      unit.outgoing.push_back({std::move(message), {}});
      second->submit(std::move(unit), reports, i);
    }
    reports.wait_count(kEach);
  });
  f.claim(kPlain);
  std::set<Uuid> seen;
  std::uint64_t consumed = 0, published = 0;
  std::uint64_t last = 0;
  while (consumed < 2 * kEach) {
    if (published < kEach) {
      f.publish(kAlpha);
      ++published;
    }
    for (const Delivery& delivery : f.load(kPlain)) {
      CHECK(delivery.ordinal == ++last);
      CHECK(seen.insert(delivery.message->id).second);
      f.require(f.submit(f.consume(delivery)));
      ++consumed;
    }
  }
  other.join();
  CHECK(f.stats(kPlain).depth == 0);
}

TEST_CASE(
    "an endpoint no longer declared is an orphan: its deliveries are counted and can be retired") {
  Fixture<SqliteBackend> f;
  for (int i = 0; i < 5; ++i) f.publish(kAlpha, std::to_string(i));
  f.claim(kKeyed);
  const std::vector<Delivery> got = f.load(kKeyed);
  f.require(f.submit(f.consume(got[2])));
  f.put(got[0], f.clock.now() + 1h);
  f.store->release(kKeyed);
  f.store.reset();
  const Endpoint fewer[] = {kEndpoints[1], kEndpoints[2], kEndpoints[3]};
  Topology without = topology();
  without.endpoints = fewer;
  {
    auto store = open_sqlite(f.backend.folder.file("store.db"), without, f.clock).value();
    f.require(store->register_topology());
    UnitOfWork later;  // published after it was dropped: not for it
    later.outgoing.push_back({f.message(kAlpha, "later"), {}});
    Reports reports;
    store->submit(std::move(later), reports, 1);
    f.require(reports.wait(1));
    const std::vector<Orphan> orphans = store->orphans().value();
    REQUIRE(orphans.size() == 1);
    CHECK(orphans[0].endpoint == "a.keyed");
    CHECK(orphans[0].channel == "keyed");
    CHECK(orphans[0].deliveries == 4);
    CHECK(store->retire("a.keyed").value() == 4);
    CHECK(store->orphans().value().empty());
    const std::vector<DeadLetter> dead = store->dead_letters({}).value();
    REQUIRE(dead.size() == 4);
    std::set<std::uint64_t> ordinals;
    for (const DeadLetter& letter : dead) {
      CHECK(letter.reason == "no such endpoint");
      CHECK(letter.endpoint == "a.keyed");
      ordinals.insert(letter.ordinal);
    }
    CHECK(ordinals == std::set<std::uint64_t>{1, 2, 4, 5});
    const std::vector<std::int64_t> ids{dead[0].id};
    CHECK(store->replay(ids, f.clock.now()).value() == 0);  // its endpoint does not exist
  }
  f.store = f.reopen();  // declared again: a new endpoint, from the end on
  f.require(f.store->register_topology());
  CHECK(f.stats(kKeyed).depth == 0);
  f.publish(kAlpha, "fresh");
  CHECK(f.stats(kKeyed).depth == 1);
}

TEST_CASE("who holds the write side of the file is named to other processes, until it ends") {
  TempDir folder;
  const std::string path = folder.file("store.db");
  int held[2], go_on[2];
  REQUIRE(::pipe(held) == 0);
  REQUIRE(::pipe(go_on) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Topology with = topology();
    SystemClock clock;
    auto store = open_sqlite(path, with, clock).value();
    (void)store->register_topology();
    auto sql = store->open_sql(5s, {.channel = "orders", .handler = "shop.place"}).value();
    const char is = 'h';
    (void)!::write(held[1], &is, 1);
    char end = 0;
    (void)!::read(go_on[0], &end, 1);
    ::_exit(0);  // with the lock: what it wrote of itself stays
  }
  char is = 0;
  REQUIRE(::read(held[0], &is, 1) == 1);
  const Topology with = topology();
  SystemClock clock;
  Result<std::unique_ptr<Store>> store = open_sqlite(path, with, clock);
  REQUIRE_MESSAGE(store.ok(), (store.ok() ? "" : store.error().text));
  Result<void> registered = Error{};
  std::thread registering([&] { registered = (*store)->register_topology(); });  // waits
  {
    HolderFile file(path, this_process());
    const std::optional<Holding> holder = file.read();
    REQUIRE(holder.has_value());
    CHECK(holder->text().find("handler `shop.place` of channel `orders` in process " +
                              std::to_string(child)) == 0);
    CHECK_FALSE(file.held_here().has_value());
  }
  (void)!::write(go_on[1], "g", 1);
  registering.join();
  CHECK(registered.ok());
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK((*store)->writer_now().empty());  // the dead hold nothing
}

TEST_CASE("another process's transaction is waited for with patience, a stop and haste end that") {
  Fixture<SqliteBackend> f;
  CHECK(f.store->patience() == 32s);  // the longest timeout of a channel, and until it is fenced
  const std::unique_ptr<Store> second = f.reopen();
  auto held = f.store->open_sql(5s, {.channel = "c", .handler = "h"}).value();
  std::thread([&] {
    const auto busy = second->open_sql(30ms);
    REQUIRE(!busy);
    CHECK(busy.error().category == Category::busy);
    CAPTURE(busy.error().text);
    CHECK(busy.error().text.find("handler `h` of channel `c` has held it for") !=
          std::string::npos);
    std::stop_source stop;
    std::thread stopper([&] {
      std::this_thread::sleep_for(20ms);
      stop.request_stop();
    });
    CHECK(!second->open_sql(1h, {.stop = stop.get_token()}));
    stopper.join();
    second->hurry();
    UnitOfWork unit;
    unit.outgoing.push_back({f.message(kAlpha), {}});
    second->submit(std::move(unit), f.reports, 900);
    const Result<Committed> late = f.reports.wait(900);
    REQUIRE(!late);
    CHECK(late.error().category == Category::busy);
  }).join();
  held.reset();
  f.publish(kAlpha);
}

TEST_CASE("a handler that holds the write side for longer than a lease does not lose its channel") {
  Fixture<SqliteBackend> f;
  f.publish(kAlpha);
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain);
  const std::unique_ptr<Store> second = f.reopen();
  UnitOfWork unit = f.consume(got[0]);
  unit.sql = f.store->open_sql(5s).value();
  unit.sql->execute("CREATE TABLE t(a)");
  f.clock.advance(20s);  // nobody could renew, for that is a write
  f.require(f.submit(std::move(unit)));
  CHECK(!*second->claim(kPlain));
  f.require(f.store->renew({}));
  f.clock.advance(6s);
  CHECK(*second->claim(kPlain));
}

TEST_CASE("who only reads a store waits for nobody, from the opening on") {
  Fixture<SqliteBackend> f;
  f.publish(kAlpha);
  auto held = f.store->open_sql(5s).value();
  held->execute("CREATE TABLE t(a)");
  const auto from = std::chrono::steady_clock::now();
  const std::unique_ptr<Store> second = f.reopen();
  CHECK(second->stats(kPlain, f.clock.now()).value().depth == 1);
  CHECK(second->dead_letters({}).value().empty());
  CHECK(second->orphans().value().empty());
  CHECK(std::chrono::steady_clock::now() - from < 20s);  // of the 32 s that a writer would wait
}
