// Two contracts on one store, side by side: an endpoint ends by word only.
#include <algorithm>

#include "store_fixture.h"

using namespace store_test;

namespace {

// The first contract: `mail` alone. The second adds `totals` on the same channel, reads version 2
// of the message, and knows a stream of its own.
constexpr MessageType kOldMessages[] = {{.wire_name = "t.event", .version = 1}};
constexpr MessageType kNewMessages[] = {{.wire_name = "t.event", .version = 2},
                                        {.wire_name = "t.later", .version = 1}};
constexpr ChannelPolicy kWork[] = {{.name = "work", .ordered_by_key = true}};
constexpr Endpoint kOldEndpoints[] = {
    {.id = "mail", .handler = "Mail.mail", .message = 0, .channel = 0}};
constexpr Endpoint kNewEndpoints[] = {
    {.id = "later", .handler = "Later.later", .message = 1, .channel = 0},
    {.id = "mail", .handler = "Mail.mail", .message = 0, .channel = 0},
    {.id = "totals", .handler = "Totals.add", .message = 0, .channel = 0}};
constexpr EndpointNo kMail = 1, kTotals = 2;  // of the second contract
constexpr ChannelNo kWorkNo = 0;

Topology contract(std::span<const MessageType> messages, std::span<const Endpoint> endpoints,
                  std::string_view hash) {
  Topology topology;
  topology.program = "shop";
  topology.service = "shop";
  topology.contract_hash = hash;
  topology.messages = messages;
  topology.channels = kWork;
  topology.endpoints = endpoints;
  return topology;
}

/// One process's view of the store.
struct Process {
  Process(const std::string& path, TestClock& time, Topology knows, OpenStore open = open_sqlite)
      : clock(time), with(knows) {
    Result<std::unique_ptr<Store>> opened = open(path, with, clock);
    REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().text));
    store = std::move(*opened);
    store->listen(&wakes);
    const Result<void> registered = store->register_topology();
    REQUIRE_MESSAGE(registered.ok(), (registered.ok() ? "" : registered.error().text));
  }
  ~Process() { store->listen(nullptr); }

  Result<Committed> submit(UnitOfWork unit) {
    store->submit(std::move(unit), reports, ++token);
    return reports.wait(token);
  }
  void publish(std::string key, std::uint16_t version = 1, MessageNo type = 0) {
    Message message;
    message.id = Uuid::v7(clock.now(), ++made);
    message.type = type;
    message.key = std::move(key);
    message.correlation_id = message.id;
    message.created_at = clock.now();
    message.payload = "{}";
    if (version > 1) message.headers.emplace(kVersionHeader, std::to_string(version));
    UnitOfWork unit;
    unit.outgoing.push_back({std::move(message), {}});
    REQUIRE(submit(std::move(unit)).ok());
  }
  std::vector<Delivery> load() {
    std::vector<Delivery> all;
    for (std::size_t before = 1; before != 0;) {
      std::vector<Delivery> some;
      const Result<void> loaded = store->load(kWorkNo, 100, some);
      REQUIRE_MESSAGE(loaded.ok(), (loaded.ok() ? "" : loaded.error().text));
      before = some.size();
      for (Delivery& delivery : some) all.push_back(std::move(delivery));
    }
    return all;
  }
  std::vector<Delivery> rows() {
    std::vector<Delivery> all;
    REQUIRE(store->load_rows(kWorkNo, clock.now(), 100, all).ok());
    return all;
  }
  Result<Committed> consume(const Delivery& delivery) {
    UnitOfWork unit;
    unit.channel = kWorkNo;
    unit.consumed = delivery;
    return submit(std::move(unit));
  }
  /// Out of line, as the channel machine does it with what must wait.
  void move_out(const Delivery& delivery) {
    UnitOfWork unit;
    unit.channel = kWorkNo;
    if (delivery.row == 0) unit.consumed = delivery;
    unit.put = RowWrite{delivery, true};
    unit.put->delivery.due = clock.now();
    REQUIRE(submit(std::move(unit)).ok());
  }
  bool claim() {
    const Result<bool> claimed = store->claim(kWorkNo);
    REQUIRE_MESSAGE(claimed.ok(), (claimed.ok() ? "" : claimed.error().text));
    return *claimed;
  }
  std::vector<Orphan> orphans() {
    Result<std::vector<Orphan>> read = store->orphans();
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().text));
    return *read;
  }
  std::uint64_t depth() { return store->stats(kWorkNo, clock.now()).value().depth; }

  TestClock& clock;
  Topology with;
  Wakes wakes;
  Reports reports;
  std::uint64_t token = 0, made = 0;
  std::unique_ptr<Store> store;
};

