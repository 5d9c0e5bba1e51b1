#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/json_path.h"
#include "core/text.h"
#include "flow/json.h"

namespace flow::json {

namespace {

template <typename T>
std::string_view write_number(T value, std::span<char> buffer) {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  (void)error;  // the buffers below are large enough for any value
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

}  // namespace

void Writer::refuse(std::string_view what) const {
  std::string text = "cannot be encoded: ";
  const std::string path = detail::path_at_end(std::string_view{out_}.substr(begin_));
  if (!path.empty()) text += path + ": ";
  throw Unencodable{Error{Category::bug, "unencodable", text.append(what)}};
}

void Writer::refuse_depth() const {
  refuse("nested deeper than " + std::to_string(limits::kNestingMax) + " levels");
}

void Writer::refuse_size() const {
  throw Unencodable{Error{Category::bug, "payload_too_large",
                          "cannot be encoded: the payload has more than " +
                              std::to_string(limits::kPayloadBytesMax) +
                              " bytes; send a reference to what is so large"}};
}

void Writer::fail(std::string_view what) {
  separate();
  refuse(what);
}

void Writer::key(std::string_view name) {
  constexpr std::size_t kShort = 60;
  if (name.size() <= kShort && flow::detail::plain_length(name) == name.size()) {
    // Nearly all names: one append instead of four.
    char buffer[kShort + 4];
    char* out = buffer;
    if (needs_comma_) *out++ = ',';
    *out++ = '"';
    out = std::copy(name.begin(), name.end(), out);
    *out++ = '"';
    *out++ = ':';
    out_.append(buffer, static_cast<std::size_t>(out - buffer));
  } else {
    separate();
    quoted(name);
    out_.push_back(':');
  }
  needs_comma_ = false;
}

void Writer::quoted(std::string_view text) {
  if (text.size() > limits::kPayloadBytesMax) refuse_size();
  if (!flow::detail::append_quoted(out_, text)) refuse("a string that is not UTF-8");
}

void Writer::null() {
  separate();
  out_ += "null";
}

void Writer::value(bool value) {
  separate();
  out_ += value ? "true" : "false";
}

void Writer::value(std::int64_t value) {
  char buffer[24];
  separate();
  out_ += write_number(value, buffer);
}

void Writer::value(double value) {
  char buffer[40];
  separate();
  if (!std::isfinite(value)) refuse("a float64 that is not a finite number");
  out_ += write_number(value, buffer);
}

void Writer::value(std::string_view value) {
  separate();
  quoted(value);
}

void Writer::value(const Decimal& value) {
  separate();
  out_.push_back('"');
  out_ += value.to_string();
  out_.push_back('"');
}

void Writer::value(const Bytes& value) {
  if (value.size() > limits::kPayloadBytesMax) refuse_size();
  separate();
  out_.push_back('"');
  out_ += base64_encode(value);
  out_.push_back('"');
}

void Writer::value(const Uuid& value) {
  separate();
  const std::size_t old = out_.size();
  out_.resize(old + 38, '"');
  value.write_to(out_.data() + old + 1);
}

void Writer::value(Timestamp value) {
  separate();
  if (!flow::detail::in_calendar(value)) refuse("a timestamp outside the years 0001 to 9999");
  out_.push_back('"');
  flow::detail::append_text(out_, value);
  out_.push_back('"');
}

void Writer::value(Duration value) {
  separate();
  out_.push_back('"');
  flow::detail::append_text(out_, value);
  out_.push_back('"');
}

void Writer::value(Date value) {
  separate();
  if (!flow::detail::in_calendar(value)) refuse("a date that is no day of the years 0001 to 9999");
  out_.push_back('"');
  flow::detail::append_text(out_, value);
  out_.push_back('"');
}

std::string key_text(bool value) {
  return value ? "true" : "false";
}
std::string key_text(std::int32_t value) {
  return std::to_string(value);
}
std::string key_text(std::int64_t value) {
  return std::to_string(value);
}
std::string key_text(double value) {
  char buffer[40];
  return std::string{write_number(value == 0 ? 0.0 : value, buffer)};  // -0 equals 0
}
std::string key_text(std::string_view value) {
  return std::string{value};
}
std::string key_text(const Decimal& value) {
  return value.normalized().to_string();
}
std::string key_text(const Bytes& value) {
  return base64_encode(value);
}
std::string key_text(const Uuid& value) {
  return value.to_string();
}
std::string key_text(Timestamp value) {
  return to_string(value);
}
std::string key_text(Duration value) {
  return to_string(value);
}
std::string key_text(Date value) {
  return to_string(value);
}

}  // namespace flow::json
