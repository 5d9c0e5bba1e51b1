#include "flow/time.h"

#include "core/text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace flow {

namespace {

using detail::is_digit;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Eats text from the left.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}

  bool done() const noexcept { return text_.empty(); }
  bool at_digit() const noexcept { return !text_.empty() && is_digit(text_.front()); }
  bool eat(char c) noexcept {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// Exactly `count` digits.
  bool digits(std::size_t count, unsigned& value) noexcept {
    if (text_.size() < count) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(text_[i])) return false;
      value = value * 10 + static_cast<unsigned>(text_[i] - '0');
    }
    text_.remove_prefix(count);
    return true;
  }
  /// One or more digits that fit.
  bool number(std::int64_t& value) noexcept {
    if (!at_digit()) return false;
    value = 0;
    for (; at_digit(); text_.remove_prefix(1)) {
      if (__builtin_mul_overflow(value, 10, &value) ||
          __builtin_add_overflow(value, text_.front() - '0', &value)) {
        return false;
      }
    }
    return true;
  }
  /// 1 to 9 digits of a fraction, as microseconds.
  bool fraction(std::int64_t& micros) noexcept {
    constexpr std::int64_t kUnits[] = {1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
    std::size_t count = 0;
    for (micros = 0; at_digit(); text_.remove_prefix(1), ++count) {
      if (count < 6) micros = micros * 10 + (text_.front() - '0');
    }
    micros *= kUnits[std::min<std::size_t>(count, 6)];
    return count > 0 && count <= 9;
  }

 private:
  std::string_view text_;
};

bool read_date(Cursor& in, Date& date) noexcept {
  unsigned year = 0, month = 0, day = 0;
  if (!in.digits(4, year) || !in.eat('-') || !in.digits(2, month) || !in.eat('-') ||
      !in.digits(2, day)) {
    return false;
  }
  date = Date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
              std::chrono::day{day}};
  return year >= 1 && date.ok();
}

bool read_offset(Cursor& in, minutes& offset) noexcept {
  if (in.eat('Z')) {
    offset = minutes{0};
    return true;
  }
  const bool west = in.eat('-');
  unsigned h = 0, m = 0;
  if (!west && !in.eat('+')) return false;
  if (!in.digits(2, h) || !in.eat(':') || !in.digits(2, m) || h > 23 || m > 59) return false;
  offset = hours{h} + minutes{m};
  if (west) offset = -offset;
  return true;
}

/// Writes text from the left into a buffer of the caller's.
class Pen {
 public:
  explicit Pen(char* out) noexcept : begin_(out), out_(out) {}