struct Shared {
  TempDir folder;
  TestClock clock;
  std::string path = folder.file("store.db");
  std::unique_ptr<Process> old_program() {
    return std::make_unique<Process>(path, clock, contract(kOldMessages, kOldEndpoints, "11"));
  }
  std::unique_ptr<Process> new_program() {
    return std::make_unique<Process>(path, clock, contract(kNewMessages, kNewEndpoints, "22"));
  }
};

std::size_t count_of(const std::vector<Delivery>& deliveries, EndpointNo endpoint) {
  return static_cast<std::size_t>(
      std::ranges::count(deliveries, endpoint, [](const Delivery& d) { return d.endpoint; }));
}

}  // namespace

TEST_CASE(
    "a program that does not know an endpoint takes nothing from it, however often it starts") {
  Shared shared;
  auto newer = shared.new_program();
  for (int i = 0; i < 3; ++i) shared.old_program()->publish("b");  // as `publish` and a restart do
  newer->publish("c");
  REQUIRE(newer->claim());
  const std::vector<Delivery> got = newer->load();
  CHECK(count_of(got, kTotals) == 4);
  CHECK(count_of(got, kMail) == 4);
  CHECK(newer->store->dead_letters({}).value().empty());
}

TEST_CASE("what is published while only the old program runs is there for the newer one") {
  Shared shared;
  shared.new_program();
  {
    auto old = shared.old_program();
    REQUIRE(old->claim());
    for (int i = 0; i < 5; ++i) old->publish(std::to_string(i));
    for (const Delivery& delivery : old->load()) REQUIRE(old->consume(delivery).ok());
    CHECK(old->depth() == 0);  // its own: what it cannot handle is no work of its
    for (int i = 0; i < 10; ++i) (void)old->store->trim(shared.clock.now());
    old->store->release(kWorkNo);
  }
  auto newer = shared.new_program();
  REQUIRE(newer->claim());
  CHECK(count_of(newer->load(), kTotals) == 5);
}

TEST_CASE("a version that the owner does not read waits for one that does, and its key behind it") {
  Shared shared;
  auto old = shared.old_program();
  REQUIRE(old->claim());
  {
    auto newer = shared.new_program();
    newer->publish("k", 2);
    newer->publish("k", 1);
  }
  std::vector<Delivery> got = old->load();
  REQUIRE(got.size() == 2);
  old->move_out(got[0]);  // as the channel machine does: it waits in the store
  old->move_out(got[1]);
  shared.clock.advance(1h);
  CHECK(old->rows().empty());
  CHECK(!old->store->next_due(kWorkNo).value());
  old->publish("k", 1);
  got = old->load();
  REQUIRE(got.size() == 1);
  CHECK(got[0].key_held);
  const std::vector<Orphan> orphans = old->orphans();
  const auto waits = std::ranges::find(orphans, "mail", &Orphan::endpoint);
  REQUIRE(waits != orphans.end());
  CHECK(waits->version == 2);
  CHECK(waits->deliveries == 1);
  CHECK(!waits->served);
  old->store->release(kWorkNo);
  auto newer = shared.new_program();
  REQUIRE(newer->claim());
  std::vector<Delivery> rows = newer->rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].attempts == 0);
  CHECK(version_of(*rows[0].message) == 2);
  REQUIRE(newer->consume(rows[0]).ok());
  rows = newer->rows();  // the next of its key
  REQUIRE(rows.size() == 1);
  CHECK(version_of(*rows[0].message) == 1);
}

