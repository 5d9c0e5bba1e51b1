#include "handlers/notification.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace shop {
namespace {

namespace fs = std::filesystem;

// Thousands of orders to a folder, so that none becomes slow: receipts/10/10248.txt.
constexpr std::int64_t kPerFolder = 1000;

bool all_digits(const std::string& name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_receipt(const fs::path& file) {
  return file.extension() == ".txt" && all_digits(file.stem().string());
}

void for_each_file(const fs::path& folder, const std::function<void(const fs::path&)>& visit) {
  std::error_code missing;
  for (const auto& thousand : fs::directory_iterator{folder, missing}) {
    if (!thousand.is_directory() || !all_digits(thousand.path().filename().string())) continue;
    for (const auto& file : fs::directory_iterator{thousand.path()}) visit(file.path());
  }
}

void write_receipt(std::ostream& out, const marketplace::orders::OrderPlaced& event) {
  out << "Order " << event.order_id << " of " << event.customer << ", "
      << flow::to_string(event.placed_on) << "\n\n";
  flow::Decimal total;
  for (const auto& item : event.items) {
    const flow::Decimal amount =
        item.unit_price * item.quantity * (flow::Decimal{1} - item.discount);
    out << item.quantity << " x product " << item.product_id << " at " << item.unit_price;
    if (!item.discount.is_zero()) out << " less " << (item.discount * 100).rounded(0) << "%";
    out << ": " << amount.rounded(2) << '\n';
    total += amount;
  }
  out << "\nTotal: " << total.rounded(2) << '\n';
}

}  // namespace

void Notification::email_receipt(const marketplace::orders::OrderPlaced& event,
                                 EmailReceiptContext& ctx) {
  const fs::path folder = folder_ / std::to_string(event.order_id / kPerFolder);
  fs::create_directories(folder);
  const fs::path receipt = folder / (std::to_string(event.order_id) + ".txt");
  // Written aside and renamed: a receipt is whole or not there, whenever the process dies.
  const fs::path draft = receipt.string() + ".draft" + std::to_string(ctx.attempt());
  std::ofstream out{draft, std::ios::trunc};
  write_receipt(out, event);
  out.close();
  if (!out) throw std::runtime_error("cannot write the receipt " + draft.string());
  fs::rename(draft, receipt);
}

std::int64_t Notification::receipts() const {
  std::int64_t count = 0;
  for_each_file(folder_, [&](const fs::path& file) { count += is_receipt(file); });
  return count;
}

void Notification::clear() const {
  std::vector<fs::path> files;
  for_each_file(folder_, [&](const fs::path& file) {
    if (is_receipt(file) || is_receipt(file.parent_path() / file.stem())) files.push_back(file);
  });
  std::error_code ignored;
  for (const fs::path& file : files) fs::remove(file, ignored);
}

}  // namespace shop
