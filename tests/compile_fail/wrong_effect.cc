// A handler that may publish, but not this event.
// expect-compile-error(gcc): cannot convert 'golden::handlers::OrderPlaced' to 'const golden::handlers::OrderCounted&'
// expect-compile-error(clang): no viable conversion from 'h::OrderPlaced' to 'const OrderCounted'
#include "handlers.flow.h"

namespace h = golden::handlers;

void count(h::Orders::CountContext& context) {
  context.publish(h::OrderPlaced{});
}
