// A handler of another event than the one declared.
// expect-compile-error(gcc): 'void Notification::receipt(const golden::handlers::OrderCounted&, golden::handlers::CustomerNotification::ReceiptContext&)' marked 'override', but does not override
// expect-compile-error(clang): non-virtual member function marked 'override' hides virtual member function
#include "handlers.flow.h"

namespace h = golden::handlers;

class Notification final : public h::CustomerNotification {
 public:
  void receipt(const h::OrderCounted&, ReceiptContext&) override {}
  void notify(const h::NotifyCustomer&, NotifyContext&) override {}
};
