#include <doctest/doctest.h>

#include <string>

#include "host/deployment.h"
#include "unserved.flow.h"
#include "versions.flow.h"

namespace {

namespace v = golden::versions;

constexpr const char* kId = "0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b";

v::OrderPlaced read(std::uint16_t version, const std::string& payload) {
  v::OrderPlaced value{};
  const auto done = decode_version(version, payload, value);
  REQUIRE_MESSAGE(done, (done ? "" : done.error().text));
  return value;
}

TEST_CASE("payloads of every version are read as the newest") {
  const std::string id = std::string(R"({"order_id":")") + kId + "\",";
  const v::OrderPlaced first = read(1, id + R"("urgent":true,"count":3})");
  CHECK(first.order_id.to_string() == kId);
  CHECK(first.tier == v::Tier::basic);
  CHECK_FALSE(first.rushed);
  CHECK(first.count == 3);
  CHECK(first.items.empty());
  CHECK_FALSE(first.note);

  const v::OrderPlaced second = read(2, id + R"("tier":"gold","count":5000000000})");
  CHECK(second.tier == v::Tier::gold);
  CHECK(second.rushed);
  CHECK(second.count == 5'000'000'000);

  const v::OrderPlaced third =
      read(3, id + R"("tier":"gold","rushed":false,"items":[{"sku":"a"}],"note":"n"})");
  CHECK_FALSE(third.rushed);
  CHECK(third.items.size() == 1);
  CHECK(third.note == "n");
}

TEST_CASE("an absent value equals another absent one, and nothing else") {
  const auto asked = [](const std::string& coupons) {
    v::PriceAsked value{};
    const std::string payload =
        std::string(R"({"order_id":")") + kId + R"(","city":"Paris")" + coupons + "}";
    REQUIRE(decode_version(1, payload, value));
    return value;
  };
  const v::PriceAsked neither = asked("");
  CHECK(neither.again);
  CHECK_FALSE(neither.other);
  CHECK_FALSE(neither.local);
  const v::PriceAsked one = asked(R"(,"coupon":"Paris")");
  CHECK_FALSE(one.again);
  CHECK(one.other);
  CHECK(one.local);
  CHECK(asked(R"(,"coupon":"a","last_coupon":"a")").again);
}

TEST_CASE("a version that is not known, or not what its payload is, is poison") {
  v::OrderPlaced value{};
  const auto newer = decode_version(4, "{}", value);
  REQUIRE_FALSE(newer);
  CHECK(newer.error().category == flow::Category::poison);
  CHECK(newer.error().text == "a payload of version 4, and the newest known here is 3");
  CHECK_FALSE(decode_version(1, R"({"order_id":"x","count":1})", value));
  CHECK_FALSE(decode_version(2, R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b"})", value));
}

TEST_CASE("the header of a version is read strictly; without it, it is the first") {
  flow::Message message;
  CHECK(flow::version_of(message) == 1);
  message.headers["flow-version"] = "3";
  CHECK(flow::version_of(message) == 3);
  for (const char* wrong : {"", "0", "-1", "3 ", "v3", "65536", "9999999999"}) {
    message.headers["flow-version"] = wrong;
    CHECK_FALSE(flow::version_of(message));
  }
}

struct Handlers final : golden::unserved::Orders {
  void placed(const golden::unserved::Placed&, PlacedContext&) override {}
};

TEST_CASE("a service that declares what the runtime does not serve refuses to start, naming it") {
  Handlers orders;
  golden::unserved::OrdersService service{{.orders = orders}};
  const flow::Topology& topology = service.topology();
  const auto refused = flow::detail::find_deployment(topology, "dev");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "not_served");
  CHECK(refused.error().text ==
        "service orders cannot start: this version of the flow runtime does not serve"
        "\n  channel alone: isolated\n  handler Orders.digest: batch\n  handler Orders.prune: every"
        "\n  saga Acceptance\n  forward Accepted");
  flow::Topology served = topology;
  served.unserved = {};
  CHECK(flow::detail::find_deployment(served, "dev"));
  const auto prod = flow::detail::find_deployment(served, "prod");
  REQUIRE_FALSE(prod);
  CHECK(
      prod.error().text ==
      "service orders cannot start under deployment `prod`: this version of the flow runtime does "
      "not serve\n  store main: postgres\n  broker partners: kafka");
}

}  // namespace