namespace {

/// Lets go of what is asked for, as a host does.
void keep(Process& process) {
  REQUIRE(process.store->renew({}).ok());
  if (process.wakes.take_asked_for(kWorkNo)) process.store->release(kWorkNo);
}

}  // namespace

TEST_CASE("who can handle what the owner cannot gets the channel, and keeps its turn") {
  Shared shared;
  auto old = shared.old_program();
  REQUIRE(old->claim());
  auto newer = shared.new_program();
  CHECK(!newer->claim());
  for (int i = 0; i < 5; ++i) {  // nothing waits that the owner cannot handle
    keep(*newer);
    keep(*old);
    shared.clock.advance(1s);
    CHECK(!newer->claim());
  }
  old->publish("a");
  keep(*newer);
  CHECK(!newer->claim());  // asked for, not taken
  keep(*old);              // released
  CHECK(!old->claim());    // the other's turn
  REQUIRE(newer->claim());
  CHECK(count_of(newer->load(), kTotals) == 1);
  for (int i = 0; i < 5; ++i) {  // it handles all that the other does: it keeps the channel
    CHECK(!old->claim());
    keep(*old);
    keep(*newer);
    shared.clock.advance(1s);
  }
  CHECK(!old->claim());
}

TEST_CASE("a process that asked for a channel and died or drains holds up nobody") {
  Shared shared;
  auto old = shared.old_program();
  REQUIRE(old->claim());
  auto newer = shared.new_program();
  CHECK(!newer->claim());
  old->publish("a");
  keep(*newer);
  SUBCASE("dead") {
    newer.reset();
  }
  SUBCASE("draining: its runners ask no more") {
    shared.clock.advance(4s);
    keep(*newer);
  }
  SUBCASE("silent: its lease ends") {
    shared.clock.advance(4s);
    REQUIRE(old->store->renew({}).ok());
    shared.clock.advance(2s);
  }
  (void)old->wakes.take_asked_for(kWorkNo);
  old->store->release(kWorkNo);
  CHECK(old->claim());
}

TEST_CASE("an endpoint that no live process knows is told with what it has, and since when") {
  Shared shared;
  auto newer = shared.new_program();
  REQUIRE(newer->claim());
  auto old = shared.old_program();
  old->publish("a");
  const auto totals = [&] {
    const std::vector<Orphan> orphans = old->orphans();
    const auto found = std::ranges::find(orphans, "totals", &Orphan::endpoint);
    REQUIRE(found != orphans.end());
    return *found;
  };
  CHECK(totals().served);
  CHECK(old->store->live_programs().value().at(0).contract == "22");
  CHECK(old->store->retire("totals").error().code == "endpoint_in_use");
  shared.clock.advance(3s);
  const Timestamp left = shared.clock.now();
  newer.reset();
  shared.clock.advance(10s);
  REQUIRE(old->store->renew({}).ok());
  CHECK(!totals().served);
  CHECK(totals().deliveries == 1);
  CHECK(totals().since == left);
  CHECK(old->store->live_programs().value().empty());
  newer = shared.new_program();
  REQUIRE(newer->store->renew({}).ok());
  CHECK(totals().served);
}

namespace {

constexpr std::string_view kRetired[] = {"mail"};

Topology retiring() {
  static constexpr Endpoint kWithout[] = {kNewEndpoints[0], kNewEndpoints[2]};
  Topology topology = contract(kNewMessages, kWithout, "33");
  topology.program = "shop3";
  topology.retired = kRetired;
  return topology;
}

}  // namespace

