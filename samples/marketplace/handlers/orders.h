#pragma once

#include "marketplace.flow.h"

namespace shop {

/// Places an order once, however often it is sent.
class Orders final : public marketplace::Orders {
 public:
  void place(const marketplace::PlaceOrder& order, PlaceContext& ctx) override;
};

}  // namespace shop
