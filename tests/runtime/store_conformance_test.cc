#include <thread>

#include "store_fixture.h"

// Every sentence of engine/store.h, against every store.

using namespace store_test;

#define STORE_CASE(name) TEST_CASE_TEMPLATE(name, Backend, MemoryBackend, SqliteBackend)

STORE_CASE("a message comes back as it went in, once for each endpoint") {
  Fixture<Backend> f;
  Message sent = f.message(kAlpha, "k\"1", R"({"n":1})");
  sent.correlation_id = Uuid::v7(f.clock.now(), 900);
  sent.causation_id = Uuid::v7(f.clock.now(), 901);
  sent.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  sent.expires_at = f.clock.now() + 1h;
  sent.headers = {{"tenant", "ö\n"}, {"a", ""}};
  UnitOfWork unit;
  unit.outgoing.push_back({sent, {}});
  f.require(f.submit(std::move(unit)));
  for (const ChannelNo channel : {kPlain, kKeyed}) {
    f.claim(channel);
    const std::vector<Delivery> got = f.load(channel);
    REQUIRE(got.size() == 1);
    CHECK(got[0].ordinal == 1);
    CHECK(got[0].row == 0);
    CHECK(got[0].attempts == 0);
    const Message& m = got[0].message;
    CHECK(m.id == sent.id);
    CHECK(m.type == kAlpha);
    CHECK(m.key == sent.key);
    CHECK(m.correlation_id == sent.correlation_id);
    CHECK(m.causation_id == sent.causation_id);
    CHECK(m.traceparent == sent.traceparent);
    CHECK(m.created_at == sent.created_at);
    CHECK(m.expires_at == sent.expires_at);
    CHECK(m.headers == sent.headers);
    CHECK(m.payload == sent.payload);
  }
  f.claim(kOther);
  CHECK(f.load(kOther).empty());
}

STORE_CASE("load merges the streams of a channel by position, and hands out each delivery once") {
  Fixture<Backend> f;
  for (int i = 0; i < 30; ++i) f.publish(i % 3 == 0 ? kBeta : kAlpha, std::to_string(i));
  f.claim(kPlain);
  std::vector<std::string> keys;
  std::uint64_t last = 0;
  for (const std::size_t max : {1U, 2U, 7U, 100U}) {
    std::vector<Delivery> got;
    f.require(f.store->load(kPlain, max, got));
    CHECK(got.size() <= max);
    for (const Delivery& d : got) {
      CHECK(d.position > last);
      last = d.position;
      keys.push_back(d.message->key.value_or("(none)"));
    }
  }
  for (const Delivery& d : f.load(kPlain)) keys.push_back(d.message->key.value_or("(none)"));
  std::vector<std::string> expected;
  for (int i = 0; i < 30; ++i) expected.push_back(std::to_string(i));
  CHECK(keys == expected);
  CHECK(f.load(kPlain).empty());
}

STORE_CASE("a unit is consumed once: the second is fenced and does nothing") {
  Fixture<Backend> f;
  f.publish(kAlpha);
  f.publish(kAlpha);
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain);
  f.require(f.submit(f.consume(got[1])));
  f.require(f.submit(f.consume(got[0])));
  for (const Delivery& d : got) {
    UnitOfWork again = f.consume(d);
    again.outgoing.push_back({f.message(kBeta), {}});
    const Result<Committed> refused = f.submit(std::move(again));
    REQUIRE(!refused);
    CHECK(refused.error().category == Category::fenced);
    CHECK(refused.error().code == "already_done");
  }
  CHECK(f.stats(kPlain).depth == 0);
  CHECK(f.stats(kOther).depth == 0);
}

STORE_CASE("units of a channel that is not owned are fenced, and it cannot be read") {
  Fixture<Backend> f;
  f.publish(kAlpha);
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain);
  REQUIRE(got.size() == 1);
  f.store->release(kPlain);
  const Result<Committed> refused = f.submit(f.consume(got[0]));
  REQUIRE(!refused);
  CHECK(refused.error().category == Category::fenced);
  CHECK(refused.error().code == "lease_lost");
  std::vector<Delivery> none;
  const Result<void> unread = f.store->load(kPlain, 1, none);
  REQUIRE(!unread);
  CHECK(unread.error().category == Category::fenced);
  CHECK(f.stats(kPlain).depth == 1);
}

