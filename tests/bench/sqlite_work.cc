// SQLite, WAL, synchronous=FULL. Drain: events are appended in units of 100 and handed to three
// subscribers, beside raw sqlite3 doing the same durable work on one thread: one insert an event in
// commits of 100, and for each subscriber a cursor moved in commits of 256. Live: one publish, one
// commit, at a steady pace.
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "bench.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

std::unique_ptr<flow::Host> open(m::BenchService& service, const std::string& path) {
  flow::HostOptions options;
  options.deployment = "sqlite";
  options.store_path = path;
  auto host = flow::Host::open(service, options);
  if (!host) throw std::runtime_error(host.error().text);
  return std::move(host).value();
}

void remove_store(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}

void publish(m::BenchService& service, std::uint64_t from, std::uint64_t to) {
  for (std::uint64_t n = from; n < to;) {
    service.bus().unit_of_work([&](m::BenchService::Bus& bus, flow::Sql&) {
      for (const std::uint64_t end = std::min(n + 100, to); n < end; ++n) bus.publish(order(n));
    });
  }
}

struct Drained {
  double append_per_s = 0;
  double deliver_per_s = 0;
  std::uint64_t lost = 0, doubled = 0;
  double append_cpu_us = 0, append_switches = 0, deliver_cpu_us = 0, deliver_switches = 0;
};

Drained ours(const Settings& settings, std::uint64_t events) {
  const std::string path = settings.directory + "/ours.db";
  remove_store(path);
  Drained drained;
  {
    Subscribers subscribers{events};
    auto host = open(subscribers.service(), path);
    const Usage appending;
    const auto begin = Clock::now();
    publish(subscribers.service(), 0, events);
    const auto middle = Clock::now();
    drained.append_cpu_us = appending.cpu_us_each(events);
    drained.append_switches = appending.switches_each(events);
    const Usage delivering;
    host->start();
    if (!host->wait_idle(std::chrono::seconds{600}))
      throw std::runtime_error("not idle after 600 s");
    const auto end = Clock::now();
    drained.deliver_cpu_us = delivering.cpu_us_each(3 * events);
    drained.deliver_switches = delivering.switches_each(3 * events);
    host->drain();
    drained.append_per_s = static_cast<double>(events) / Seconds(middle - begin).count();
    drained.deliver_per_s = 3.0 * static_cast<double>(events) / Seconds(end - middle).count();
    drained.lost = subscribers.lost();
    drained.doubled = subscribers.doubled();
  }
  remove_store(path);
  return drained;
}

class Raw {
 public:
  explicit Raw(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK)
      throw std::runtime_error("raw: cannot open " + path);
    execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  }
  ~Raw() {
    for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void execute(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(db_));
    }
    statements_.push_back(statement);
    return statement;
  }

 private:
  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
};

Drained twin(const Settings& settings, std::uint64_t events) {
  const std::string path = settings.directory + "/twin.db";
  remove_store(path);
  Drained drained;
  {
    Raw db{path};
    db.execute(
        "CREATE TABLE log(position INTEGER PRIMARY KEY, id BLOB, key TEXT, created_at INTEGER, "
        "payload TEXT)");
    db.execute("CREATE TABLE cursor(endpoint INTEGER PRIMARY KEY, position INTEGER)");
    db.execute("INSERT INTO cursor VALUES (1,0),(2,0),(3,0)");
    sqlite3_stmt* insert = db.prepare("INSERT INTO log VALUES (?,?,?,?,?)");
    sqlite3_stmt* read = db.prepare(
        "SELECT position, id, key, payload FROM log WHERE position > ? ORDER BY position LIMIT "
        "256");
    sqlite3_stmt* move = db.prepare("UPDATE cursor SET position = ? WHERE endpoint = ?");

    const Usage appending;
    const auto begin = Clock::now();
    for (std::uint64_t n = 0; n < events;) {
      db.execute("BEGIN IMMEDIATE");
      for (const std::uint64_t end = std::min(n + 100, events); n < end; ++n) {
        const m::OrderPlaced event = order(n);
        const std::string payload = flow::json::encode_payload(event),
                          key = event.order_id.to_string();
        sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(n + 1));
        sqlite3_bind_blob(insert, 2, event.order_id.octets().data(), 16, SQLITE_STATIC);
        sqlite3_bind_text(insert, 3, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
        sqlite3_bind_int64(insert, 4, 836'438'400'000'000);
        sqlite3_bind_text(insert, 5, payload.data(), static_cast<int>(payload.size()),
                          SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) throw std::runtime_error("raw: insert failed");
        sqlite3_reset(insert);
      }
      db.execute("COMMIT");
    }
    const auto middle = Clock::now();
    drained.append_cpu_us = appending.cpu_us_each(events);
    const Usage delivering;
    Tally tallies[] = {Tally{events}, Tally{events}, Tally{events}};
    for (int endpoint = 1; endpoint <= 3; ++endpoint) {
      for (sqlite3_int64 position = 0; position < static_cast<sqlite3_int64>(events);) {
        sqlite3_bind_int64(read, 1, position);
        while (sqlite3_step(read) == SQLITE_ROW) {
          position = sqlite3_column_int64(read, 0);
          const std::string_view payload{
              reinterpret_cast<const char*>(sqlite3_column_text(read, 3)),
              static_cast<std::size_t>(sqlite3_column_bytes(read, 3))};
          m::OrderPlaced event;
          if (!flow::json::decode_payload(payload, event))
            throw std::runtime_error("raw: undecodable");
          tallies[endpoint - 1].saw(event.number);
        }
        sqlite3_reset(read);
        db.execute("BEGIN IMMEDIATE");
        sqlite3_bind_int64(move, 1, position);
        sqlite3_bind_int(move, 2, endpoint);
        if (sqlite3_step(move) != SQLITE_DONE) throw std::runtime_error("raw: update failed");
        sqlite3_reset(move);
        db.execute("COMMIT");
      }
    }
    const auto end = Clock::now();
    drained.deliver_cpu_us = delivering.cpu_us_each(3 * events);
    drained.append_per_s = static_cast<double>(events) / Seconds(middle - begin).count();
    drained.deliver_per_s = 3.0 * static_cast<double>(events) / Seconds(end - middle).count();
  }
  remove_store(path);
  return drained;
}

