#include <thread>

#include "store/memory/sent_ids.h"
#include "store/sent_ids.h"
#include "store_fixture.h"

// Ids that senders give: each is one message, and what became of it can be asked. Against every
// store.

using namespace store_test;
using State = EndpointFate::State;

#define STORE_CASE(name) TEST_CASE_TEMPLATE(name, Backend, MemoryBackend, SqliteBackend)

namespace {

template <typename F>
Message numbered(F& f, std::uint64_t number, std::string payload = "{}") {
  Message message = f.message(kAlpha, "k", std::move(payload));
  message.id = Uuid::v7(Timestamp{}, 7000 + number);
  return message;
}

template <typename F>
Result<Committed> send(F& f, Message message, std::optional<Timestamp> due = {}) {
  UnitOfWork unit;
  unit.outgoing.push_back({std::move(message), due, true});
  return f.submit(std::move(unit));
}

template <typename F>
MessageFate fate(F& f, const Uuid& id) {
  Result<std::optional<MessageFate>> read = f.store->fate(id);
  f.require(read);
  REQUIRE(read->has_value());
  return **read;
}

template <typename F>
EndpointFate fate_at(F& f, const Uuid& id, std::size_t endpoint) {
  const MessageFate all = fate(f, id);
  REQUIRE(all.endpoints.size() == 2);
  return all.endpoints[endpoint];
}

}  // namespace

STORE_CASE("a given id is one message: the second is not appended, the rest of its unit is") {
  Fixture<Backend> f;
  const Message message = numbered(f, 1);
  const Result<Committed> first = send(f, message);
  f.require(first);
  CHECK(first->sent_before == 0);
  f.clock.advance(1h);
  Message again = message;
  again.created_at = f.clock.now();
  UnitOfWork unit;
  unit.outgoing.push_back({f.message(kBeta, "before"), {}});
  unit.outgoing.push_back({again, {}, true});
  unit.outgoing.push_back({again, f.clock.now() + 1h, true});
  unit.outgoing.push_back({f.message(kBeta, "after"), {}});
  const Result<Committed> second = f.submit(std::move(unit));
  f.require(second);
  CHECK(second->sent_before == 2);
  f.claim(kPlain);
  CHECK(keys_of(f.load(kPlain)) == std::vector<std::string>{"k", "before", "after"});
  CHECK(f.stats(kPlain).delayed == 0);
  CHECK(fate(f, message.id).sent_at == message.created_at);
}

STORE_CASE("twice in one unit is once, too") {
  Fixture<Backend> f;
  UnitOfWork unit;
  unit.outgoing.push_back({numbered(f, 1), {}, true});
  unit.outgoing.push_back({numbered(f, 1), {}, true});
  const Result<Committed> done = f.submit(std::move(unit));
  f.require(done);
  CHECK(done->sent_before == 1);
  CHECK(f.stats(kPlain).depth == 1);
}

STORE_CASE("another payload or type under a given id is refused, and nothing of the unit is kept") {
  Fixture<Backend> f;
  const Message message = numbered(f, 1, R"({"n":1})");
  f.require(send(f, message));
  const std::string when = to_string(message.created_at);
  f.clock.advance(1h);
  Message beta = numbered(f, 1, R"({"n":1})");
  beta.type = kBeta;
  const struct {
    Message message;
    std::string text;
  } cases[] = {{numbered(f, 1, R"({"n":2})"), " sent at " + when + " with another payload: "},
               {beta, " is that of a `t.alpha` sent at " + when + ": "}};
  for (const auto& [other, text] : cases) {
    UnitOfWork unit;
    unit.outgoing.push_back({f.message(kBeta), {}});
    unit.outgoing.push_back({other, {}, true});
    const Result<Committed> refused = f.submit(std::move(unit));
    REQUIRE(!refused);
    CHECK(refused.error().category == Category::rejected);
    CHECK(refused.error().code == "id_in_use");
    CAPTURE(refused.error().text);
    CHECK(refused.error().text.find(text) != std::string::npos);
  }
  UnitOfWork twice;
  twice.outgoing.push_back({numbered(f, 2, "1"), {}, true});
  twice.outgoing.push_back({numbered(f, 2, "2"), {}, true});
  const Result<Committed> refused = f.submit(std::move(twice));
  REQUIRE(!refused);
  CHECK(refused.error().code == "id_in_use");
  f.require(send(f, numbered(f, 2, "2")));  // the refused unit had remembered nothing
  CHECK(f.stats(kOther).depth == 0);
  CHECK(f.stats(kPlain).depth == 2);
}