STORE_CASE("what was handed out and not done is handed out again after a release") {
  Fixture<Backend> f;
  for (int i = 0; i < 6; ++i) f.publish(kAlpha, std::to_string(i));
  f.claim(kPlain);
  CHECK(*f.store->claim(kPlain));
  const std::vector<Delivery> got = f.load(kPlain, 5);
  REQUIRE(got.size() == 5);
  for (const int i : {0, 2, 3}) f.require(f.submit(f.consume(got[static_cast<std::size_t>(i)])));
  f.store->release(kPlain);
  f.claim(kPlain);
  CHECK(f.rows(kPlain).empty());
  CHECK(keys_of(f.load(kPlain)) == std::vector<std::string>{"1", "4", "5"});
}

STORE_CASE("the listener is told exactly once of each unit, in groups from many threads too") {
  Fixture<Backend> f;
  constexpr std::uint64_t kThreads = 4, kUnits = 100;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < kUnits; ++i) {
        UnitOfWork unit;
        Message m;
        m.type = kAlpha;
        m.key = std::to_string(t);
        m.payload = std::to_string(i);
        m.id = Uuid::v7(f.clock.now(), t * 1000 + i);
        unit.outgoing.push_back({std::move(m), {}});
        f.store->submit(std::move(unit), f.reports, 1000 + t * kUnits + i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  f.reports.wait_count(kThreads * kUnits);
  for (std::uint64_t i = 0; i < kThreads * kUnits; ++i) CHECK(f.reports.told(1000 + i) == 1);
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain, 1000);
  REQUIRE(got.size() == kThreads * kUnits);
  std::map<std::string, int> next;  // units of one thread keep their order
  for (std::size_t i = 0; i < got.size(); ++i) {
    CHECK(got[i].ordinal == i + 1);
    CHECK(got[i].message->payload == std::to_string(next[*got[i].message->key]++));
  }
}

STORE_CASE("a unit is whole: what it sends, its row and its consumption come together") {
  Fixture<Backend> f;
  f.publish(kAlpha, "k");
  f.claim(kPlain);
  f.claim(kOther);
  const std::vector<Delivery> got = f.load(kPlain);
  UnitOfWork unit = f.consume(got[0]);
  unit.outgoing.push_back({f.message(kBeta, "x"), {}});
  unit.outgoing.push_back({f.message(kBeta, "y"), {}});
  f.require(f.submit(std::move(unit)));
  CHECK(keys_of(f.load(kOther)) == std::vector<std::string>{"x", "y"});
  CHECK(f.stats(kPlain).depth == 2);  // x and y
}

STORE_CASE(
    "a row is kept with attempts and errors, rewritten, due in time, and removed when consumed") {
  Fixture<Backend> f;
  f.publish(kAlpha, "k");
  f.claim(kPlain);
  Delivery delivery = f.load(kPlain).at(0);
  delivery.errors.push_back(
      {.attempt = 1, .at = f.clock.now(), .category = Category::transient, .text = "no \xff luck"});
  const std::int64_t row = f.put(delivery, f.clock.now() + 10s);
  CHECK(row != 0);
  CHECK(f.rows(kPlain).empty());
  CHECK(f.store->next_due(kPlain).value() == f.clock.now() + 10s);
  StoredChannelStats stats = f.stats(kPlain);
  CHECK(stats.depth == 1);
  CHECK(stats.retrying == 1);
  CHECK(stats.next_due == f.clock.now() + 10s);
  f.clock.advance(10s);
  std::vector<Delivery> due = f.rows(kPlain);
  REQUIRE(due.size() == 1);
  CHECK(due[0].row == row);
  CHECK(due[0].attempts == 1);
  CHECK(due[0].endpoint == kAlphaPlain);
  CHECK(due[0].ordinal == delivery.ordinal);
  CHECK(due[0].message->id == delivery.message->id);
  REQUIRE(due[0].errors.size() == 1);
  CHECK(due[0].errors[0].category == Category::transient);
  due[0].errors.push_back(
      {.attempt = 2, .at = f.clock.now(), .category = Category::bug, .text = "two"});
  CHECK(f.put(due[0], f.clock.now() + 1s, false, 2) == row);
  CHECK(f.rows(kPlain).empty());
  f.clock.advance(1s);
  due = f.rows(kPlain);
  REQUIRE(due.size() == 1);
  CHECK(due[0].attempts == 2);
  CHECK(due[0].errors.size() == 2);
  CHECK(f.rows(kPlain).size() == 1);  // those loaded before are included
  f.require(f.submit(f.consume(due[0])));
  CHECK(f.rows(kPlain).empty());
  CHECK(f.stats(kPlain).depth == 0);
  CHECK(f.submit(f.consume(due[0])).error().code == "already_done");
  UnitOfWork late;
  late.channel = kPlain;
  late.put = RowWrite{due[0], false};
  CHECK(f.submit(std::move(late)).error().category == Category::fenced);
}

