// What a handler may do through its Handling, and how what it throws is understood.
#include <doctest/doctest.h>

#include <functional>

#include "engine/handling.h"
#include "engine/histogram.h"
#include "engine/invoke.h"
#include "engine_support.h"
#include "flow/service.h"

using namespace engine_test;
using flow::Category;

namespace {

using Handler = std::function<void(flow::Handling&)>;

void run_handler(const void* handlers, flow::Handling& handling) {
  (*static_cast<const Handler*>(handlers))(handling);
}

struct FixedClock final : flow::Clock {
  Timestamp now() const override { return Timestamp{std::chrono::seconds{1'800'000'000}}; }
  flow::SteadyTime steady() const override { return flow::SteadyTime{}; }
};

struct NoSql final : flow::SqlSource {
  std::unique_ptr<flow::SqlScope> open(const std::stop_token&) override {
    throw flow::SqlError({Category::busy, "busy", "another writer"});
  }
  std::unique_ptr<flow::Sql> open_reading() override {
    throw flow::SqlError({Category::busy, "busy", "no reader"});
  }
  void opened(flow::SqlScope*) override {}
};

constexpr flow::MessageNo kEvent = 0, kCommand = 1, kQuery = 2, kUnheard = 3, kElsewhere = 4;

// The endpoint `root` handles the event from a channel; `nested` a command, `answer` a query in the
// caller's unit.
World make_world() {
  World world = one_channel();
  world.messages = {{"t.Event", 1, flow::MessageKind::event, false},
                    {"t.Command", 1, flow::MessageKind::command, false},
                    {"t.Query", 1, flow::MessageKind::query, false},
                    {"t.Unheard", 1, flow::MessageKind::event, false},
                    {"t.Elsewhere", 1, flow::MessageKind::command, false}};
  const auto caller = flow::Dispatch::caller;
  world.endpoints = {
      {.id = "answer",
       .handler = "answer",
       .message = kQuery,
       .dispatch = caller,
       .call = run_handler},
      {.id = "far", .handler = "far", .message = kElsewhere, .service = 1, .dispatch = caller},
      {.id = "nested",
       .handler = "nested",
       .message = kCommand,
       .dispatch = caller,
       .call = run_handler},
      {.id = "root", .handler = "root", .message = kEvent, .channel = 0, .call = run_handler}};
  return world;
}

struct Fixture {
  explicit Fixture(Handler made) : handler(std::move(made)) {}

  flow::Outcome run(std::uint32_t attempt = 1) {
    flow::Delivery delivery;
    delivery.endpoint = 3;
    delivery.message.id = flow::Uuid::v7(clock.now(), 1);
    delivery.message.correlation_id = flow::Uuid::v7(clock.now(), 2);
    delivery.message.traceparent = "00-aa-bb-01";
    flow::UnitBuilder unit(shared, ids, sql, std::stop_token{});
    return flow::invoke(unit, delivery, attempt);
  }

  Handler handler;
  World world = make_world();
  flow::Topology topology = world.topology();
  flow::DispatchTable routes{topology};
  FixedClock clock;
  NoSql sql;
  flow::IdSource ids{5};
  flow::HandlingWorld shared{topology, routes, &handler, clock};
};

}  // namespace

TEST_CASE("what a handler throws decides about retries by its kind") {
  const std::vector<std::pair<Handler, Category>> table{
      {[](flow::Handling&) { throw flow::Reject("no"); }, Category::rejected},
      {[](flow::Handling&) { throw flow::Undecodable("$.x"); }, Category::poison},
      {[](flow::Handling&) { throw flow::RetryAfter(5min); }, Category::transient},
      {[](flow::Handling& handling) { handling.sql(); }, Category::busy},
      {[](flow::Handling&) { throw std::runtime_error("oops"); }, Category::bug},
      {[](flow::Handling&) { throw 42; }, Category::bug}};
  for (const auto& [handler, category] : table) {
    const flow::Outcome outcome = Fixture{handler}.run();
    CHECK_FALSE(outcome.ok);
    CHECK(outcome.error.category == category);
    CHECK_FALSE(outcome.error.text.empty());
    CHECK(outcome.retry_after.has_value() == (category == Category::transient));
  }
}

TEST_CASE(
    "envelope: what is sent has an id, inherits correlation and trace, and is caused by what is "
    "handled") {
  Fixture fixture{[](flow::Handling& handling) {
    flow::SendOptions options;
    options.delay = 2s;
    options.expires_in = 10s;
    options.headers = {{"a", "b"}};
    handling.emit(kEvent, "key", "{}", options);
    handling.emit(kUnheard, {}, "{}", {});  // nobody reads it: nothing to append
  }};
  const flow::Outcome outcome = fixture.run();
  REQUIRE(outcome.ok);
  REQUIRE(outcome.outgoing.size() == 1);
  const flow::Message& sent = outcome.outgoing[0].message;
  CHECK(sent.id.version() == 7);
  CHECK(sent.key == "key");
  CHECK(sent.causation_id == flow::Uuid::v7(fixture.clock.now(), 1));
  CHECK(sent.correlation_id == flow::Uuid::v7(fixture.clock.now(), 2));
  CHECK(sent.traceparent == "00-aa-bb-01");
  CHECK(sent.created_at == fixture.clock.now());
  CHECK(sent.expires_at == fixture.clock.now() + 10s);
  CHECK(sent.headers.at("a") == "b");
  CHECK(outcome.outgoing[0].due == fixture.clock.now() + 2s);
}

TEST_CASE("idempotency keys are the same on every attempt, and differ between nested calls") {
  std::vector<std::string> keys;
  Fixture fixture{[&](flow::Handling& handling) {
    keys.push_back(handling.idempotency_key());
    if (handling.endpoint_id() != "root") return;
    handling.emit(kCommand, {}, "1", {});
    handling.emit(kCommand, {}, "2", {});
  }};
  REQUIRE(fixture.run(1).ok);
  REQUIRE(fixture.run(2).ok);
  REQUIRE(keys.size() == 6);
  for (std::size_t i = 0; i < 3; ++i) CHECK(keys[i] == keys[i + 3]);
  CHECK(keys[0] != keys[1]);
  CHECK(keys[1] != keys[2]);
}

TEST_CASE(
    "nested handlers share the unit of work, to a depth; a failed one fails the unit even when "
    "swallowed") {
  int depth = 0;
  Fixture deep{[&](flow::Handling& handling) {
    ++depth;
    handling.emit(kCommand, {}, "{}", {});
  }};
  const flow::Outcome too_deep = deep.run();
  CHECK_FALSE(too_deep.ok);
  CHECK(too_deep.error.code == "nested_too_deep");
  CHECK(depth == flow::kMostNesting + 1);

  Fixture swallowed{[](flow::Handling& handling) {
    if (handling.endpoint_id() == "nested") throw std::runtime_error("inside");
    try {
      handling.emit(kCommand, {}, "{}", {});
    } catch (const std::runtime_error&) {
    }
  }};
  CHECK(swallowed.run().error.code == "nested_failure");

  Fixture both{[](flow::Handling& handling) {
    handling.emit(kEvent, {}, handling.endpoint_id() == "root" ? "outer" : "inner", {});
    if (handling.endpoint_id() == "root") handling.emit(kCommand, {}, "{}", {});
  }};
  const flow::Outcome outcome = both.run();
  REQUIRE(outcome.outgoing.size() == 2);
  CHECK(outcome.outgoing[1].message.payload == "inner");
}

TEST_CASE(
    "queries answer their caller; one that does not is an error; one that fails may be caught") {
  Fixture answered{[](flow::Handling& handling) {
    if (handling.endpoint_id() == "answer") return handling.reply("7");
    handling.emit(kEvent, {}, handling.ask(kQuery, {}, "{}"), {});
  }};
  const flow::Outcome outcome = answered.run();
  REQUIRE(outcome.ok);
  CHECK(outcome.outgoing[0].message.payload == "7");

  Fixture silent{[](flow::Handling& handling) {
    if (handling.endpoint_id() == "root") handling.ask(kQuery, {}, "{}");
  }};
  CHECK(silent.run().error.code == "no_reply");

  Fixture caught{[](flow::Handling& handling) {
    if (handling.endpoint_id() == "answer") throw std::runtime_error("not found");
    CHECK_THROWS(handling.ask(kQuery, {}, "{}"));
  }};
  CHECK(caught.run().ok);
}

TEST_CASE("a command that only another service handles in line is refused with its name") {
  Fixture fixture{[](flow::Handling& handling) { handling.emit(kElsewhere, {}, "{}", {}); }};
  const flow::Outcome outcome = fixture.run();
  CHECK(outcome.error.code == "no_endpoint");
  CHECK(outcome.error.text.find("t.Elsewhere") != std::string::npos);
}

TEST_CASE("histogram: quantiles within 6 %, the maximum exact") {
  flow::Histogram histogram;
  CHECK(histogram.quantile(0.99) == 0);
  for (std::uint64_t i = 1; i <= 100'000; ++i) histogram.add(i);
  CHECK(histogram.max() == 100'000);
  for (const double share : {0.01, 0.5, 0.99, 0.999}) {
    const double exact = share * 100'000;
    const auto got = static_cast<double>(histogram.quantile(share));
    CHECK(got >= exact * 0.99);
    CHECK(got <= exact * 1.07);
  }
  CHECK(histogram.quantile(1.0) == 100'000);
  flow::Histogram extremes;
  extremes.add(0);
  extremes.add(~std::uint64_t{0});
  CHECK(extremes.quantile(0.5) == 0);
  CHECK(extremes.max() == ~std::uint64_t{0});
}
