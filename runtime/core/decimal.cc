#include "flow/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ostream>
#include <stdexcept>
#include <utility>

#include "core/text.h"

namespace flow {

namespace {

using detail::is_digit;

constexpr std::array<Int128, Decimal::kMaxDigits + 1> make_powers() {
  std::array<Int128, Decimal::kMaxDigits + 1> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}
constexpr std::array<Int128, Decimal::kMaxDigits + 1> kPowers = make_powers();
constexpr Int128 kMost = kPowers[Decimal::kMaxDigits] - 1;

bool within(Int128 coefficient) noexcept {
  return coefficient <= kMost && coefficient >= -kMost;
}

/// coefficient * 10^power; false when that is outside the limits.
bool shift(Int128& coefficient, int power) noexcept {
  if (coefficient == 0) return true;
  if (power > Decimal::kMaxDigits) return false;
  return !__builtin_mul_overflow(coefficient, kPowers[static_cast<std::size_t>(power)],
                                 &coefficient) &&
         within(coefficient);
}

/// Drops trailing zeros after the point until the scale is `least`.
void trim(Int128& coefficient, int& scale, int least) noexcept {
  while (scale > least && coefficient % 10 == 0) {
    coefficient /= 10;
    --scale;
  }
}

/// The digits of a JSON number: value = coefficient * 10^zeros * 10^exponent.
struct Digits {
  Int128 coefficient = 0;
  std::int64_t zeros = 0;  ///< trailing ones, not yet in the coefficient
  std::int64_t exponent = 0;