STORE_CASE("rows come oldest due first, at most as many as asked") {
  Fixture<Backend> f;
  for (int i = 0; i < 4; ++i) f.publish(kAlpha, std::to_string(i));
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain);
  f.put(got[0], f.clock.now() + 3s);
  f.put(got[1], f.clock.now() + 1s);
  f.put(got[2], f.clock.now() + 2s);
  f.put(got[3], f.clock.now() + 9s);
  f.clock.advance(5s);
  CHECK(keys_of(f.rows(kPlain)) == std::vector<std::string>{"1", "2", "0"});
  CHECK(keys_of(f.rows(kPlain, 2)) == std::vector<std::string>{"1", "2"});
}

STORE_CASE("on an ordered channel rows of a key wait for those before them, other keys do not") {
  std::string held;
  SUBCASE("a key of letters") {
    held = "a";
  }
  SUBCASE("the empty key is a key") {
    held = "";
  }
  Fixture<Backend> f;
  for (const std::string& key : {held, held, std::string{"b"}, held}) f.publish(kAlpha, key);
  f.claim(kKeyed);
  std::vector<Delivery> got;
  f.require(f.store->load(kKeyed, 2, got));
  CHECK(!got.at(0).key_held);
  f.put(got[0], f.clock.now() + 5s);
  f.put(got[1], f.clock.now(), true, 0);
  const std::vector<Delivery> later = f.load(kKeyed);
  REQUIRE(later.size() == 2);
  CHECK(!later[0].key_held);  // b
  CHECK(later[1].key_held);
  f.put(later[1], f.clock.now(), true, 0);
  CHECK(f.rows(kKeyed).empty());
  CHECK(f.stats(kKeyed).waiting == 2);
  f.clock.advance(5s);
  std::vector<Delivery> due = f.rows(kKeyed);
  REQUIRE(due.size() == 1);
  CHECK(due[0].ordinal == 1);
  f.put(due[0], f.clock.now() + 1s, false, 2);  // fails again: the others go on waiting
  CHECK(f.rows(kKeyed).empty());
  f.clock.advance(1s);
  f.bury(f.rows(kKeyed).at(0));  // a dead letter frees its key too
  due = f.rows(kKeyed);
  REQUIRE(due.size() == 1);
  CHECK(due[0].ordinal == 2);
  f.require(f.submit(f.consume(due[0])));
  due = f.rows(kKeyed);
  REQUIRE(due.size() == 1);
  CHECK(due[0].ordinal == 4);
  f.require(f.submit(f.consume(due[0])));
  CHECK(f.rows(kKeyed).empty());
}

STORE_CASE("without a key nothing waits, on an ordered channel too") {
  Fixture<Backend> f;
  for (int i = 0; i < 3; ++i) f.publish(kAlpha);
  f.publish(kAlpha, "");
  f.claim(kKeyed);
  std::vector<Delivery> got;
  f.require(f.store->load(kKeyed, 2, got));
  f.put(got.at(0), f.clock.now() + 5s);
  f.put(got.at(1), f.clock.now(), true, 0);
  CHECK(f.stats(kKeyed).waiting == 0);
  const std::vector<Delivery> due = f.rows(kKeyed);
  REQUIRE(due.size() == 1);
  CHECK(due[0].ordinal == 2);
  for (const Delivery& later : f.load(kKeyed)) CHECK(!later.key_held);
  f.require(f.submit(f.consume(due[0])));
  CHECK(f.rows(kKeyed).empty());  // the first is due later: no end of another brings it forward
}

STORE_CASE(
    "no key and the empty key are told apart: in line, delayed, as rows and as dead letters") {
  Fixture<Backend> f;
  const std::optional<std::string> none, empty{""};
  f.publish(kAlpha, none);
  f.publish(kAlpha, empty);
  f.publish(kAlpha, none, "{}", f.clock.now() + 1s);
  f.publish(kAlpha, empty, "{}", f.clock.now() + 1s);
  f.clock.advance(1s);
  f.require(f.store->release_due(f.clock.now()));
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain);
  REQUIRE(got.size() == 4);
  for (std::size_t i = 0; i < got.size(); ++i) {
    CHECK(got[i].message->key == (i % 2 == 0 ? none : empty));
    f.put(got[i], f.clock.now());
  }
  const std::vector<Delivery> rows = f.rows(kPlain);
  REQUIRE(rows.size() == 4);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].message->key == (i % 2 == 0 ? none : empty));
    f.bury(rows[i]);
  }
  CHECK(f.dead_letters({}).size() == 4);
  DeadLetterFilter filter;
  filter.key = "";
  const std::vector<DeadLetter> dead = f.dead_letters(filter);
  CHECK(dead.size() == 2);
  for (const DeadLetter& letter : dead) CHECK(letter.message.key == empty);
}

