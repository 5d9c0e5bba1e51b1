#include "handlers.flow.h"

namespace h = golden::handlers;

class Orders final : public h::Orders {
 public:
  void place(const h::PlaceOrder& command, PlaceContext& context) override {
    context.publish(h::OrderPlaced{.order_id = command.order_id, .lines = command.lines});
  }
  h::PlaceOrder normalise(const h::RawOrder& command, NormaliseContext&) override {
    return {.order_id = command.order_id, .lines = {}};
  }
  void count(const h::OrderPlaced&, CountContext& context) override {
    context.send(h::NotifyCustomer{"counted"}, {.delay = flow::microseconds{1}});
  }
  void total(const h::OrderCounted&, TotalContext&) override {}
};

class Notification final : public h::CustomerNotification {
 public:
  void receipt(const h::OrderPlaced&, ReceiptContext&) override {}
  void notify(const h::NotifyCustomer&, NotifyContext&) override {}
};

int main() {
  Orders orders;
  Notification notification;
  h::OrdersService service{{.orders = orders, .customer_notification = notification}};
  service.bus().send(h::NotifyCustomer{.text = "hello"});
}
