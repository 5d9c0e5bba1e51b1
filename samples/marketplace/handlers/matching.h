#pragma once

#include <mutex>

#include "handlers/catalogue.h"
#include "marketplace.flow.h"

namespace shop {

/// Finds the suppliers of the products on an order: those who will be offered it.
class Matching final : public marketplace::ProviderMatching {
 public:
  void match(const marketplace::orders::OrderPlaced& event, MatchContext& ctx) override;

 private:
  const Catalogue& catalogue(flow::Sql& sql);

  std::once_flag read_;
  Catalogue catalogue_;
};

}  // namespace shop
