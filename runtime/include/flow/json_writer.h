#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "flow/bytes.h"
#include "flow/decimal.h"
#include "flow/time.h"
#include "flow/uuid.h"

namespace flow::json {

/// Thrown by Writer for what has no JSON form: a float64 that is not a number or infinite, a string
/// that is not UTF-8, a time outside the years 0001 to 9999, a date that is no day.
struct Unencodable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Appends compact JSON to a string. Places the commas; that begins and ends pair up is the
/// caller's business.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  /// The name of the next value.
  void key(std::string_view name);

  void null();
  void value(bool value);
  void value(std::int32_t value) { this->value(std::int64_t{value}); }
  void value(std::int64_t value);
  void value(double value);
  void value(std::string_view value);
  void value(const std::string& text) { value(std::string_view{text}); }
  void value(const char* text) { value(std::string_view{text}); }
  void value(const Decimal& value);
  void value(const Bytes& value);
  void value(const Uuid& value);
  void value(Timestamp value);
  void value(Duration value);
  void value(Date value);
  /// An absent one is null.
  template <typename T>
  void value(const std::optional<T>& item) {
    if (item) {
      value(*item);
    } else {
      null();
    }
  }
  template <typename T>
  void value(const std::vector<T>& items) {
    begin_array();
    for (const T& item : items) value(item);
    end_array();
  }
  template <typename T>
  void value(const std::map<std::string, T>& entries) {
    begin_object();
    for (const auto& [name, item] : entries) {
      key(name);
      value(item);
    }
    end_object();
  }
  /// Records and enums: their `encode`, found beside the type.
  template <typename T>
    requires(std::is_class_v<T> || std::is_enum_v<T>)
  void value(const T& record) {
    encode(*this, record);
  }

  /// key and value; nothing when an optional is absent.
  template <typename T>
  void field(std::string_view name, const T& item) {
    key(name);
    value(item);
  }
  template <typename T>
  void field(std::string_view name, const std::optional<T>& item) {
    if (item) field(name, *item);
  }

 private:
  void open(char bracket) {
    if (needs_comma_) out_.push_back(',');
    out_.push_back(bracket);
    needs_comma_ = false;
  }
  void close(char bracket) {
    out_.push_back(bracket);
    needs_comma_ = true;
  }
  void separate() {
    if (needs_comma_) out_.push_back(',');
    needs_comma_ = true;
  }
  void quoted(std::string_view text);

  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace flow::json
