// A handler that publishes what it did not declare.
// expect-compile-error(gcc): 'class golden::handlers::CustomerNotification::NotifyContext' has no member named 'publish'
// expect-compile-error(clang): no member named 'publish' in 'golden::handlers::CustomerNotification::NotifyContext'
#include "handlers.flow.h"

namespace h = golden::handlers;

class Notification final : public h::CustomerNotification {
 public:
  void receipt(const h::OrderPlaced&, ReceiptContext&) override {}
  void notify(const h::NotifyCustomer&, NotifyContext& context) override {
    context.publish(h::OrderPlaced{});
  }
};
