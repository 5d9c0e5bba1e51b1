#include "checks/capabilities.h"

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "model/names.h"

namespace flowc {
namespace {

constexpr std::int64_t kHour_us = 3600LL * 1'000'000;
constexpr std::uint64_t kMiB = 1024 * 1024;
// What the runtime reads of one message; a store could hold more.
constexpr std::uint64_t kPayloadMax = 16 * kMiB;

constexpr Capabilities store(std::string_view name, bool durable) {
  Capabilities one;
  one.place = name;
  one.message_bytes = kPayloadMax;
  one.durable = durable;
  return one;
}

constexpr Capabilities broker(std::string_view name) {
  Capabilities one;
  one.place = name;
  one.delay = Support::supplied;
  one.expiry = Support::supplied;
  one.capacity = Support::supplied;
  one.transactions = Support::supplied;
  return one;
}

constexpr Capabilities kafka() {
  Capabilities one = broker("kafka");
  one.partitions = true;
  one.message_bytes = kMiB;         // message.max.bytes of a topic, unless it is set higher
  one.handling_us = kHour_us / 12;  // max.poll.interval.ms, unless it is set higher
  return one;
}

constexpr Capabilities rabbitmq() {
  Capabilities one = broker("rabbitmq");
  one.expiry = Support::native;
  one.capacity = Support::native;
  one.priority = Support::native;
  one.message_bytes = kPayloadMax;  // max_message_size as RabbitMQ 4 comes
  return one;
}

constexpr Capabilities redis() {
  Capabilities one = broker("redis");
  one.capacity = Support::native;
  one.message_bytes = kPayloadMax;
  return one;
}

constexpr Capabilities sqs(std::string_view name, Support order) {
  Capabilities one = broker(name);
  one.order = order;
  one.fan_out = Support::supplied;
  one.message_bytes = kMiB / 4;           // a queue may be set to allow more
  one.handling_us = 12 * kHour_us;        // the longest visibility timeout
  one.retention_us = 14 * 24 * kHour_us;  // the longest MessageRetentionPeriod
  return one;
}

constexpr std::array kTable{
    store("sqlite", true),
    store("memory", false),
    store("postgres", true),
    store("mysql", true),
    kafka(),
    rabbitmq(),
    redis(),
    sqs("sqs", Support::none),
    sqs("sqs fifo", Support::native),
};

}  // namespace

std::span<const Capabilities> all_capabilities() {
  return kTable;
}

const Capabilities& capabilities_of(const model::Deployment& deployment, model::PlaceRef place) {
  std::string name;
  if (place.kind == model::PlaceRef::Kind::store) {
    name = model::to_string(deployment.stores.at(place.index).kind);
  } else {
    const model::Broker& broker = deployment.brokers.at(place.index);
    name = model::to_string(broker.kind);
    for (const model::Option& option : broker.options) {
      if (option.name == "fifo" && option.value.text == "true") name += " fifo";
    }
  }
  const auto found = std::find_if(kTable.begin(), kTable.end(),
                                  [&name](const Capabilities& one) { return one.place == name; });
  FLOW_ASSERT(found != kTable.end());
  return *found;
}

}  // namespace flowc