TEST_CASE(
    "a retired endpoint is dead-lettered in chunks and forgotten; a handling of it is not "
    "both") {
  Shared shared;
  auto old = shared.old_program();
  REQUIRE(old->claim());
  constexpr std::size_t kPublished = 2500;
  for (std::size_t i = 0; i < kPublished; ++i) old->publish(std::to_string(i % 7));
  const std::vector<Delivery> got = old->load();
  REQUIRE(got.size() >= 200);
  for (std::size_t i = 50; i < 60; ++i) REQUIRE(old->consume(got[i]).ok());
  old->move_out(got[0]);
  Process third(shared.path, shared.clock, retiring());
  DeadLetterFilter all;
  all.limit = 10'000;
  const std::vector<DeadLetter> dead = third.store->dead_letters(all).value();
  CHECK(dead.size() == kPublished - 10);
  CHECK(dead[0].reason == "endpoint retired by `shop3`");
  CHECK(dead[0].endpoint == "mail");
  // What was running when it ended is not handled as well.
  CHECK(old->consume(got[100]).error().code == "already_done");
  CHECK(old->rows().empty());
  CHECK(old->load().empty());
  const std::vector<Orphan> orphans = old->orphans();
  CHECK(std::ranges::find(orphans, "mail", &Orphan::endpoint) == orphans.end());
}

TEST_CASE("who still knows a retired endpoint is told; it is back when the word is not live") {
  Shared shared;
  auto old = shared.old_program();
  auto third = std::make_unique<Process>(shared.path, shared.clock, retiring());
  REQUIRE(third->store->renew({}).ok());
  REQUIRE(old->claim());
  CHECK(old->wakes.alarm_with("`mail` was retired by `shop3`"));
  old->publish("lost to nobody: it ended");
  CHECK(old->load().empty());
  // Started while the word is live: the same.
  auto another = shared.old_program();
  REQUIRE(another->store->renew({}).ok());
  CHECK(another->wakes.alarm_with("gets nothing here"));
  another.reset();
  // A rollback: it begins anew, at the end of its stream.
  third.reset();
  shared.clock.advance(1s);
  keep(*old);
  CHECK(old->wakes.alarm_with("begins anew"));
  REQUIRE(old->claim());  // keep() let go: it is read anew
  old->publish("fresh");
  const std::vector<Delivery> got = old->load();
  REQUIRE(got.size() == 1);
  CHECK(got[0].message->key == "fresh");
  // And the word again: what was brought back ends again.
  Process later(shared.path, shared.clock, retiring());
  CHECK(old->load().empty());
  CHECK(later.store->dead_letters({}).value().size() == 1);
}

TEST_CASE("an endpoint that two programs have on different channels stays until one is gone") {
  Shared shared;
  static constexpr ChannelPolicy kTwo[] = {{.name = "other", .ordered_by_key = true},
                                           {.name = "work", .ordered_by_key = true}};
  static constexpr Endpoint kMoved[] = {
      {.id = "mail", .handler = "Mail.mail", .message = 0, .channel = 0}};
  Topology moved = contract(kOldMessages, kMoved, "44");
  moved.channels = kTwo;
  auto old = shared.old_program();
  REQUIRE(old->claim());
  old->publish("a");
  Process mover(shared.path, shared.clock, moved);
  REQUIRE(mover.claim());
  CHECK(mover.wakes.alarm_with("on channel `work` of `shop`"));
  CHECK(mover.load().empty());
  const std::vector<Delivery> begun = old->load();
  REQUIRE(begun.size() == 1);
  old->publish("b");
  shared.clock.advance(6s);  // it is gone, with one delivery begun
  REQUIRE(mover.store->renew({}).ok());
  REQUIRE(mover.store->renew({}).ok());
  REQUIRE(mover.wakes.take_asked_for(kWorkNo));
  mover.store->release(kWorkNo);
  REQUIRE(mover.claim());
  const std::vector<Delivery> rows = mover.rows();  // what may have begun
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].message->key == "a");
  CHECK(rows[1].message->key == "b");
  CHECK(mover.load().empty());
  CHECK(old->consume(begun[0]).error().category == Category::fenced);
}

