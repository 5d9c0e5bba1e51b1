#include "input/money.h"

#include <limits>
#include <stdexcept>

namespace shop {
namespace {

constexpr int kPlaces = 6;

}  // namespace

std::int64_t to_micros(const flow::Decimal& amount) {
  const flow::Decimal micros = amount.rounded(kPlaces);
  if (micros != amount || micros.coefficient() > std::numeric_limits<std::int64_t>::max() ||
      micros.coefficient() < std::numeric_limits<std::int64_t>::min()) {
    throw std::overflow_error("the amount " + amount.to_string() +
                              " is no 64-bit count of millionths");
  }
  return static_cast<std::int64_t>(micros.coefficient());
}

flow::Decimal from_micros(std::int64_t micros) {
  return flow::Decimal::from_parts(micros, kPlaces);
}

void OrderTotals::add_line(std::int32_t quantity, const flow::Decimal& unit_price,
                           const flow::Decimal& discount) {
  const flow::Decimal full = unit_price * quantity;
  ++lines;
  gross += full;
  net += full * (flow::Decimal{1} - discount);
}

}  // namespace shop