  std::string_view text() const noexcept {
    return {begin_, static_cast<std::size_t>(out_ - begin_)};
  }
  void put(char c) noexcept { *out_++ = c; }
  void two(unsigned value) noexcept {
    put(static_cast<char>('0' + value / 10 % 10));
    put(static_cast<char>('0' + value % 10));
  }
  void number(std::uint64_t value) noexcept {
    char digits[20];
    std::size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    while (count > 0) put(digits[--count]);
  }
  void fraction(unsigned micros) noexcept {
    if (micros == 0) return;
    put('.');
    two(micros / 10'000);
    two(micros / 100 % 100);
    two(micros % 100);
    while (out_[-1] == '0') --out_;
  }
  void date(Date date) noexcept {
    const int year = static_cast<int>(date.year());
    const auto size = static_cast<unsigned>(year < 0 ? -year : year);
    if (year < 0) put('-');
    if (size > 9999) put(static_cast<char>('0' + size / 10'000));
    two(size / 100 % 100);
    two(size % 100);
    put('-');
    two(static_cast<unsigned>(date.month()));
    put('-');
    two(static_cast<unsigned>(date.day()));
  }

 private:
  char* begin_;
  char* out_;
};

constexpr std::size_t kLongestText = 40;

constexpr Timestamp kCalendarBegin =
    std::chrono::sys_days{std::chrono::year{1} / std::chrono::January / 1};
constexpr Timestamp kCalendarEnd =
    std::chrono::sys_days{std::chrono::year{10000} / std::chrono::January / 1};

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept {
  // Up to the seconds every part has its place.
  constexpr std::size_t kSecondsEnd = 19;
  if (text.size() <= kSecondsEnd) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  bool digits = true;
  const auto two = [&](std::size_t at) -> unsigned {
    digits &= is_digit(text[at]) && is_digit(text[at + 1]);
    return static_cast<unsigned>((text[at] - '0') * 10 + (text[at + 1] - '0'));
  };
  const unsigned year = two(0) * 100 + two(2), month = two(5), day = two(8);
  const unsigned h = two(11), m = two(14), s = two(17);
  if (!digits || h > 23 || m > 59 || s > 59) return std::nullopt;
  const Date date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                  std::chrono::day{day}};
  if (!detail::in_calendar(date)) return std::nullopt;

  Cursor in{text.substr(kSecondsEnd)};
  std::int64_t micros = 0;
  if (in.eat('.') && !in.fraction(micros)) return std::nullopt;
  minutes offset{0};
  if (!read_offset(in, offset) || !in.done()) return std::nullopt;
  const Timestamp instant = std::chrono::sys_days{date} + hours{h} + minutes{m} + seconds{s} +
                            microseconds{micros} - offset;
  // An offset can push the first and last hours out of the calendar.
  if (!detail::in_calendar(instant)) return std::nullopt;
  return instant;
}

bool detail::in_calendar(Timestamp instant) noexcept {
  return instant >= kCalendarBegin && instant < kCalendarEnd;
}

bool detail::in_calendar(Date date) noexcept {
  return date.ok() && date.year() >= std::chrono::year{1} && date.year() <= std::chrono::year{9999};
}

void detail::append_text(std::string& out, Timestamp instant) {
  if (!in_calendar(instant)) {
    out += std::to_string(instant.time_since_epoch().count());
    out += "us since 1970";
    return;
  }
  const auto day = std::chrono::floor<days>(instant);
  const auto micros = static_cast<std::uint64_t>((instant - day).count());
  const auto second = static_cast<unsigned>(micros / 1'000'000);
  char buffer[kLongestText];
  Pen pen{buffer};
  pen.date(Date{day});
  pen.put('T');
  pen.two(second / 3600);
  pen.put(':');
  pen.two(second / 60 % 60);
  pen.put(':');
  pen.two(second % 60);
  pen.fraction(static_cast<unsigned>(micros % 1'000'000));
  pen.put('Z');
  out += pen.text();
}

std::string to_string(Timestamp instant) {
  std::string out;
  detail::append_text(out, instant);
  return out;
}

std::optional<Date> parse_date(std::string_view text) noexcept {
  Cursor in{text};
  Date date{};
  if (!read_date(in, date) || !in.done()) return std::nullopt;
  return date;
}

void detail::append_text(std::string& out, Date date) {
  char buffer[kLongestText];
  Pen pen{buffer};
  pen.date(date);
  out += pen.text();
}

std::string to_string(Date date) {
  std::string out;
  detail::append_text(out, date);
  return out;
}

std::optional<Duration> parse_duration(std::string_view text) noexcept {
  struct Unit {
    char letter;
    bool in_time;
    std::int64_t micros;
  };
  constexpr Unit kUnits[] = {{'W', false, 604'800'000'000},
                             {'D', false, 86'400'000'000},
                             {'H', true, 3'600'000'000},
                             {'M', true, 60'000'000},
                             {'S', true, 1'000'000}};
  Cursor in{text};
  const bool negative = in.eat('-');
  if (!in.eat('P')) return std::nullopt;
  std::int64_t total = 0;  // kept negative, whose range is the larger one
  bool in_time = false, any = false;
  const Unit* unit = kUnits;
  while (!in.done()) {
    if (!in_time && in.eat('T')) {
      in_time = true;
      any = false;  // a T needs a part after it
    }
    std::int64_t count = 0, micros = 0;
    if (!in.number(count)) return std::nullopt;
    const bool fraction = in.eat('.');
    if (fraction && !in.fraction(micros)) return std::nullopt;
    while (unit != std::end(kUnits) && (unit->in_time != in_time || !in.eat(unit->letter))) ++unit;
    if (unit == std::end(kUnits) || (fraction && unit->letter != 'S')) return std::nullopt;
    if (__builtin_mul_overflow(count, -unit->micros, &count) ||
        __builtin_sub_overflow(count, micros, &count) ||
        __builtin_add_overflow(total, count, &total)) {
      return std::nullopt;
    }
    ++unit;
    any = true;
  }
  if (!any) return std::nullopt;
  if (!negative && __builtin_sub_overflow(std::int64_t{0}, total, &total)) return std::nullopt;
  return Duration{total};
}

void detail::append_text(std::string& out, Duration duration) {
  const std::int64_t count = duration.count();
  // Unsigned, because the smallest length has no positive twin.
  const std::uint64_t micros =
      count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  const std::uint64_t second = micros / 1'000'000;
  char buffer[kLongestText];
  Pen pen{buffer};
  if (count < 0) pen.put('-');
  pen.put('P');
  pen.put('T');
  if (second >= 3600) {
    pen.number(second / 3600);
    pen.put('H');
  }
  if (second / 60 % 60 != 0) {
    pen.number(second / 60 % 60);
    pen.put('M');
  }
  if (second % 60 != 0 || micros % 1'000'000 != 0 || count == 0) {
    pen.number(second % 60);
    pen.fraction(static_cast<unsigned>(micros % 1'000'000));
    pen.put('S');
  }
  out += pen.text();
}

std::string to_string(Duration duration) {
  std::string out;
  detail::append_text(out, duration);
  return out;
}

}  // namespace flow
