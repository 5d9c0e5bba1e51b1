#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "flow/time.h"

namespace flow::detail {

/// The text of to_string(), appended.
void append_text(std::string& out, Timestamp instant);
void append_text(std::string& out, Date date);
void append_text(std::string& out, Duration duration);

/// The years that have an ISO 8601 text that can be read back.
bool in_calendar(Timestamp instant) noexcept;
bool in_calendar(Date date) noexcept;

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
/// How many bytes at the start are ASCII and stand in JSON strings as they are.
std::size_t plain_length(std::string_view text) noexcept;
/// In quotes, escaped as JSON demands. False when the text is not UTF-8; the part before is then
/// appended.
bool append_quoted(std::string& out, std::string_view text);
/// At most `most` bytes of text from anywhere, safe to print: no control characters, valid UTF-8,
/// `…` where cut.
void append_echo(std::string& out, std::string_view text, std::size_t most);

/// RFC 3629: nothing overlong, no surrogates, nothing past U+10FFFF.
bool is_utf8(std::string_view text) noexcept;
/// C0, DEL and C1: what terminals obey and HTTP refuses.
bool has_control_characters(std::string_view utf8) noexcept;
/// Text of anybody's for people to read, in at most `most` bytes of UTF-8: bytes that are none, and
/// NUL, become U+FFFD; what is too long ends in `...`, cut between characters.
std::string readable(std::string_view text, std::size_t most);

}  // namespace flow::detail
