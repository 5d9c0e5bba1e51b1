#pragma once

#include <cstdint>
#include <filesystem>

#include "marketplace.flow.h"

namespace shop {

/// Writes a receipt per order into a folder, in place of an e-mail. A file is outside the unit of
/// work, so it may be written twice; being named by its order, it is there once.
class Notification final : public marketplace::CustomerNotification {
 public:
  explicit Notification(std::filesystem::path folder) : folder_(std::move(folder)) {}
  void email_receipt(const marketplace::orders::OrderPlaced& event,
                     EmailReceiptContext& ctx) override;

  /// How many orders have their receipt.
  std::int64_t receipts() const;
  /// Removes all receipts, and nothing else.
  void clear() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace shop
