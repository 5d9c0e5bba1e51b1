#include <charconv>

#include "core/json_scratch.h"
#include "core/json_tokens.h"
#include "flow/json_reader.h"

namespace flow::json {

bool Reader::at_null() const noexcept {
  return peek() == 'n' && token(at_) == "null";
}

bool Reader::skip_null() noexcept {
  return take(at_);
}

template <typename T>
bool Reader::read_integer(T& value, std::string_view expected) {
  if (failed_) return false;
  if (!detail::begins_number(peek())) return mismatch("an integer");
  const std::string_view text = token(at_);
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool zero_first = text[0] == '0' || (text[0] == '-' && text.size() > 1 && text[1] == '0');
  if (end != text.data() + text.size() || (zero_first && !detail::is_number(text))) {
    return mismatch("an integer");
  }
  if (error != std::errc{}) return mismatch(expected);
  value = number;
  return take(at_);
}

bool Reader::read(bool& value) {
  if (failed_) return false;
  const std::string_view text = token(at_);
  if (text != "true" && text != "false") return mismatch("true or false");
  value = text == "true";
  return take(at_);
}

bool Reader::read(std::int32_t& value) {
  return read_integer(value, "an integer from -2147483648 to 2147483647");
}

bool Reader::read(std::int64_t& value) {
  return read_integer(value, "an integer from -9223372036854775808 to 9223372036854775807");
}

bool Reader::read(double& value) {
  if (failed_) return false;
  const std::string_view text = token(at_);
  if (!detail::is_number(text)) return mismatch("a number");
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return mismatch("a number in the range of a float64");
  }
  value = number;
  return take(at_);
}

bool Reader::read(std::string& value) {
  if (failed_) return false;
  std::string_view raw;
  if (!string_token(raw)) return mismatch("a string");
  if (!has_escapes(raw)) {
    value.assign(raw);
  } else if (!detail::unescape(raw, &value)) {
    return malformed("a string without unknown escapes");
  }
  return take(at_);
}

bool Reader::read_string(std::string_view& text, std::string_view expected) {
  if (failed_) return false;
  std::string_view raw;
  if (!string_token(raw)) return mismatch(expected);
  if (!has_escapes(raw)) {
    text = raw;
  } else if (detail::unescape(raw, &scratch_->text)) {
    text = scratch_->text;
  } else {
    return malformed("a string without unknown escapes");
  }
  return true;
}

bool Reader::read_name(std::string_view& name) {
  return read_string(name, "a string") && take(at_);
}

/// A value with a text form. None of them has a backslash, so escapes matter only when the text as
/// it stands fails.
template <typename T, typename Parse>
bool Reader::read_parsed(T& value, std::string_view expected, Parse parse) {
  if (failed_) return false;
  std::string_view text;
  if (!string_token(text)) return mismatch(expected);
  auto parsed = parse(text);
  if (!parsed) {
    if (!read_string(text, expected)) return false;
    parsed = parse(text);
    if (!parsed) return mismatch(expected);
  }
  value = *std::move(parsed);
  return take(at_);
}

bool Reader::read(Decimal& value) {
  if (failed_) return false;
  constexpr std::string_view kExpected = "a decimal of at most 38 digits, 28 after the point";
  if (!detail::begins_number(peek())) return read_parsed(value, kExpected, &Decimal::parse);
  const std::optional<Decimal> number = Decimal::parse(token(at_));
  if (!number) return mismatch(kExpected);
  value = *number;
  return take(at_);
}

bool Reader::read(Bytes& value) {
  return read_parsed(value, "bytes in base 64", &base64_decode);
}

bool Reader::read(Uuid& value) {
  return read_parsed(value, "a uuid", &Uuid::parse);
}

bool Reader::read(Timestamp& value) {
  return read_parsed(value, "a timestamp as \"2026-01-31T12:00:00Z\"", &parse_timestamp);
}

bool Reader::read(Duration& value) {
  return read_parsed(value, "a duration as \"PT15M\"", &parse_duration);
}

bool Reader::read(Date& value) {
  return read_parsed(value, "a date as \"2026-01-31\"", &parse_date);
}

}  // namespace flow::json
