// The bus of a running service, units of work, and what open() refuses.
#include <doctest/doctest.h>

#include <thread>

#include "host_support.h"

using namespace host_test;

namespace {

void fine(flow::Handling&) {}

template <typename Work>
std::string bus_error(Work&& work) {
  try {
    work();
  } catch (const flow::BusError& thrown) {
    return thrown.error.code;
  }
  return "none";
}

}  // namespace

TEST_CASE("a unit of work commits whole, or not at all when its function throws") {
  Running shop{host_test::shop(), fine};
  CHECK_THROWS_AS(shop.service.outlet().unit_of_work([](flow::Outlet& outlet, flow::Sql&) {
    outlet.emit(kPlaced, {}, "{}", {});
    throw std::runtime_error("no");
  }),
                  std::runtime_error);
  shop.service.outlet().unit_of_work([](flow::Outlet& outlet, flow::Sql&) {
    outlet.emit(kPlaced, {}, "{}", {});
    outlet.emit(kShip, {}, "{}", {});
  });
  const auto stats = shop.host->channel_stats();
  REQUIRE(stats.ok());
  CHECK(stats->at(0).depth == 1);
  CHECK(stats->at(1).depth == 1);
  CHECK(stats->at(2).depth == 1);
  CHECK(bus_error([&] {
          shop.service.outlet().unit_of_work([](flow::Outlet& outlet, flow::Sql&) {
            outlet.unit_of_work([](flow::Outlet&, flow::Sql&) {});
          });
        }) == "nested_unit_of_work");
}

TEST_CASE("SQL on a store without SQL is an error that says so") {
  Running shop{host_test::shop(), fine};
  CHECK_THROWS_AS(shop.service.outlet().unit_of_work(
                      [](flow::Outlet&, flow::Sql& sql) { sql.execute("SELECT 1"); }),
                  flow::SqlError);
}

TEST_CASE("a command and a query in the caller's unit of work are handled here and now") {
  Running shop{host_test::shop(), [](flow::Handling& handling) {
                 if (handling.endpoint_id() == "total") handling.reply("42");
                 if (handling.endpoint_id() != "reserve") return;
                 if (handling.message().payload == "bad") throw flow::Reject("sold out");
                 const std::string total = handling.ask(kTotal, {}, "{}");
                 handling.emit(kShip, {}, total, {});
               }};
  flow::Outlet& outlet = shop.service.outlet();
  CHECK(outlet.ask(kTotal, {}, "{}") == "42");
  outlet.emit(kReserve, {}, "{}", {});
  auto stats = shop.host->channel_stats();
  REQUIRE(stats.ok());
  CHECK(stats->at(2).depth == 1);
  CHECK_THROWS_AS(outlet.emit(kReserve, {}, "bad", {}), flow::Reject);
  // Even when the caller swallows the exception, nothing of the unit is kept.
  CHECK(bus_error([&] {
          outlet.unit_of_work([](flow::Outlet& unit, flow::Sql&) {
            unit.emit(kPlaced, {}, "{}", {});
            try {
              unit.emit(kReserve, {}, "bad", {});
            } catch (const flow::Reject&) {
            }
          });
        }) == "nested_failure");
  stats = shop.host->channel_stats();
  CHECK(stats->at(0).depth == 0);
}

TEST_CASE(
    "what cannot be sent is refused: too large, a delay in the caller's unit of work, a full "
    "channel after drain") {
  Running shop{host_test::shop(), fine};
  CHECK(bus_error([&] { shop.emit(kShip, {}, std::string(17U << 20U, 'x')); }) ==
        "payload_too_large");
  flow::SendOptions options;
  options.delay = 1s;
  CHECK(bus_error([&] { shop.emit(kReserve, {}, "{}", options); }) == "delay_in_line");
}

TEST_CASE("concurrent senders: each gets its id when it is durable; ids are unique") {
  Running shop{host_test::shop(), fine};
  shop.host->start();
  std::mutex mutex;
  std::vector<flow::Uuid> ids;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 4; ++sender) {
    senders.emplace_back([&] {
      for (int i = 0; i < 250; ++i) {
        const flow::Uuid id = shop.emit(kPlaced);
        const std::lock_guard lock(mutex);
        ids.push_back(id);
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  REQUIRE(shop.host->wait_idle(20s));
  std::sort(ids.begin(), ids.end());
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  CHECK(shop.stats("totals").handled == 1000);
}

TEST_CASE(
    "a service that is not open refuses its bus; a message keeps the id of a caller that resends") {
  const World world = host_test::shop();
  const flow::Topology topology = world.topology();
  const Handlers handlers{fine};
  TestService service{topology, handlers};
  CHECK(bus_error([&] { service.outlet(); }) == "not_running");
  Running shop{host_test::shop(), fine};
  flow::SendOptions options;
  options.id = flow::Uuid::v7(flow::Timestamp{}, 7);
  CHECK(shop.emit(kShip, {}, "{}", options) == *options.id);
}

TEST_CASE(
    "a given id is sent once: the same id comes back, and the rest of the unit of work commits") {
  Running shop{host_test::shop(), fine};
  const auto depth = [&] { return shop.host->channel_stats()->at(2).depth; };
  flow::SendOptions options;
  options.id = flow::Uuid::v7(flow::Timestamp{}, 7);
  CHECK_FALSE(shop.host->send(kShip, {}, "{}", options).before);
  const flow::Sent again = shop.host->send(kShip, {}, "{}", options);
  CHECK(again.before);
  CHECK(again.id == *options.id);
  CHECK(depth() == 1);
  shop.service.outlet().unit_of_work([&](flow::Outlet& unit, flow::Sql&) {
    CHECK(unit.emit(kShip, {}, "{}", options) == *options.id);
    unit.emit(kShip, {}, "{}", {});
  });
  CHECK(depth() == 2);
  CHECK(bus_error([&] { shop.emit(kShip, {}, "{\"other\":1}", options); }) == "id_in_use");
  // Its handler would run before anyone knows whether the id was sent before.
  CHECK(bus_error([&] { shop.emit(kReserve, {}, "{}", options); }) == "id_in_line");
  CHECK(depth() == 2);
}

TEST_CASE("open: an unknown deployment and a missing setting are errors that say what there is") {
  World world = host_test::shop();
  world.deployments.push_back({.name = "disk",
                               .store_kind = flow::StoreKind::sqlite,
                               .store_path = {"", "FLOW_TEST_UNSET_VARIABLE", false},
                               .open_store = flow::open_memory});
  const flow::Topology topology = world.topology();
  const Handlers handlers{fine};
  TestService service{topology, handlers};
  flow::HostOptions options;
  options.deployment = "cloud";
  auto opened = flow::Host::open(service, options);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == "unknown_deployment");
  CHECK(opened.error().text.find("`memory`, `disk`") != std::string::npos);
  options.deployment = "disk";
  opened = flow::Host::open(service, options);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == "setting_missing");
  CHECK(opened.error().text.find("FLOW_TEST_UNSET_VARIABLE") != std::string::npos);
}
