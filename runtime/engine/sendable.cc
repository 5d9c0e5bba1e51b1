#include "engine/sendable.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/text.h"
#include "flow/limits.h"
#include "flow/result.h"

namespace flow {
namespace {

[[noreturn]] void refuse(std::string code, const MessageType& type, const std::string& what) {
  throw BusError({Category::bug, std::move(code),
                  fmt::format("`{}` cannot be sent: {}", type.wire_name, what)});
}

std::string echo(std::string_view text) {
  std::string out;
  detail::append_echo(out, text, limits::kEchoBytesMax);
  return out;
}

void check_payload(const MessageType& type, const std::string& payload) {
  if (payload.size() <= limits::kPayloadBytesMax) return;
  refuse(
      "payload_too_large", type,
      fmt::format("its payload has {} bytes, at most {} are allowed; send a reference to what is "
                  "so large",
                  payload.size(), limits::kPayloadBytesMax));
}

// The value is not repeated: it may be a person's.
void check_key(const MessageType& type, const std::string& key) {
  if (key.size() > limits::kKeyBytesMax) {
    refuse("key_too_long", type,
           fmt::format("its key has {} bytes, at most {} are allowed; use a hash of it as the key",
                       key.size(), limits::kKeyBytesMax));
  }
  if (!detail::is_utf8(key)) refuse("bad_key", type, "its key is not UTF-8");
  if (key.find('\0') != std::string::npos)
    refuse("bad_key", type, "its key has a NUL in it, which stores and brokers do not keep");
}

// Those that the runtime sets: what a sender wrote there would be taken for its own. On the wire
// the names of some transports have no case.
bool is_own_header(std::string_view name) {
  constexpr std::string_view kPrefix = "flow-";
  return name.size() >= kPrefix.size() &&
         std::equal(kPrefix.begin(), kPrefix.end(), name.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
         });
}

void check_header(const MessageType& type, const std::string& name, const std::string& value) {
  if (name.empty()) refuse("bad_header", type, "a header has no name");
  if (name.size() > limits::kHeaderNameBytesMax) {
    refuse("bad_header", type,
           fmt::format("the name of header `{}` has {} bytes, at most {} are allowed", echo(name),
                       name.size(), limits::kHeaderNameBytesMax));
  }
  if (!detail::is_utf8(name) || detail::has_control_characters(name)) {
    refuse(
        "bad_header", type,
        fmt::format("the name of header `{}` is not UTF-8 without control characters", echo(name)));
  }
  if (is_own_header(name)) {
    refuse("reserved_header", type,
           fmt::format("header `{}` is one of flow's own, whose names begin with `flow-`: give it "
                       "another name",
                       echo(name)));
  }
  if (value.size() > limits::kHeaderValueBytesMax) {
    refuse("bad_header", type,
           fmt::format("header `{}` has {} bytes, at most {} are allowed; put it into the payload",
                       name, value.size(), limits::kHeaderValueBytesMax));
  }
  if (!detail::is_utf8(value) || detail::has_control_characters(value)) {
    refuse("bad_header", type,
           fmt::format("the value of header `{}` is not UTF-8 without control characters: encode "
                       "it, as base 64",
                       name));
  }
}

void check_headers(const MessageType& type, const Headers& headers) {
  if (headers.size() > limits::kHeadersMax) {
    refuse("too_many_headers", type,
           fmt::format("it has {} headers, at most {} are allowed", headers.size(),
                       limits::kHeadersMax));
  }
  std::size_t bytes = 0;
  for (const auto& [name, value] : headers) {
    check_header(type, name, value);
    bytes += name.size() + value.size();
  }
  if (bytes > limits::kHeadersBytesMax) {
    refuse("headers_too_large", type,
           fmt::format("its headers have {} bytes together, at most {} are allowed", bytes,
                       limits::kHeadersBytesMax));
  }
}

void check_spans(const MessageType& type, const SendOptions& options) {
  if (options.delay.count() < 0) {
    refuse("negative_delay", type,
           fmt::format("its delay is {}: a message cannot go out before it is sent",
                       to_string(options.delay)));
  }
  if (options.expires_in && options.expires_in->count() <= 0) {
    refuse("expired_already", type,
           fmt::format("it expires in {}, so that nobody could handle it",
                       to_string(*options.expires_in)));
  }
  const std::optional<microseconds> lives = options.expires_in         ? options.expires_in
                                            : type.expires.count() > 0 ? std::optional{type.expires}
                                                                       : std::nullopt;
  if (options.delay.count() > 0 && lives && options.delay >= *lives) {
    refuse("expires_before_due", type,
           fmt::format("with a delay of {} it is due when it has expired, {} after it was sent{}",
                       to_string(options.delay), to_string(*lives),
                       options.expires_in ? "" : ", as its `@expires` says"));
  }
}

}  // namespace

void check_sendable(const MessageType& type, const std::optional<std::string>& key,
                    const std::string& payload, const SendOptions& options) {
  check_payload(type, payload);
  if (key) check_key(type, *key);
  if (!options.headers.empty()) check_headers(type, options.headers);
  check_spans(type, options);
  if (options.id && options.id->is_nil())
    refuse("nil_id", type, "its id is the nil UUID, which is nobody's");
}

void check_reply(const MessageType& type, const std::string& payload) {
  if (payload.size() <= limits::kPayloadBytesMax) return;
  throw BusError({Category::bug, "payload_too_large",
                  fmt::format("the answer to `{}` has {} bytes, at most {} are allowed",
                              type.wire_name, payload.size(), limits::kPayloadBytesMax)});
}

std::optional<Timestamp> expiry_of(const MessageType& type, const SendOptions& options,
                                   Timestamp now) {
  if (!options.expires_in && type.expires.count() <= 0) return std::nullopt;
  const Timestamp at = saturating_add(now, options.expires_in.value_or(type.expires));
  if (at > kEndOfTime) return std::nullopt;
  return at;
}

}  // namespace flow
