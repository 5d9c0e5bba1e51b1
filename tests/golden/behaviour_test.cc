// The generated dispatch tables, run against a Handling that is no engine.
#include <doctest/doctest.h>

#include <algorithm>

#include "fake_handling.h"
#include "handlers.flow.h"
#include "query.flow.h"
#include "recursion.flow.h"
#include "services.flow.h"

namespace {

namespace h = golden::handlers;
namespace q = golden::query;

constexpr const char* kOrder = "0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b";

class Orders final : public h::Orders {
 public:
  void place(const h::PlaceOrder& command, PlaceContext& context) override {
    context.publish({.order_id = command.order_id, .lines = command.lines},
                    {.delay = flow::microseconds{5}});
  }
  h::PlaceOrder normalise(const h::RawOrder& command, NormaliseContext&) override {
    return {.order_id = command.order_id, .lines = {{.sku = command.text}}};
  }
  void count(const h::OrderPlaced& event, CountContext& context) override {
    context.publish(h::OrderCounted{.count = static_cast<std::int64_t>(event.lines.size())});
    context.send(h::NotifyCustomer{.text = "counted"});
  }
  void total(const h::OrderCounted& event, TotalContext&) override { total_ += event.count; }

  std::int64_t total_ = 0;
};

class Notification final : public h::CustomerNotification {
 public:
  void receipt(const h::OrderPlaced&, ReceiptContext& context) override {
    throw flow::Reject{"no address, key " + context.idempotency_key()};
  }
  void notify(const h::NotifyCustomer& command, NotifyContext&) override { text_ = command.text; }

  std::string text_;
};

class QueryOrders final : public q::Orders {
 public:
  q::Order find(const q::FindOrder& query, FindContext&) override {
    return {.order_id = query.order_id, .total = flow::Decimal::from_string("12.50")};
  }
  q::Count count(const q::CountOrders&, CountContext&) override { return {.orders = 3}; }
};

struct World {
  Orders orders;
  Notification notification;
  h::OrdersService service{{.orders = orders, .customer_notification = notification}};
};

/// Answers an ask, and remembers what was emitted.
class FakeOutlet final : public flow::Outlet {
 public:
  flow::Uuid emit(flow::MessageNo type, std::optional<std::string> key, std::string payload,
                  const flow::SendOptions&) override {
    emitted.push_back(std::to_string(type) + " " + key.value_or("(none)") + " " + payload);
    return flow::Uuid::from_string(kOrder);
  }
  std::string ask(flow::MessageNo, std::optional<std::string>, std::string) override {
    return answer;
  }
  void unit_of_work(const std::function<void(flow::Outlet&, flow::Sql&)>& work) override {
    struct NoSql final : flow::Sql {
      void run(std::string_view, std::span<const flow::SqlValue>, std::vector<flow::SqlRow>*,
               std::int64_t*) override {}
    } sql;
    work(*this, sql);
  }

  std::vector<std::string> emitted;
  std::string answer;
};

}  // namespace

TEST_CASE("a command's handler runs and publishes with key, payload and options") {
  World world;
  FakeHandling handling{
      world.service.topology(), "golden.handlers.PlaceOrder",
      R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b","lines":[{"sku":"tea"}]})"};
  handling.run(world.service, "orders.place");
  REQUIRE(handling.emitted.size() == 1);
  CHECK(handling.emitted[0].type == "golden.handlers.OrderPlaced");
  CHECK(handling.emitted[0].key == kOrder);
  CHECK(handling.emitted[0].payload ==
        R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b","lines":[{"sku":"tea"}]})");
  CHECK(handling.emitted[0].options.delay == flow::microseconds{5});
}

TEST_CASE("a result goes to the handler named by `then`, in the same handling") {
  World world;
  FakeHandling handling{world.service.topology(), "golden.handlers.RawOrder",
                        R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b","text":"milk"})"};
  handling.run(world.service, "orders.normalise");
  REQUIRE(handling.emitted.size() == 1);
  CHECK(handling.emitted[0].type == "golden.handlers.OrderPlaced");
  CHECK(handling.emitted[0].payload.find(R"("sku":"milk")") != std::string::npos);
}

TEST_CASE(
    "an event's handler sends and publishes what it declared, without keys where there are none") {
  World world;
  FakeHandling handling{
      world.service.topology(), "golden.handlers.OrderPlaced",
      R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b","lines":[],"new":{"x":[1]}})"};
  handling.run(world.service, "orders.count");
  REQUIRE(handling.emitted.size() == 2);
  CHECK(handling.emitted[0].type == "golden.handlers.OrderCounted");
  CHECK(handling.emitted[0].key == std::nullopt);
  CHECK(handling.emitted[1].payload == R"({"text":"counted"})");
}

TEST_CASE("a payload that is not what its type says is undecodable, with the path") {
  World world;
  FakeHandling handling{
      world.service.topology(), "golden.handlers.PlaceOrder",
      R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b","lines":[{"sku":7}]})"};
  std::string text;
  try {
    handling.run(world.service, "orders.place");
  } catch (const flow::Undecodable& error) {
    text = error.what();
  }
  CHECK(text.find("golden.handlers.PlaceOrder: lines[0].sku") == 0);
  CHECK(handling.emitted.empty());
}

TEST_CASE("what a handler throws comes out of the call") {
  World world;
  FakeHandling handling{world.service.topology(), "golden.handlers.OrderPlaced",
                        R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b","lines":[]})"};
  CHECK_THROWS_WITH_AS(handling.run(world.service, "mail.receipt"), "no address, key fake:1",
                       flow::Reject);
}

