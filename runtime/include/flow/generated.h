#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "flow/bytes.h"
#include "flow/decimal.h"
#include "flow/handling.h"
#include "flow/json.h"
#include "flow/message.h"
#include "flow/print.h"
#include "flow/result.h"
#include "flow/service.h"
#include "flow/sql.h"
#include "flow/time.h"
#include "flow/topology.h"
#include "flow/uuid.h"

/// What generated code is written against: its one include. Users do not include it, and
/// flow::detail is not for them.
namespace flow {

/// Raised whenever generated code of before would not work with this runtime.
inline constexpr int abi = 2;

/// The stores a deployment can name. Each is in a library of its own, linked when generated code
/// refers to it.
Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const Topology& topology,
                                           Clock& clock);
Result<std::unique_ptr<Store>> open_memory(const std::string& path, const Topology& topology,
                                           Clock& clock);

namespace detail {

/// Reads a payload of some version: a message with several has a `decode_version` in the generated
/// code, which makes the newest of each.
template <typename T>
Result<void> decode_any_version(std::uint16_t version, std::uint16_t newest,
                                std::string_view payload, T& value) {
  if constexpr (requires { decode_version(version, payload, value); }) {
    return decode_version(version, payload, value);
  } else {
    if (version != newest) return unknown_version(version, newest);
    return json::decode_payload(payload, value);
  }
}

/// The payload of what is being handled. Throws Undecodable, with the wire name and the path of
/// what is wrong.
template <typename T>
T decode_message(Handling& handling) {
  T value{};
  const Message& message = handling.message();
  const MessageType& type = handling.topology().messages[message.type];
  const std::uint16_t version = version_of(message).value_or(0);
  const Result<void> decoded = decode_any_version(version, type.version, message.payload, value);
  if (!decoded) throw Undecodable(std::string{type.wire_name} + ": " + decoded.error().text);
  return value;
}

/// MessageType::inspect: decodes strictly, and gives the key's text, or none without a key.
template <typename T, auto Key = nullptr>
Result<std::optional<std::string>> inspect_message(std::string_view payload) {
  T value{};
  if (Result<void> decoded = json::decode_payload(payload, value); !decoded) return decoded.error();
  if constexpr (std::is_null_pointer_v<decltype(Key)>) {
    return std::optional<std::string>{};
  } else {
    return std::optional<std::string>{json::key_text(value.*Key)};
  }
}

/// A query's answer. Throws BusError when the reply is not one, which only a bug or another version
/// of the contract can do.
template <typename T>
T ask(Outlet& outlet, MessageNo query, std::optional<std::string> key, std::string payload) {
  T value{};
  const std::string reply = outlet.ask(query, std::move(key), std::move(payload));
  if (const Result<void> decoded = json::decode_payload(reply, value); !decoded) {
    throw BusError(
        Error{Category::bug, "undecodable_reply", "the answer: " + decoded.error().text});
  }
  return value;
}

/// For an enum that has no value `unknown`.
inline constexpr std::size_t no_unknown = static_cast<std::size_t>(-1);

inline std::string_view enum_name(std::span<const std::string_view> names, std::size_t value) {
  return value < names.size() ? names[value] : "(no such value)";
}

/// An enum of C++ holds any number: one that names nothing is refused, since nobody could read it.
template <typename E>
void encode_enum(json::Writer& out, std::span<const std::string_view> names, E value) {
  const auto place = static_cast<std::size_t>(value);
  if (place >= names.size()) {
    out.fail("the number " + std::to_string(place) + ", which is none of the " +
             std::to_string(names.size()) + " values of its enum");
  }
  out.value(names[place]);
}

/// The place of the name, or `unknown`; fails with the names there are.
inline bool decode_enum_value(json::Reader& in, std::span<const std::string_view> names,
                              std::size_t unknown, std::size_t& value) {
  std::string_view name;
  if (!in.read_name(name)) return false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) {
      value = i;
      return true;
    }
  }
  if (unknown != no_unknown) {
    value = unknown;
    return true;
  }
  std::string expected = names.size() == 1 ? "" : "one of ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    expected += (i == 0 ? "\"" : ", \"") + std::string{names[i]} + "\"";
  }
  return in.fail_expected(expected);
}

template <typename E>
bool decode_enum(json::Reader& in, std::span<const std::string_view> names, std::size_t unknown,
                 E& value) {
  std::size_t place = 0;
  if (!decode_enum_value(in, names, unknown, place)) return false;
  value = static_cast<E>(place);
  return true;
}

/// `OrderPlaced{order_id=…, customer=<redacted>}`.
class Printer {
 public:
  Printer(std::ostream& out, std::string_view type) : out_(out) { out_ << type << '{'; }

  template <typename T>
  void field(std::string_view name, const T& value) {
    begin(name);
    print_value(out_, value);
  }
  void redacted(std::string_view name) {
    begin(name);
    out_ << "<redacted>";
  }
  std::ostream& end() { return out_ << '}'; }

 private:
  void begin(std::string_view name) {
    out_ << separator_ << name << '=';
    separator_ = ", ";
  }

  std::ostream& out_;
  std::string_view separator_;
};

// Defaults of fields, checked by flowc: they always parse.
inline Timestamp timestamp_constant(std::string_view text) {
  return parse_timestamp(text).value();
}
inline Date date_constant(std::string_view text) {
  return parse_date(text).value();
}
inline Bytes bytes_constant(std::string_view text) {
  return base64_decode(text).value();
}

}  // namespace detail
}  // namespace flow
