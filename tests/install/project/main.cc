#include <iostream>

#include "shop.flow.h"

class Orders final : public shop::Orders {
 public:
  void record_order(const shop::OrderPlaced&, RecordOrderContext&) override {}
  void refund(const shop::contracts::Refund&, RefundContext&) override {}
};

int main(int argc, char** argv) {
  Orders orders;
  shop::ShopService service{{.orders = orders}};
  if (argc > 1) return flow::main(service, argc, argv);
  const char* separator = "";
  for (const flow::MessageType& message : service.topology().messages) {
    std::cout << separator << message.wire_name;
    separator = " ";
  }
  std::cout << '\n';
}
