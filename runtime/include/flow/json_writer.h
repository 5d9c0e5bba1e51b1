#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "flow/bytes.h"
#include "flow/decimal.h"
#include "flow/limits.h"
#include "flow/result.h"
#include "flow/time.h"
#include "flow/uuid.h"

namespace flow::json {

/// Thrown by Writer for what no Reader would take: a float64 that is not a number or infinite, a
/// string or name that is not UTF-8, a time outside the years 0001 to 9999, a date that is no day,
/// a number that is no value of its enum, a value nested deeper than limits::kNestingMax, a payload
/// past limits::kPayloadBytesMax. Category::bug, code `unencodable` (`payload_too_large` for the
/// last), and a text as `cannot be encoded: items[3].weight: a float64 that is not a finite
/// number`; the value is not repeated, it may be personal.
struct Unencodable : BusError {
  using BusError::BusError;
};

/// Appends compact JSON to a string. Places the commas; that begins and ends pair up is the
/// caller's business. Everything that it takes is read back equal by a Reader; it throws
/// Unencodable for the rest, and the string is then of no use.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out), begin_(out.size()) {}
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
  void value(const char* text) {
    if (text == nullptr) fail("a null pointer");
    value(std::string_view{text});
  }
  void value(const Decimal& value);
  void value(const Bytes& value);
  void value(const Uuid& value);
  void value(Timestamp value);
  void value(Duration value);
  void value(Date value);
  /// Numbers of other types would be changed on the way, pointers be read as a bool.
  template <typename T>
    requires(std::is_pointer_v<T> || std::is_same_v<T, char> || std::is_same_v<T, long double> ||
             (std::is_unsigned_v<T> && !std::is_same_v<T, bool> && sizeof(T) >= 8))
  void value(T) = delete;
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

  /// Throws Unencodable for the value that would come now, with its path.
  [[noreturn]] void fail(std::string_view what);
  /// To be called at the end: throws when it has become too large.
  void finish() const {
    if (size() > limits::kPayloadBytesMax) refuse_size();
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
    if (++depth_ > limits::kNestingMax) refuse_depth();
    out_.push_back(bracket);
    needs_comma_ = false;
  }
  void close(char bracket) {
    out_.push_back(bracket);
    needs_comma_ = true;
    --depth_;
    finish();
  }
  void separate() {
    if (needs_comma_) out_.push_back(',');
    needs_comma_ = true;
  }
  void quoted(std::string_view text);
  std::size_t size() const noexcept { return out_.size() - begin_; }
  [[noreturn]] void refuse(std::string_view what) const;
  [[noreturn]] void refuse_depth() const;
  [[noreturn]] void refuse_size() const;

  std::string& out_;
  std::size_t begin_;  // of what this writer wrote
  int depth_ = 0;
  bool needs_comma_ = false;
};

}  // namespace flow::json