// Raw one-row commits at the same pace: what the disk itself takes.
std::pair<double, double> twin_live(const Settings& settings, std::uint64_t events,
                                    std::chrono::microseconds pace) {
  const std::string path = settings.directory + "/twin.db";
  remove_store(path);
  std::vector<double> took;
  {
    Raw db{path};
    db.execute("CREATE TABLE log(position INTEGER PRIMARY KEY, payload TEXT)");
    sqlite3_stmt* insert = db.prepare("INSERT INTO log VALUES (?,?)");
    auto next = Clock::now();
    for (std::uint64_t n = 0; n < events; ++n) {
      std::this_thread::sleep_until(next += pace);  // the pace is the measurement's input
      const std::string payload = flow::json::encode_payload(order(n));
      const auto begin = Clock::now();
      sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(n + 1));
      sqlite3_bind_text(insert, 2, payload.data(), static_cast<int>(payload.size()), SQLITE_STATIC);
      if (sqlite3_step(insert) != SQLITE_DONE) throw std::runtime_error("raw: insert failed");
      sqlite3_reset(insert);
      took.push_back(Seconds(Clock::now() - begin).count() * 1000);
    }
  }
  remove_store(path);
  std::sort(took.begin(), took.end());
  return {took[took.size() / 2], took[took.size() * 99 / 100]};
}

Row live(const Settings& settings) {
  constexpr std::uint64_t events = 3000;
  constexpr std::chrono::microseconds pace{2000};
  const std::string path = settings.directory + "/ours.db";
  remove_store(path);
  Row row{.work = "live, publish to committed",
          .backend = "sqlite",
          .unit = "ms p99",
          .less_is_better = true};
  {
    Subscribers subscribers{events};
    auto host = open(subscribers.service(), path);
    host->start();
    auto next = Clock::now();
    for (std::uint64_t n = 0; n < events; ++n) {
      std::this_thread::sleep_until(next += pace);  // the pace is the measurement's input
      subscribers.service().bus().publish(order(n));
    }
    if (!host->wait_idle(std::chrono::seconds{30})) throw std::runtime_error("not idle after 30 s");
    for (const flow::EndpointStats& stats : host->endpoint_stats()) {
      row.p50_ms = std::max(row.p50_ms, stats.p50_ms);
      row.p99_ms = std::max(row.p99_ms, stats.p99_ms);
    }
    host->drain();
    row.lost = subscribers.lost();
    row.doubled = subscribers.doubled();
  }
  remove_store(path);
  row.ours = row.p99_ms;
  row.twin = twin_live(settings, events, pace).second;
  row.rss_mib = rss_peak_mib();
  return row;
}

}  // namespace