  bool add(char digit) noexcept {
    ++zeros;
    if (digit == '0') return true;
    if (coefficient == 0) zeros = 1;  // what went before were leading zeros
    if (zeros > Decimal::kMaxDigits || !shift(coefficient, static_cast<int>(zeros))) return false;
    coefficient += digit - '0';
    zeros = 0;
    return within(coefficient);
  }
};

bool read_digits(std::string_view text, Digits& digits) noexcept {
  std::size_t i = 0;
  const auto at_digit = [&] { return i < text.size() && is_digit(text[i]); };
  if (!at_digit()) return false;
  if (text[i] == '0' && text.size() > 1 && is_digit(text[1])) return false;
  for (; at_digit(); ++i) {
    if (!digits.add(text[i])) return false;
  }
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!at_digit()) return false;
    for (; at_digit(); ++i, --digits.exponent) {
      if (!digits.add(text[i])) return false;
    }
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    const bool negative = i < text.size() && text[i] == '-';
    if (negative || (i < text.size() && text[i] == '+')) ++i;
    if (!at_digit()) return false;
    std::int64_t exponent = 0;
    for (; at_digit(); ++i)
      exponent = std::min<std::int64_t>(exponent * 10 + (text[i] - '0'), 1'000'000'000);
    digits.exponent += negative ? -exponent : exponent;
  }
  return i == text.size();
}

/// The short way, for a number of at most 18 digits without an exponent: its scale is what is
/// written. None: the long way decides.
std::optional<std::pair<std::int64_t, int>> parse_short(std::string_view text) noexcept {
  constexpr std::size_t kMostDigits = 18;
  const bool negative = !text.empty() && text.front() == '-';
  const char* at = text.data() + (negative ? 1 : 0);
  const char* const end = text.data() + text.size();
  if (end - at > static_cast<std::ptrdiff_t>(kMostDigits) || at == end || !is_digit(*at)) {
    return std::nullopt;
  }
  if (*at == '0' && end - at > 1 && at[1] != '.') return std::nullopt;
  std::int64_t number = 0;
  for (; at != end && is_digit(*at); ++at) number = number * 10 + (*at - '0');
  int scale = 0;
  if (at != end) {
    if (*at != '.' || end - at < 2) return std::nullopt;
    scale = static_cast<int>(end - at) - 1;
    for (++at; at != end; ++at) {
      if (!is_digit(*at)) return std::nullopt;
      number = number * 10 + (*at - '0');
    }
  }
  return std::pair{negative ? -number : number, scale};
}

[[noreturn]] void overflow(const char* what) {
  throw std::overflow_error{std::string{"a decimal "} + what +
                            " needs more than 38 digits, or more than 28 after the point"};
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) noexcept {
  if (const auto quick = parse_short(text)) {
    return Decimal{quick->first, static_cast<std::uint8_t>(quick->second)};
  }
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  Digits digits;
  if (!read_digits(text, digits)) return std::nullopt;

  const auto written = static_cast<int>(std::clamp<std::int64_t>(-digits.exponent, 0, kMaxScale));
  if (digits.coefficient == 0) return Decimal{0, static_cast<std::uint8_t>(written)};
  const std::int64_t power = digits.zeros + digits.exponent;
  if (power > kMaxDigits || power < -kMaxScale) return std::nullopt;
  // The scale as written, or less when its zeros do not fit.
  const int least = std::max(0, static_cast<int>(-power));
  for (int scale = written; scale >= least; --scale) {
    Int128 coefficient = digits.coefficient;
    if (!shift(coefficient, static_cast<int>(power) + scale)) continue;
    return Decimal{negative ? -coefficient : coefficient, static_cast<std::uint8_t>(scale)};
  }
  return std::nullopt;
}

Decimal Decimal::from_string(std::string_view text) {
  const std::optional<Decimal> number = parse(text);
  if (!number) throw std::invalid_argument{"not a decimal: " + std::string{text.substr(0, 60)}};
  return *number;
}

Decimal Decimal::from_parts(Int128 coefficient, int scale) {
  if (!within(coefficient) || scale < 0 || scale > kMaxScale) overflow("made of parts");
  return Decimal{coefficient, static_cast<std::uint8_t>(scale)};
}

Decimal Decimal::rounded(int scale, Rounding mode) const {
  if (scale < 0 || scale > kMaxScale) overflow("rounded");
  Int128 result = coefficient_;
  if (scale >= scale_) {
    if (!shift(result, scale - scale_)) overflow("rounded");
    return Decimal{result, static_cast<std::uint8_t>(scale)};
  }
  const Int128 unit = kPowers[static_cast<std::size_t>(scale_ - scale)];
  const Int128 rest = coefficient_ % unit;
  const Int128 twice = (rest < 0 ? -rest : rest) * 2;
  result = coefficient_ / unit;
  const bool away =
      twice > unit || (twice == unit && (mode == Rounding::half_up || result % 2 != 0));
  if (away) result += coefficient_ < 0 ? -1 : 1;
  return Decimal{result, static_cast<std::uint8_t>(scale)};
}

Decimal Decimal::normalized() const noexcept {
  Int128 coefficient = coefficient_;
  int scale = scale_;
  trim(coefficient, scale, 0);
  return Decimal{coefficient, static_cast<std::uint8_t>(scale)};
}

double Decimal::to_double() const {
  const std::string text = to_string();
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string Decimal::to_string() const {
  char buffer[kMaxDigits + 4];
  char* const end = buffer + sizeof buffer;
  char* begin = end;
  Int128 rest = coefficient_ < 0 ? -coefficient_ : coefficient_;
  for (int digit = 0; rest != 0 || digit <= scale_; ++digit) {
    if (digit == scale_ && scale_ > 0) *--begin = '.';
    *--begin = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (coefficient_ < 0) *--begin = '-';
  return std::string{begin, end};
}

Decimal Decimal::operator-() const {
  return Decimal{-coefficient_, scale_};
}

Decimal operator+(const Decimal& a, const Decimal& b) {
  Decimal left = a, right = b;
  for (const bool last_try : {false, true}) {
    const int scale = std::max(left.scale_, right.scale_);
    Int128 x = left.coefficient_, y = right.coefficient_, sum = 0;
    if (shift(x, scale - left.scale_) && shift(y, scale - right.scale_) &&
        !__builtin_add_overflow(x, y, &sum) && within(sum)) {
      return Decimal{sum, static_cast<std::uint8_t>(scale)};
    }
    if (last_try) break;
    left = a.normalized();
    right = b.normalized();
  }
  overflow("sum");
}

Decimal operator-(const Decimal& a, const Decimal& b) {
  return a + -b;
}

Decimal operator*(const Decimal& a, const Decimal& b) {
  Decimal left = a, right = b;
  for (const bool last_try : {false, true}) {
    Int128 product = 0;
    int scale = left.scale_ + right.scale_;
    if (!__builtin_mul_overflow(left.coefficient_, right.coefficient_, &product)) {
      trim(product, scale, Decimal::kMaxScale);
      if (scale <= Decimal::kMaxScale && within(product)) {
        return Decimal{product, static_cast<std::uint8_t>(scale)};
      }
    }
    if (last_try) break;
    left = a.normalized();
    right = b.normalized();
  }
  overflow("product");
}

std::weak_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept {
  if (a.scale_ == b.scale_) return a.coefficient_ <=> b.coefficient_;
  if (a.scale_ > b.scale_) return 0 <=> (b <=> a);
  // What does not fit when brought to the other's scale is larger than anything that fits.
  Int128 scaled = a.coefficient_;
  if (!shift(scaled, b.scale_ - a.scale_)) {
    return a.is_negative() ? std::weak_ordering::less : std::weak_ordering::greater;
  }
  return scaled <=> b.coefficient_;
}

std::ostream& operator<<(std::ostream& out, const Decimal& number) {
  return out << number.to_string();
}

}  // namespace flow

std::size_t std::hash<flow::Decimal>::operator()(const flow::Decimal& number) const noexcept {
  const flow::Decimal plain = number.normalized();
  const flow::Int128 coefficient = plain.coefficient();
  const auto low = static_cast<std::uint64_t>(coefficient);
  const auto high = static_cast<std::uint64_t>(coefficient >> 64);
  return static_cast<std::size_t>((low * 0x9e3779b97f4a7c15U) ^
                                  (high + static_cast<std::uint64_t>(plain.scale()) * 31));
}
