// What a handler may do through its Handling, and how what it throws is understood.
#include <doctest/doctest.h>

#include <functional>

#include "engine/handling.h"
#include "engine/histogram.h"
#include "engine/invoke.h"
#include "engine/retry.h"
#include "engine_support.h"
#include "flow/limits.h"
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
    flow::Message message;
    message.id = flow::Uuid::v7(clock.now(), 1);
    message.correlation_id = flow::Uuid::v7(clock.now(), 2);
    message.traceparent = "00-aa-bb-01";
    delivery.message = std::move(message);
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
  CHECK(depth == flow::limits::kCallsDeepMax + 1);

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

TEST_CASE("what cannot be sent is refused before anything is kept, and in a nested handler too") {
  flow::SendOptions never;
  never.delay = microseconds::max();
  never.expires_in = microseconds::max();
  Fixture dead{[&](flow::Handling& handling) {
    CHECK_THROWS_AS(handling.emit(kEvent, {}, "{}", never), flow::BusError);
    CHECK_THROWS_AS(handling.ask(kQuery, "\xff", "{}"), flow::BusError);
    CHECK_THROWS_AS(handling.emit(kCommand, std::string(2000, 'k'), "{}", {}), flow::BusError);
  }};
  const flow::Outcome outcome = dead.run();
  CHECK(outcome.ok);
  CHECK(outcome.outgoing.empty());

  Fixture forged{[](flow::Handling& handling) {
    handling.emit(kEvent, {}, "{}", {.headers = {{"flow-version", "9"}}});
  }};
  CHECK(forged.run().error.code == "reserved_header");

  Fixture wordy{[](flow::Handling& handling) {
    if (handling.endpoint_id() == "answer")
      return handling.reply(std::string(flow::limits::kPayloadBytesMax + 1, ' '));
    handling.ask(kQuery, {}, "{}");
  }};
  CHECK(wordy.run().error.code == "payload_too_large");
}

TEST_CASE(
    "for ever: what is due at the end of time is due then, and what expires then never does") {
  flow::SendOptions late, long_lived;
  late.delay = microseconds::max();
  long_lived.expires_in = microseconds::max();
  Fixture fixture{[&](flow::Handling& handling) {
    handling.emit(kEvent, {}, "{}", late);
    handling.emit(kEvent, {}, "{}", long_lived);
  }};
  const flow::Outcome outcome = fixture.run();
  REQUIRE(outcome.outgoing.size() == 2);
  CHECK(outcome.outgoing[0].due == flow::kEndOfTime);
  CHECK(outcome.outgoing[1].message.expires_at == std::nullopt);
}

TEST_CASE("RetryAfter: a negative delay is none") {
  const auto after = [](microseconds delay) {
    Fixture fixture{[&](flow::Handling&) { throw flow::RetryAfter(delay); }};
    return fixture.run().retry_after.value();
  };
  CHECK(after(5min) == 5min);
  CHECK(after(-5min) == 0s);
  CHECK(after(microseconds::min()) == 0s);
  CHECK(after(microseconds::max()) == microseconds::max());
}

TEST_CASE("a unit of work sends a bounded number of messages, of a bounded size") {
  std::size_t sent = 0;
  Fixture many{[&](flow::Handling& handling) {
    for (;; ++sent) handling.emit(kEvent, {}, "", {});
  }};
  CHECK(many.run().error.code == "unit_too_large");
  CHECK(sent == flow::limits::kUnitMessagesMax);

  sent = 0;
  const std::string large(flow::limits::kPayloadBytesMax, ' ');
  Fixture heavy{[&](flow::Handling& handling) {
    if (handling.endpoint_id() == "nested") {
      handling.emit(kEvent, {}, large, {});
      throw std::runtime_error("taken back");
    }
    CHECK_THROWS(handling.emit(kCommand, {}, "{}", {}));
    for (; sent < flow::limits::kUnitBytesMax / large.size(); ++sent)
      handling.emit(kEvent, {}, large, {});
    handling.emit(kEvent, {}, "", {});
    handling.emit(kEvent, {}, " ", {});
  }};
  CHECK(heavy.run().error.code == "unit_too_large");
  CHECK(sent == flow::limits::kUnitBytesMax / large.size());
}

TEST_CASE("what a handler throws is cut between characters, and made text") {
  constexpr std::size_t kMost = flow::limits::kErrorTextBytesMax;
  const auto text_of = [](const std::string& thrown) {
    return Fixture{[&](flow::Handling&) { throw flow::Reject(thrown); }}.run().error.text;
  };
  CHECK(text_of(std::string(kMost, 'x')) == std::string(kMost, 'x'));
  CHECK(text_of(std::string(kMost + 1, 'x')) == std::string(kMost - 3, 'x') + "...");
  std::string wide;
  while (wide.size() <= kMost) wide += "€";
  const std::string cut = text_of(wide);
  CHECK(cut.size() <= kMost);
  CHECK(cut.size() > kMost - 6);
  CHECK(cut.substr(cut.size() - 6) == "€...");
  CHECK(text_of("a\xff\xc3(b") == "a\xef\xbf\xbd\xef\xbf\xbd(b");
  CHECK(text_of(std::string(10'000'000, '\xff')).size() <= kMost);
  Fixture coded{[](flow::Handling&) {
    throw flow::SqlError({Category::busy, std::string(1000, 'c'), std::string(1'000'000, 't')});
  }};
  const flow::Outcome outcome = coded.run();
  CHECK(outcome.error.code.size() == flow::limits::kErrorCodeBytesMax);
  CHECK(outcome.error.text.size() == kMost);
  CHECK(outcome.error.category == Category::busy);
}

TEST_CASE("a history keeps a bounded number of errors, the first ones and the last") {
  std::vector<flow::AttemptError> history;
  for (std::uint32_t attempt = 1; attempt <= 3 * flow::limits::kErrorsMax; ++attempt) {
    flow::add_error(history, {attempt, Timestamp{}, Category::bug, std::string(5000, 'x')});
    CHECK(history.size() == std::min<std::size_t>(attempt, flow::limits::kErrorsMax));
  }
  CHECK(history.front().attempt == 1);
  CHECK(history.back().attempt == 3 * flow::limits::kErrorsMax);
  CHECK(history.back().text.size() == flow::limits::kErrorTextBytesMax);
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
