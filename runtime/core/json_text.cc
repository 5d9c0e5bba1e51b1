#include "core/json_text.h"

#include <cstddef>
#include <cstdint>

namespace flow::json::detail {

namespace {

/// Four hexadecimal digits at the start of `text`; -1 when they are not there.
std::int32_t hex4(std::string_view text) noexcept {
  if (text.size() < 4) return -1;
  std::int32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    std::int32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      digit = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = c - 'A' + 10;
    } else {
      return -1;
    }
    value = value * 16 + digit;
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t octet) { out.push_back(static_cast<char>(octet)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

/// What stands for the character after the backslash; 0 for none of these.
char simple_escape(char c) noexcept {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

/// Takes the `XXXX` of `\uXXXX`, and the second half of a pair with it.
bool take_unicode(std::string_view& rest, std::uint32_t& code) noexcept {
  const std::int32_t first = hex4(rest);
  if (first < 0 || (first >= 0xdc00 && first <= 0xdfff)) return false;
  rest.remove_prefix(4);
  code = static_cast<std::uint32_t>(first);
  if (first < 0xd800 || first > 0xdbff) return true;
  if (!rest.starts_with("\\u")) return false;
  const std::int32_t second = hex4(rest.substr(2));
  if (second < 0xdc00 || second > 0xdfff) return false;
  rest.remove_prefix(6);
  code = 0x10000U + ((code - 0xd800U) << 10) + (static_cast<std::uint32_t>(second) - 0xdc00U);
  return true;
}

}  // namespace

bool unescape(std::string_view raw, std::string* out) {
  if (out != nullptr) out->clear();
  while (!raw.empty()) {
    const std::size_t plain = raw.find('\\');
    if (out != nullptr) out->append(raw.substr(0, plain));
    if (plain == std::string_view::npos) return true;
    raw.remove_prefix(plain + 1);
    if (raw.empty()) return false;
    const char kind = raw.front();
    raw.remove_prefix(1);
    std::uint32_t code = static_cast<unsigned char>(simple_escape(kind));
    if (code == 0 && (kind != 'u' || !take_unicode(raw, code))) return false;
    if (out != nullptr) append_utf8(*out, code);
  }
  return true;
}

bool is_number(std::string_view token) noexcept {
  const auto digits = [&token] {
    std::size_t count = 0;
    while (count < token.size() && token[count] >= '0' && token[count] <= '9') ++count;
    token.remove_prefix(count);
    return count;
  };
  if (token.starts_with('-')) token.remove_prefix(1);
  const bool zero = token.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (token.starts_with('.')) {
    token.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (token.starts_with('e') || token.starts_with('E')) {
    token.remove_prefix(1);
    if (token.starts_with('+') || token.starts_with('-')) token.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return token.empty();
}

}  // namespace flow::json::detail