STORE_CASE("a waiting row with nothing before it is due at once") {
  Fixture<Backend> f;
  f.publish(kAlpha, "a");
  f.claim(kKeyed);
  f.put(f.load(kKeyed).at(0), f.clock.now(), true, 0);
  CHECK(f.rows(kKeyed).size() == 1);
  CHECK(f.stats(kKeyed).waiting == 0);
}

STORE_CASE("a delayed message is appended when it is due, not before") {
  Fixture<Backend> f;
  f.require(f.store->release_due(f.clock.now()));
  f.publish(kAlpha, "late", "{}", f.clock.now() + 60s);
  CHECK(f.wakes.wait_timer());
  f.publish(kAlpha, "now");
  f.claim(kPlain);
  CHECK(f.store->release_due(f.clock.now()).value() == f.clock.now() + 60s);
  CHECK(keys_of(f.load(kPlain)) == std::vector<std::string>{"now"});
  f.clock.advance(60s);
  CHECK(!f.store->release_due(f.clock.now()).value().has_value());
  CHECK(keys_of(f.load(kPlain)) == std::vector<std::string>{"late"});
  CHECK(!f.store->release_due(f.clock.now()).value().has_value());
  CHECK(f.load(kPlain).empty());
}

STORE_CASE("channels that have something new are woken, others are not") {
  Fixture<Backend> f;
  f.publish(kBeta);
  CHECK(f.wakes.wait_channel(kOther));
  CHECK(f.wakes.wait_channel(kPlain));
  CHECK(f.wakes.channel(kKeyed) == 0);
}

STORE_CASE("dead letters are kept whole, filtered, counted and discarded") {
  Fixture<Backend> f;
  for (const char* key : {"a", "b", "c"}) f.publish(kAlpha, key);
  f.publish(kBeta, "a");
  f.claim(kPlain);
  f.claim(kKeyed);
  const std::vector<Delivery> plain = f.load(kPlain);
  f.bury(plain[0], "card expired");
  f.clock.advance(10s);
  f.bury(plain[1], "no stock");
  f.bury(plain[3], "no stock");
  f.bury(f.load(kKeyed).at(0), "other endpoint");
  const std::vector<DeadLetter> all = f.dead_letters();
  REQUIRE(all.size() == 4);
  CHECK(all[0].endpoint == "a.plain");
  CHECK(all[0].channel == "plain");
  CHECK(all[0].message_type == "t.alpha");
  CHECK(all[0].category == Category::rejected);
  CHECK(all[0].reason == "card expired");
  CHECK(all[0].message.id == plain[0].message->id);
  CHECK(all[0].message.type == kAlpha);
  CHECK(all[0].replays == 0);
  REQUIRE(all[0].errors.size() == 1);
  CHECK(all[0].errors[0].text == "card expired");
  const auto count = [&](DeadLetterFilter filter) {
    const std::size_t listed = f.dead_letters(filter).size();
    CHECK(f.store->count_dead_letters(filter).value() == listed);
    return listed;
  };
  CHECK(count({.ids = {all[1].id, all[2].id},
               .endpoint = {},
               .channel = {},
               .key = {},
               .reason_contains = {},
               .dead_after = {},
               .dead_before = {}}) == 2);
  DeadLetterFilter filter;
  filter.endpoint = "a.plain";
  CHECK(count(filter) == 2);
  filter = {};
  filter.channel = "keyed";
  CHECK(count(filter) == 1);
  filter = {};
  filter.key = "a";
  CHECK(count(filter) == 3);
  filter = {};
  filter.reason_contains = "stock";
  CHECK(count(filter) == 2);
  filter = {};
  filter.dead_before = f.clock.now();
  CHECK(count(filter) == 1);
  filter = {};
  filter.dead_after = f.clock.now() - 1s;
  CHECK(count(filter) == 3);
  filter.dead_after = f.clock.now();
  CHECK(count(filter) == 3);
  filter = {};
  filter.after_id = all[1].id;
  filter.payloads = false;
  CHECK(count(filter) == 2);
  CHECK(f.dead_letters(filter)[0].id == all[2].id);
  CHECK(f.dead_letters(filter)[0].message.payload.empty());
  CHECK(f.dead_letters(filter)[0].message.key == all[2].message.key);
  filter = {};
  filter.limit = 2;
  CHECK(f.dead_letters(filter).size() == 2);
  CHECK(f.stats(kPlain).dead == 3);
  const std::vector<std::int64_t> ids{all[0].id, all[3].id, 987654};
  CHECK(f.store->discard(ids).value() == 2);
  CHECK(f.dead_letters().size() == 2);
}