TEST_CASE("dead letters of another program's endpoint can be replayed, and are not dropped") {
  Shared shared;
  auto newer = shared.new_program();
  REQUIRE(newer->claim());
  newer->publish("a");
  for (const Delivery& delivery : newer->load()) {
    if (delivery.endpoint != kTotals) continue;
    UnitOfWork unit;
    unit.channel = kWorkNo;
    unit.consumed = delivery;
    DeadLetter& dead = unit.dead_letter.emplace();
    dead.endpoint = "totals";
    dead.channel = "work";
    dead.message_type = "t.event";
    dead.reason = "no";
    dead.dead_at = shared.clock.now();
    dead.ordinal = delivery.ordinal;
    dead.position = delivery.position;
    dead.message = *delivery.message;
    REQUIRE(newer->submit(std::move(unit)).ok());
  }
  auto old = shared.old_program();
  shared.clock.advance(std::chrono::hours{24 * 40});
  REQUIRE(old->store->trim(shared.clock.now()).ok());
  const std::vector<DeadLetter> dead = old->store->dead_letters({}).value();
  REQUIRE(dead.size() == 1);
  const std::vector<std::int64_t> ids{dead[0].id};
  CHECK(old->store->replay(ids, shared.clock.now()).value() == 1);
  REQUIRE(newer->store->renew({}).ok());
  const std::vector<Delivery> rows = newer->rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].endpoint == kTotals);
}

TEST_CASE("what waits behind a row that another program is done with waits for nobody") {
  Shared shared;
  auto newer = shared.new_program();
  REQUIRE(newer->claim());
  newer->publish("k");
  const std::vector<Delivery> got = newer->load();
  REQUIRE(got.size() == 2);
  REQUIRE(got[0].endpoint == kMail);
  newer->move_out(got[0]);
  newer->move_out(got[1]);  // waits behind it
  newer->store->release(kWorkNo);
  auto old = shared.old_program();
  REQUIRE(old->claim());
  const std::vector<Delivery> mail = old->rows();
  REQUIRE(mail.size() == 1);
  REQUIRE(old->consume(mail[0]).ok());
  old->store->release(kWorkNo);
  REQUIRE(newer->claim());
  const std::vector<Delivery> rows = newer->rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].endpoint == kTotals);
}

TEST_CASE("a process that was taken for dead goes on with what nobody took over") {
  Shared shared;
  auto old = shared.old_program();
  REQUIRE(old->claim());
  auto newer = shared.new_program();
  shared.clock.advance(6s);
  REQUIRE(newer->store->renew({}).ok());  // forgets it
  REQUIRE(old->store->renew({}).ok());
  CHECK(!newer->claim());
  old->publish("a");
  const std::vector<Delivery> got = old->load();
  REQUIRE(got.size() == 1);
  CHECK(old->consume(got[0]).ok());
}

TEST_CASE("what was handed out is handed out again after a rewind") {
  Shared shared;
  auto old = shared.old_program();
  REQUIRE(old->claim());
  old->publish("a");
  old->publish("b");
  std::vector<Delivery> got = old->load();
  REQUIRE(got.size() == 2);
  REQUIRE(old->consume(got[0]).ok());
  REQUIRE(old->store->rewind(kWorkNo).ok());
  got = old->load();
  REQUIRE(got.size() == 1);
  CHECK(got[0].message->key == "b");
}

TEST_CASE("of two rows of a key at one position, one does not wait for the other") {
  Shared shared;
  const OpenStore stores[] = {open_sqlite, open_memory};
  for (const OpenStore open : stores) {
    Process process(shared.path, shared.clock, contract(kNewMessages, kNewEndpoints, "22"), open);
    REQUIRE(process.claim());
    process.publish("k");
    for (const Delivery& delivery : process.load()) {
      UnitOfWork unit;
      unit.channel = kWorkNo;
      unit.consumed = delivery;
      unit.put = RowWrite{delivery, false};  // both due, as two programs leave them
      unit.put->delivery.due = shared.clock.now();
      REQUIRE(process.submit(std::move(unit)).ok());
    }
    const std::vector<Delivery> both = process.rows();
    REQUIRE(both.size() == 2);
    for (const Delivery& delivery : both) process.move_out(delivery);
    const std::vector<Delivery> first = process.rows();
    REQUIRE(first.size() == 1);
    REQUIRE(process.consume(first[0]).ok());
    CHECK(process.rows().size() == 1);
    process.store->release(kWorkNo);
  }
}
