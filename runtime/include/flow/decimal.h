#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace flow {

__extension__ typedef __int128 Int128;

/// An exact decimal number: coefficient / 10^scale, at most 38 digits, at most 28 of them after the
/// point. Sums, differences and products are exact or throw std::overflow_error; nothing is ever
/// rounded unless rounded() is called. The scale is kept for printing (`12.50` stays `12.50`) and
/// means nothing in comparisons: 1.0 == 1.00. A value, without allocation.
class Decimal {
 public:
  static constexpr int kMaxDigits = 38;
  static constexpr int kMaxScale = 28;
  enum class Rounding : std::uint8_t {
    half_even,  ///< a tie goes to the even neighbour (accounting's default)
    half_up     ///< a tie goes away from zero
  };

  constexpr Decimal() = default;
  template <std::integral T>
    requires(!std::same_as<T, bool> && sizeof(T) <= sizeof(std::int64_t))
  constexpr Decimal(T value) : coefficient_(value) {}
  /// A double is hardly ever the decimal that was meant: use text.
  Decimal(double) = delete;

  /// `-12.50`, `0`, `1.25e3`: the grammar of a JSON number. None when it is not that or exceeds the
  /// limits.
  static std::optional<Decimal> parse(std::string_view text) noexcept;
  /// As parse(); throws std::invalid_argument.
  static Decimal from_string(std::string_view text);
  /// coefficient / 10^scale; throws std::overflow_error outside the limits.
  static Decimal from_parts(Int128 coefficient, int scale);

  constexpr Int128 coefficient() const { return coefficient_; }
  constexpr int scale() const { return scale_; }
  constexpr bool is_zero() const { return coefficient_ == 0; }
  constexpr bool is_negative() const { return coefficient_ < 0; }

  /// With exactly `scale` digits after the point (0 to kMaxScale), rounded or filled up with zeros.
  /// Throws std::overflow_error when the zeros do not fit.
  Decimal rounded(int scale, Rounding mode = Rounding::half_even) const;
  /// Equal, and without trailing zeros after the point: the same text for all equal numbers.
  Decimal normalized() const noexcept;
  /// The nearest double.
  double to_double() const;
  /// All `scale` digits, never an exponent.
  std::string to_string() const;

  Decimal operator-() const;
  Decimal& operator+=(const Decimal& other) { return *this = *this + other; }
  Decimal& operator-=(const Decimal& other) { return *this = *this - other; }
  Decimal& operator*=(const Decimal& other) { return *this = *this * other; }
  /// The scale of a sum is the larger one.
  friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b);
  /// The scale of a product is the sum of both; trailing zeros go where the limits demand it.
  friend Decimal operator*(const Decimal& a, const Decimal& b);
  friend bool operator==(const Decimal& a, const Decimal& b) noexcept { return (a <=> b) == 0; }
  friend std::weak_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept;

 private:
  constexpr Decimal(Int128 coefficient, std::uint8_t scale)
      : coefficient_(coefficient), scale_(scale) {}

  Int128 coefficient_ = 0;
  std::uint8_t scale_ = 0;
};

std::ostream& operator<<(std::ostream& out, const Decimal& number);

}  // namespace flow

template <>
struct std::hash<flow::Decimal> {
  std::size_t operator()(const flow::Decimal& number) const noexcept;
};