STORE_CASE("a replay goes to its own endpoint alone, with its history, and counts") {
  Fixture<Backend> f;
  f.publish(kAlpha, "a");
  f.claim(kPlain);
  f.claim(kKeyed);
  f.bury(f.load(kPlain).at(0), "first");
  f.require(f.submit(f.consume(f.load(kKeyed).at(0))));
  const std::int64_t id = f.dead_letters().at(0).id;
  const std::vector<std::int64_t> ids{id, id, 4711};
  CHECK(f.store->replay(ids, f.clock.now()).value() == 1);
  CHECK(f.dead_letters().empty());
  CHECK(f.rows(kKeyed).empty());
  CHECK(f.stats(kKeyed).depth == 0);
  const std::vector<Delivery> due = f.rows(kPlain);
  REQUIRE(due.size() == 1);
  CHECK(due[0].attempts == 0);
  CHECK(due[0].message->key == "a");
  CHECK(due[0].message->type == kAlpha);
  REQUIRE(due[0].errors.size() == 1);
  f.bury(due[0], "second");
  const DeadLetter again = f.dead_letters().at(0);
  CHECK(again.replays == 1);
  CHECK(again.errors.size() == 2);
  CHECK(again.ordinal == 1);
}

STORE_CASE("stats: depth, oldest and what its process reported") {
  Fixture<Backend> f;
  CHECK(f.stats(kPlain).depth == 0);
  CHECK(!f.stats(kPlain).oldest);
  const Timestamp first = f.clock.now();
  for (int i = 0; i < 5; ++i) {
    f.publish(kAlpha);
    f.clock.advance(1s);
  }
  f.claim(kPlain);
  const std::vector<Delivery> got = f.load(kPlain);
  CHECK(f.stats(kPlain).depth == 5);
  CHECK(f.stats(kPlain).oldest == first);
  f.require(f.submit(f.consume(got[3])));
  CHECK(f.stats(kPlain).depth == 4);
  CHECK(f.stats(kPlain).oldest == first);
  f.require(f.submit(f.consume(got[0])));
  CHECK(f.stats(kPlain).oldest == first + 1s);
  const std::vector<ChannelActivity> activity{
      {.channel = kPlain, .in_flight = 3, .handled_per_s = 12.5}};
  f.require(f.store->renew(activity));
  CHECK(f.stats(kPlain).in_flight == 3);
  CHECK(f.stats(kPlain).handled_per_s == doctest::Approx(12.5));
  CHECK(f.stats(kKeyed).depth == 5);
}

STORE_CASE("trim drops what all have passed and dead letters past their time, and nothing else") {
  Fixture<Backend> f;
  for (int i = 0; i < 10; ++i) f.publish(kAlpha, std::to_string(i));
  f.publish(kBeta, "b");
  f.claim(kPlain);
  f.claim(kKeyed);
  f.claim(kOther);
  const std::vector<Delivery> plain = f.load(kPlain), keyed = f.load(kKeyed);
  for (const Delivery& d : plain) f.require(f.submit(f.consume(d)));
  for (int i = 0; i < 4; ++i) f.require(f.submit(f.consume(keyed[static_cast<std::size_t>(i)])));
  f.bury(f.load(kOther).at(0));
  while (f.store->trim(f.clock.now()).value()) {
  }
  CHECK(f.stats(kKeyed).depth == 6);
  f.store->release(kKeyed);
  f.claim(kKeyed);
  CHECK(f.load(kKeyed).size() == 6);
  CHECK(f.dead_letters().size() == 1);
  f.clock.advance(2h);  // `other` keeps its dead letters for an hour
  f.require(f.store->trim(f.clock.now()));
  CHECK(f.dead_letters().empty());
  f.publish(kAlpha, "after");  // ordinals go on after everything was dropped
  CHECK(f.load(kPlain).at(0).ordinal == 11);
}

STORE_CASE("no orphans where all is declared; what is declared or unknown cannot be retired") {
  Fixture<Backend> f;
  CHECK(f.store->orphans().value().empty());
  CHECK(f.store->retire("a.plain").error().code == "endpoint_in_use");
  CHECK(f.store->retire("gone").error().code == "no_such_endpoint");
}

TEST_CASE("the memory store says that it has no SQL") {
  Fixture<MemoryBackend> f;
  const auto scope = f.store->open_sql(1s);
  REQUIRE(!scope);
  CHECK(scope.error().category == Category::bug);
  CHECK(scope.error().code == "no_sql");
}
