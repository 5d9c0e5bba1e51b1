// A service built without one of its components.
// expect-compile-error(gcc): member 'golden::handlers::OrdersService::Handlers::customer_notification' is uninitialized reference
// expect-compile-error(clang): reference member of type 'CustomerNotification &' uninitialized
#include "handlers.flow.h"

namespace h = golden::handlers;

void run(h::Orders& orders) {
  h::OrdersService service{h::OrdersService::Handlers{.orders = orders}};
}
