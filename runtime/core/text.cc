#include "core/text.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace flow::detail {

namespace {

constexpr char kHex[] = "0123456789abcdef";

/// How many bytes the UTF-8 character at the start of `text` has; 0 when there is none (RFC 3629:
/// nothing overlong, no surrogate, nothing past U+10FFFF).
std::size_t utf8_length(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (at(i) & 0xc0U) == 0x80U; };
  const unsigned lead = at(0);
  if (lead < 0x80) return text.empty() ? 0 : 1;
  if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    if ((lead == 0xe0 && at(1) < 0xa0) || (lead == 0xed && at(1) > 0x9f)) return 0;
    return follows(1) && follows(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    if ((lead == 0xf0 && at(1) < 0x90) || (lead == 0xf4 && at(1) > 0x8f)) return 0;
    return follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/// Not zero when one of 8 bytes is zero.
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept {
  return (word - 0x0101010101010101U) & ~word & 0x8080808080808080U;
}

/// True when any of 8 bytes must be escaped or is not ASCII.
constexpr bool needs_care(std::uint64_t word) noexcept {
  constexpr std::uint64_t kEach = 0x0101010101010101U;
  const std::uint64_t control = (word - kEach * 0x20) & ~word & 0x8080808080808080U;
  return ((word & 0x8080808080808080U) | control | zero_bytes(word ^ kEach * '"') |
          zero_bytes(word ^ kEach * '\\')) != 0;
}

constexpr bool is_plain(char c) noexcept {
  return static_cast<unsigned char>(c) - 0x20U < 0x60U && c != '"' && c != '\\';
}

}  // namespace

std::size_t plain_length(std::string_view text) noexcept {
  std::size_t i = 0;
  for (std::uint64_t word = 0; i + sizeof word <= text.size(); i += sizeof word) {
    std::memcpy(&word, text.data() + i, sizeof word);
    if (needs_care(word)) break;
  }
  while (i < text.size() && is_plain(text[i])) ++i;
  return i;
}

namespace {

void append_escape(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out.push_back(kHex[c >> 4]);
      out.push_back(kHex[c & 0x0f]);
  }
}

}  // namespace

bool append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t begin = 0;  // of the run not yet appended
  for (std::size_t i = plain_length(text); i < text.size(); i += plain_length(text.substr(i))) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      const std::size_t length = utf8_length(text.substr(i));
      if (length == 0) {
        out.append(text, begin, i - begin);
        return false;
      }
      i += length;
      continue;
    }
    out.append(text, begin, i - begin);
    append_escape(out, c);
    begin = ++i;
  }
  out.append(text, begin, text.size() - begin);
  out.push_back('"');
  return true;
}

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    std::uint64_t word = 0;
    if (i + sizeof word <= text.size()) {
      std::memcpy(&word, text.data() + i, sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        i += sizeof word;
        continue;
      }
    }
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) return false;
    i += length;
  }
  return true;
}

bool has_control_characters(std::string_view utf8) noexcept {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x20 || c == 0x7f) return true;
    if (c == 0xc2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xa0)
      return true;
  }
  return false;
}

std::string readable(std::string_view text, std::size_t most) {
  constexpr std::string_view kUnknown = "\xef\xbf\xbd", kCut = "...";
  if (text.size() <= most && is_utf8(text) && text.find('\0') == std::string_view::npos)
    return std::string{text};
  std::string out;
  std::size_t fits = 0;  // of `out`, with the sign that it was cut
  for (std::size_t i = 0; i < text.size() && out.size() <= most;) {
    const std::size_t length = text[i] == '\0' ? 0 : utf8_length(text.substr(i));
    out += length == 0 ? kUnknown : text.substr(i, length);
    i += length == 0 ? 1 : length;
    if (out.size() + kCut.size() <= most) fits = out.size();
  }
  if (out.size() <= most) return out;
  out.resize(fits);
  return out.append(kCut);
}

void append_echo(std::string& out, std::string_view text, std::size_t most) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_length(text.substr(i));
    if (i + (length == 0 ? 1 : length) > most) break;
    if (length == 0 || c < 0x20 || c == 0x7f) {
      out += "\\x";
      out.push_back(kHex[c >> 4]);
      out.push_back(kHex[c & 0x0f]);
      ++i;
    } else {
      out.append(text, i, length);
      i += length;
    }
  }
  if (i < text.size()) out += "…";
}

}  // namespace flow::detail