STORE_CASE("ids that nobody gave are not remembered") {
  Fixture<Backend> f;
  const Message message = numbered(f, 1);
  for (int i = 0; i < 2; ++i) {
    UnitOfWork unit;
    unit.outgoing.push_back({message, {}});
    f.require(f.submit(std::move(unit)));
  }
  CHECK(f.stats(kPlain).depth == 2);
  CHECK(!f.store->fate(message.id)->has_value());
}

STORE_CASE("the same id from many threads at once is one message") {
  Fixture<Backend> f;
  constexpr std::uint64_t kThreads = 4, kUnits = 50;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < kUnits; ++i) {
        Message m;
        m.type = kAlpha;
        m.payload = "{}";
        m.id = Uuid::v7(Timestamp{}, i + 1);
        UnitOfWork unit;
        unit.outgoing.push_back({std::move(m), {}, true});
        f.store->submit(std::move(unit), f.reports, 1000 + t * kUnits + i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::uint64_t before = 0;
  for (std::uint64_t i = 0; i < kThreads * kUnits; ++i) {
    const Result<Committed> done = f.reports.wait(1000 + i);
    f.require(done);
    before += done->sent_before;
  }
  CHECK(before == (kThreads - 1) * kUnits);
  CHECK(f.stats(kPlain).depth == kUnits);
}

STORE_CASE("fate: in line, handled, retrying, waiting, dead, replayed, discarded") {
  Fixture<Backend> f;
  const Message first = numbered(f, 1), second = numbered(f, 2);
  f.require(send(f, first));
  f.require(send(f, second));
  const MessageFate begin = fate(f, first.id);
  CHECK(begin.message_type == "t.alpha");
  CHECK(begin.sent_at == first.created_at);
  CHECK(!begin.delayed_until);
  REQUIRE(begin.endpoints.size() == 2);
  CHECK(begin.endpoints[0].endpoint == "a.keyed");
  CHECK(begin.endpoints[1].endpoint == "a.plain");
  CHECK(begin.endpoints[0].state == State::in_line);

  f.claim(kPlain);
  f.claim(kKeyed);
  const std::vector<Delivery> plain = f.load(kPlain), keyed = f.load(kKeyed);
  f.require(f.submit(f.consume(plain.at(1))));  // above the cursor
  CHECK(fate_at(f, second.id, 1).state == State::handled);
  CHECK(fate_at(f, first.id, 1).state == State::in_line);

  f.put(keyed.at(0), f.clock.now() + 10s, false, 2);
  f.put(keyed.at(1), f.clock.now(), true, 0);
  CHECK(fate_at(f, first.id, 0).state == State::retrying);
  CHECK(fate_at(f, first.id, 0).attempts == 2);
  CHECK(fate_at(f, first.id, 0).next_due == f.clock.now() + 10s);
  CHECK(fate_at(f, second.id, 0).state == State::waiting);
  CHECK(fate_at(f, second.id, 1).state == State::handled);

  f.bury(plain.at(0), "printer on fire");
  EndpointFate dead = fate_at(f, first.id, 1);
  CHECK(dead.state == State::dead);
  CHECK(dead.reason == "printer on fire");
  REQUIRE(f.dead_letters().size() == 1);
  CHECK(dead.dead_letter == f.dead_letters()[0].id);
  f.require(f.store->replay(std::vector{dead.dead_letter}, f.clock.now()));
  CHECK(fate_at(f, first.id, 1).state == State::in_line);
  f.bury(f.rows(kPlain).at(0), "again");
  dead = fate_at(f, first.id, 1);
  CHECK(dead.reason == "again");
  f.require(f.store->discard(std::vector{dead.dead_letter}));
  CHECK(fate_at(f, first.id, 1).state == State::dead);  // not handled
  CHECK(fate_at(f, first.id, 1).dead_letter == 0);
  CHECK(fate_at(f, first.id, 0).state == State::retrying);
}

STORE_CASE("a delayed message is counted for the channels that read it, and its fate is when") {
  Fixture<Backend> f;
  const Message message = numbered(f, 1);
  f.require(send(f, message, f.clock.now() + 10s));
  f.publish(kBeta, "b", "{}", f.clock.now() + 20s);
  CHECK(f.stats(kKeyed).delayed == 1);
  CHECK(f.stats(kOther).delayed == 1);
  CHECK(f.stats(kPlain).delayed == 2);
  CHECK(f.stats(kPlain).depth == 0);
  CHECK(fate(f, message.id).delayed_until == message.created_at + 10s);
  CHECK(fate(f, message.id).endpoints.empty());
  const Result<Committed> again = send(f, message);  // not delayed this time: it is the same
  f.require(again);
  CHECK(again->sent_before == 1);
  f.clock.advance(10s);
  f.require(f.store->release_due(f.clock.now()));
  CHECK(f.stats(kKeyed).delayed == 0);
  CHECK(f.stats(kPlain).delayed == 1);
  CHECK(!fate(f, message.id).delayed_until);
  CHECK(fate_at(f, message.id, 0).state == State::in_line);
  CHECK(send(f, message)->sent_before == 1);
  CHECK(f.stats(kPlain).depth == 1);
}

STORE_CASE(
    "ids are kept for the longest retention of dead letters, a day at least, and no longer") {
  Fixture<Backend> f;  // `plain` and `keyed` keep 30 days, `other` an hour
  const auto alpha = [&] { return numbered(f, 1); };
  const auto delayed = [&] { return numbered(f, 2); };
  const Timestamp began = f.clock.now();
  f.require(send(f, alpha()));
  f.require(send(f, delayed(), began + 24h));
  f.clock.advance(24h * 30);
  f.require(f.store->release_due(f.clock.now()));
  f.require(f.store->trim(f.clock.now()));
  CHECK(f.store->fate(alpha().id)->has_value());
  f.clock.advance(2min);
  f.require(f.store->trim(f.clock.now()));
  CHECK(!f.store->fate(alpha().id)->has_value());
  CHECK(f.store->fate(delayed().id)->has_value());  // from when it was appended
  const Result<Committed> again = send(f, alpha());
  f.require(again);
  CHECK(again->sent_before == 0);
}

TEST_CASE("retention of ids: a channel that keeps dead letters for an hour keeps ids for a day") {
  const Endpoint endpoints[] = {{.id = "b", .handler = "B", .message = kBeta, .channel = kOther}};
  Topology only = topology();
  only.endpoints = endpoints;
  CHECK(kept_ids(only)[kBeta] == 24h);
  CHECK(kept_ids(topology())[kBeta] == 24h * 30);
}

TEST_CASE("the memory store forgets the oldest ids where there are too many") {
  memory::SentIds ids;
  const auto id = [](std::size_t n) { return Uuid::v7(Timestamp{}, n + 1); };
  for (std::size_t n = 0; n < memory::SentIds::kMost; ++n) ids.insert(id(n), {});
  CHECK(ids.find(id(0)) != nullptr);
  ids.insert(id(memory::SentIds::kMost), {});
  CHECK(ids.size() == memory::SentIds::kMost);
  CHECK(ids.find(id(0)) == nullptr);
  CHECK(ids.find(id(1)) != nullptr);
  CHECK(ids.find(id(memory::SentIds::kMost)) != nullptr);
}

TEST_CASE("sqlite: given ids outlive the process, and what a unit that failed gave is not kept") {
  Fixture<SqliteBackend> f;
  const Message message = numbered(f, 1);
  f.require(send(f, message));
  f.store.reset();
  f.store = f.reopen();
  const Result<Committed> again = send(f, message);
  f.require(again);
  CHECK(again->sent_before == 1);

  Delivery never;  // consumed by nobody: the unit is fenced
  never.endpoint = kAlphaPlain;
  never.ordinal = 1;
  UnitOfWork unit = f.consume(never);
  unit.outgoing.push_back({numbered(f, 2), {}, true});
  REQUIRE(!f.submit(std::move(unit)));
  CHECK(!f.store->fate(numbered(f, 2).id)->has_value());
}

TEST_CASE("sqlite: an endpoint that came later is none of a message's") {
  SqliteBackend backend;
  TestClock clock;
  Topology few = topology();
  few.endpoints = std::span{kEndpoints}.subspan(1);  // without a.keyed
  const Uuid id = Uuid::v7(Timestamp{}, 9);
  const auto open = [&](const Topology& with) {
    Result<std::unique_ptr<Store>> opened = backend.open(with, clock);
    REQUIRE(opened.ok());
    REQUIRE((*opened)->register_topology().ok());
    return std::move(*opened);
  };
  {
    const auto store = open(few);
    Reports reports;
    Message message;
    message.type = kAlpha;
    message.id = id;
    message.payload = "{}";
    UnitOfWork unit;
    unit.outgoing.push_back({message, {}, true});
    store->submit(std::move(unit), reports, 1);
    REQUIRE(reports.wait(1).ok());
  }
  const Topology all = topology();
  const auto store = open(all);
  const auto fate = store->fate(id);
  REQUIRE(fate.ok());
  REQUIRE((*fate)->endpoints.size() == 1);
  CHECK((*fate)->endpoints[0].endpoint == "a.plain");
}
