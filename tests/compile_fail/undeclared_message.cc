// A message that may not come from this service's bus: a private event.
// expect-compile-error(gcc): cannot convert 'golden::handlers::OrderCounted' to 'const golden::handlers::OrderPlaced&'
// expect-compile-error(clang): no viable conversion from 'h::OrderCounted' to 'const OrderPlaced'
#include "handlers.flow.h"

namespace h = golden::handlers;

void publish(const h::OrdersService::Bus& bus) {
  bus.publish(h::OrderCounted{});
}