std::vector<Row> sqlite_work(const Settings& settings) {
  std::vector<double> ours_append, ours_deliver, twin_append, twin_deliver;
  std::vector<double> append_cpu, twin_append_cpu, append_switches;
  std::vector<double> deliver_cpu, twin_deliver_cpu, deliver_switches;
  Row append{.work = "append, commits of 100", .backend = "sqlite", .unit = "events/s"};
  Row deliver{.work = "drain to 3 subscribers", .backend = "sqlite", .unit = "deliveries/s"};
  for (int i = 0; i < settings.repeats; ++i) {
    const Drained raw = twin(settings, settings.events), measured = ours(settings, settings.events);
    twin_append.push_back(raw.append_per_s);
    twin_deliver.push_back(raw.deliver_per_s);
    ours_append.push_back(measured.append_per_s);
    ours_deliver.push_back(measured.deliver_per_s);
    append_cpu.push_back(measured.append_cpu_us);
    twin_append_cpu.push_back(raw.append_cpu_us);
    append_switches.push_back(measured.append_switches);
    deliver_cpu.push_back(measured.deliver_cpu_us);
    twin_deliver_cpu.push_back(raw.deliver_cpu_us);
    deliver_switches.push_back(measured.deliver_switches);
    deliver.lost += measured.lost;
    deliver.doubled += measured.doubled;
  }
  append.ours = median(ours_append);
  append.twin = median(twin_append);
  append.cpu_us = median(append_cpu);
  append.twin_cpu_us = median(twin_append_cpu);
  append.switches = median(append_switches);
  deliver.cpu_us = median(deliver_cpu);
  deliver.twin_cpu_us = median(twin_deliver_cpu);
  deliver.switches = median(deliver_switches);
  deliver.ours = median(ours_deliver);
  deliver.twin = median(twin_deliver);
  append.rss_mib = deliver.rss_mib = rss_peak_mib();
  return {append, deliver, live(settings)};
}

// The rate with a deep backlog beside the rate with a shallow one: the twin here is ourselves at 1
// k.
std::vector<Row> backlog_work(const Settings& settings) {
  const std::uint64_t deep = std::max<std::uint64_t>(settings.events, 1'000'000);
  Row row{.work = "backlog of " + std::to_string(deep) + " beside 1 k",
          .backend = "sqlite",
          .unit = "deliveries/s"};
  // Waves of 1 k on one store, so that start-up is not what is measured.
  constexpr std::uint64_t shallow = 1000, waves = 50;
  const std::string path = settings.directory + "/ours.db";
  remove_store(path);
  std::vector<double> rates;
  {
    Subscribers subscribers{shallow * waves};
    for (std::uint64_t wave = 0; wave < waves; ++wave) {
      auto host = open(subscribers.service(), path);
      publish(subscribers.service(), wave * shallow, (wave + 1) * shallow);
      const auto begin = Clock::now();
      host->start();
      if (!host->wait_idle(std::chrono::seconds{30}))
        throw std::runtime_error("not idle after 30 s");
      rates.push_back(3.0 * shallow / Seconds(Clock::now() - begin).count());
      host->drain();
    }
  }
  const Drained drained = ours(settings, deep);
  row.ours = drained.deliver_per_s;
  row.twin = median(rates);
  row.lost = drained.lost;
  row.doubled = drained.doubled;
  row.rss_mib = rss_peak_mib();
  return {row};
}

// Open, start, handle the one message that waits; the twin opens the same file raw and reads one
// row.
std::vector<Row> start_work(const Settings& settings) {
  const std::string path = settings.directory + "/ours.db";
  remove_store(path);
  std::vector<double> ours_ms, twin_ms;
  Row row{.work = "cold start to first handled",
          .backend = "sqlite",
          .unit = "ms",
          .less_is_better = true};
  constexpr int starts = 15;
  for (int i = 0; i < starts; ++i) {
    Subscribers subscribers{1};
    open(subscribers.service(), path)->drain();  // the store exists and knows the endpoints
    {
      auto host = open(subscribers.service(), path);
      publish(subscribers.service(), 0, 1);
      host->drain();
    }
    auto begin = Clock::now();
    auto host = open(subscribers.service(), path);
    host->start();
    if (!host->wait_idle(std::chrono::seconds{30})) throw std::runtime_error("not idle after 30 s");
    ours_ms.push_back(Seconds(Clock::now() - begin).count() * 1000);
    host->drain();
    row.lost += subscribers.lost();
    row.doubled += subscribers.doubled();
    host.reset();
    begin = Clock::now();
    {
      Raw raw{path};
      sqlite3_step(raw.prepare("SELECT count(*) FROM sqlite_schema"));
    }
    twin_ms.push_back(Seconds(Clock::now() - begin).count() * 1000);
  }
  remove_store(path);
  row.ours = median(ours_ms);
  row.twin = median(twin_ms);
  row.rss_mib = rss_peak_mib();
  return {row};
}

}  // namespace bench
