#include "sema/literal_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace flowc::sema {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes digits and separators from the front of a text; a failed take is remembered.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  int number(std::size_t digits, int low, int high) {
    if (rest_.size() < digits) return fail();
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!is_digit(rest_[i])) return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value < low || value > high ? fail() : value;
  }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!take(c)) fail();
  }

  std::size_t digits() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_digit);
    const auto count = static_cast<std::size_t>(end - rest_.begin());
    rest_.remove_prefix(count);
    return count;
  }

  int fail() {
    failed_ = true;
    return 0;
  }
  bool good_to_the_end() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

int days_in_month(int year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

void take_date(Cursor& cursor) {
  const int year = cursor.number(4, 1, 9999);
  cursor.expect('-');
  const int month = cursor.number(2, 1, 12);
  cursor.expect('-');
  cursor.number(2, 1, days_in_month(year, std::max(month, 1)));
}

}  // namespace

std::optional<std::string> uuid_text(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string lower;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const auto byte = static_cast<unsigned char>(text[i]);
    if (dash ? text[i] != '-' : std::isxdigit(byte) == 0) return std::nullopt;
    lower += static_cast<char>(std::tolower(byte));
  }
  return lower;
}

bool is_date(std::string_view text) {
  Cursor cursor(text);
  take_date(cursor);
  return cursor.good_to_the_end();
}

bool is_timestamp(std::string_view text) {
  Cursor cursor(text);
  take_date(cursor);
  cursor.expect('T');
  int minute = 60 * cursor.number(2, 0, 23);
  cursor.expect(':');
  minute += cursor.number(2, 0, 59);
  cursor.expect(':');
  cursor.number(2, 0, 59);
  if (cursor.take('.')) {
    const std::size_t digits = cursor.digits();
    if (digits == 0 || digits > 6) return false;
  }
  if (cursor.take('Z')) return cursor.good_to_the_end();
  const bool east = cursor.take('+');
  if (!east) cursor.expect('-');
  int offset = 60 * cursor.number(2, 0, 23);
  cursor.expect(':');
  offset += cursor.number(2, 0, 59);
  if (!cursor.good_to_the_end()) return false;
  // An offset can push the first and last hours out of the calendar.
  if (east) return !text.starts_with("0001-01-01") || minute >= offset;
  return !text.starts_with("9999-12-31") || minute + offset < 24 * 60;
}

bool is_decimal(std::string_view text) {
  constexpr std::size_t kMaxDigits = 38;
  constexpr std::size_t kMaxScale = 28;
  Cursor cursor(text);
  cursor.take('-');
  const std::size_t whole = cursor.digits();
  if (whole == 0) return false;
  std::size_t scale = 0;
  if (cursor.take('.')) {
    scale = cursor.digits();
    if (scale == 0) return false;
  }
  return cursor.good_to_the_end() && whole + scale <= kMaxDigits && scale <= kMaxScale;
}

bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  const std::size_t padded = text.find('=');
  const std::size_t letters = padded == std::string_view::npos ? text.size() : padded;
  if (text.size() - letters > 2) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool letter = std::isalnum(byte) != 0 || byte == '+' || byte == '/';
    if (i < letters ? !letter : byte != '=') return false;
  }
  return true;
}

std::string iso_duration(std::int64_t microseconds) {
  const std::int64_t seconds = microseconds / 1'000'000;
  const std::int64_t fraction = microseconds % 1'000'000;
  std::string text = "PT";
  if (seconds >= 3600) text += std::to_string(seconds / 3600) + "H";
  if (seconds / 60 % 60 != 0) text += std::to_string(seconds / 60 % 60) + "M";
  if (seconds % 60 == 0 && fraction == 0 && microseconds != 0) return text;
  text += std::to_string(seconds % 60);
  if (fraction != 0) {
    std::string digits = std::to_string(1'000'000 + fraction).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text + "S";
}

}  // namespace flowc::sema
