// A component that handles one of its two messages.
// expect-compile-error(gcc): cannot declare variable 'notification' to be of abstract type 'Notification'
// expect-compile-error(clang): variable type 'Notification' is an abstract class
#include "handlers.flow.h"

namespace h = golden::handlers;

class Notification final : public h::CustomerNotification {
 public:
  void receipt(const h::OrderPlaced&, ReceiptContext&) override {}
};

Notification notification;
