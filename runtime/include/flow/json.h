#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "flow/json_reader.h"
#include "flow/json_writer.h"

/// The codec of payloads: JSON, strict on the way in. Generated code gives every record and enum
/// `void encode(json::Writer&, const T&)` and `bool decode(json::Reader&, T&)` in the namespace of
/// T. On the wire: int32, int64 and float64 are numbers; decimal, uuid, timestamp, duration, date
/// and bytes (base 64) are strings; an absent optional is left out.
namespace flow::json {

/// Decodes a whole payload. After an error `value` is partly filled.
template <typename T>
Result<void> decode_payload(std::string_view payload, T& value,
                            std::size_t max_bytes = limits::kPayloadBytesMax) {
  Reader in{payload, max_bytes};
  if (in.read(value) && in.finish()) return {};
  return in.error();
}

/// A payload that decode_payload() reads back equal. Throws Unencodable where there is none.
template <typename T>
std::string encode_payload(const T& value) {
  std::string out;
  out.reserve(256);
  Writer writer{out};
  writer.value(value);
  writer.finish();
  return out;
}

/// A key field's value as the text that orders and partitions by it: equal values give equal text.
/// Strings as they are, the rest as in JSON without quotes; an absent optional is no key. Enums
/// need a `to_string` beside the type.
std::string key_text(bool value);
std::string key_text(std::int32_t value);
std::string key_text(std::int64_t value);
std::string key_text(double value);
std::string key_text(std::string_view value);
inline std::string key_text(const std::string& value) {
  return value;
}
inline std::string key_text(const char* value) {
  return value;
}
std::string key_text(const Decimal& value);
std::string key_text(const Bytes& value);
std::string key_text(const Uuid& value);
std::string key_text(Timestamp value);
std::string key_text(Duration value);
std::string key_text(Date value);
template <typename T>
  requires std::is_enum_v<T>
std::string key_text(T value) {
  return std::string{to_string(value)};
}
template <typename T>
std::optional<std::string> key_text(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return key_text(*value);
}

}  // namespace flow::json