TEST_CASE("a query's handler replies with its answer") {
  QueryOrders orders;
  q::OrdersService service{{.orders = orders}};
  FakeHandling handling{service.topology(), "golden.query.CountOrders", "{}"};
  handling.run(service, "orders.count");
  CHECK(handling.replies == std::vector<std::string>{R"({"orders":3})"});
}

TEST_CASE("the tables are sorted, and say what each endpoint does") {
  World world;
  const flow::Topology& topology = world.service.topology();
  CHECK(std::is_sorted(topology.messages.begin(), topology.messages.end(),
                       [](const auto& a, const auto& b) { return a.wire_name < b.wire_name; }));
  CHECK(std::is_sorted(topology.endpoints.begin(), topology.endpoints.end(),
                       [](const auto& a, const auto& b) { return a.id < b.id; }));
  CHECK(std::is_sorted(topology.channels.begin(), topology.channels.end(),
                       [](const auto& a, const auto& b) { return a.name < b.name; }));
  CHECK(topology.service == "orders");
  CHECK(topology.contract_hash.size() == 64);
  for (const flow::Endpoint& endpoint : topology.endpoints) {
    CHECK(bool{endpoint.call != nullptr});
    CHECK((endpoint.dispatch == flow::Dispatch::caller) == (endpoint.channel == flow::no_channel));
    if (endpoint.id == "orders.normalise") {
      REQUIRE(endpoint.emits.size() ==
              1);  // what `place` publishes: it runs in the same unit of work
      CHECK(topology.messages[endpoint.emits[0]].wire_name == "golden.handlers.OrderPlaced");
    }
    if (endpoint.id == "mail.receipt") {
      CHECK(topology.channels[endpoint.channel].name == "order_work");
      CHECK(topology.channels[endpoint.channel].retry.now == 1);
      CHECK(topology.channels[endpoint.channel].retry.most == flow::microseconds{60'000'000});
      CHECK(endpoint.handler == "CustomerNotification.receipt");
    }
  }
  REQUIRE(topology.deployments.size() == 2);
  CHECK(bool{topology.deployments[0].open_store == &flow::open_memory});
  CHECK(bool{topology.deployments[1].open_store == &flow::open_sqlite});
  CHECK(topology.deployments[1].store_path.environment == "ORDERS_DB");
}

TEST_CASE("a message type checks a payload and gives its key") {
  World world;
  for (const flow::MessageType& type : world.service.topology().messages) {
    CAPTURE(type.wire_name);
    const auto inspected = type.inspect(
        R"({"order_id":"0B5E7C3A-1d2e-4f60-8a7b-9c0d1e2f3a4b","lines":[],"text":"t","count":1})");
    REQUIRE(inspected.ok());
    CHECK(inspected.value() == (type.has_key ? std::optional{kOrder} : std::nullopt));
    CHECK_FALSE(type.inspect("{}").ok());
  }
}

TEST_CASE("a service knows the endpoints of the others and calls its own") {
  struct Payments final : golden::services::Payments {
    void pay(const golden::services::Pay&, PayContext&) override {}
  } payments;
  golden::services::PaymentsService service{{.payments = payments}};
  REQUIRE(service.topology().endpoints.size() == 2);
  CHECK(service.topology().runs(service.topology().endpoints[0]));
  CHECK_FALSE(service.topology().runs(service.topology().endpoints[1]));
  CHECK(service.topology().endpoints[1].service == 1);
  CHECK(service.topology().service_no == 0);
}

TEST_CASE("what no subscriber could read is refused by the call, and nothing goes out") {
  FakeOutlet outlet;
  const golden::recursion::GrowersService::Bus bus{outlet};
  golden::recursion::TreeGrown grown{.tree = "t"};
  golden::recursion::Node* last = &grown.root;
  for (int i = 0; i < flow::limits::kNestingMax; ++i) last = &last->children.emplace_back();
  CHECK_THROWS_AS(static_cast<void>(bus.publish(grown)), flow::BusError);
  CHECK(outlet.emitted.empty());
  grown.root = {};
  static_cast<void>(bus.publish(grown));
  CHECK(outlet.emitted.size() == 1);
}

TEST_CASE("the bus sends, asks, and runs a unit of work") {
  QueryOrders orders;
  q::OrdersService service{{.orders = orders}};
  CHECK_THROWS_AS(static_cast<void>(service.bus()), flow::BusError);
  FakeOutlet outlet;
  service.attach(&outlet);
  outlet.answer = R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b","total":"7.10"})";
  const q::Order found = service.bus().ask(q::FindOrder{flow::Uuid::from_string(kOrder)});
  CHECK(found.total == flow::Decimal::from_string("7.1"));
  outlet.answer = "{}";
  CHECK_THROWS_AS(static_cast<void>(service.bus().ask(q::FindOrder{})), flow::BusError);

  World world;
  world.service.attach(&outlet);
  CHECK(world.service.bus().send(h::NotifyCustomer{"hello"}) == flow::Uuid::from_string(kOrder));
  world.service.bus().unit_of_work([](h::OrdersService::Bus& bus, flow::Sql& sql) {
    sql.execute("UPDATE t SET x = ?", 1);
    bus.publish(h::OrderPlaced{.order_id = flow::Uuid::from_string(kOrder)});
  });
  REQUIRE(outlet.emitted.size() == 2);
  CHECK(outlet.emitted[0].find(R"({"text":"hello"})") != std::string::npos);
  CHECK(outlet.emitted[1].find(kOrder) != std::string::npos);
}
