#pragma once

#include <cstring>

#include "core/json_text.h"
#include "flow/json_reader.h"

/// The parts of Reader that run once or more for every token, for the files that implement it.
namespace flow::json {

namespace detail {

inline bool is_space(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

inline bool is_literal(std::string_view token) noexcept {
  return token == "true" || token == "false" || token == "null";
}

inline bool begins_number(char c) noexcept {
  return c == '-' || (c >= '0' && c <= '9');
}

}  // namespace detail

/// One token without the white space after it; empty at the end.
inline std::string_view Reader::token(const std::uint32_t* at) const noexcept {
  if (at == end_) return {};
  std::size_t end = at[1];
  while (end > *at + 1U && detail::is_space(data_[end - 1])) --end;
  return {data_ + *at, end - *at};
}

inline bool Reader::take(const std::uint32_t* value) noexcept {
  last_ = value;
  at_ = value + 1;
  return true;
}

/// The inside of the string token here, escapes and all.
inline bool Reader::string_token(std::string_view& raw) const noexcept {
  if (peek() != '"') return false;
  raw = token(at_);
  if (raw.size() < 2 || raw.back() != '"') return false;
  raw = raw.substr(1, raw.size() - 2);
  return true;
}

/// Most payloads have no backslash at all.
inline bool Reader::has_escapes(std::string_view raw) const noexcept {
  return escapes_ && std::memchr(raw.data(), '\\', raw.size()) != nullptr;
}

/// True when an element follows; false when `bracket` closed the container, or on an error.
inline bool Reader::next_element(bool& first, char bracket) {
  if (failed_) return false;
  const char c = peek();
  if (c == bracket) {
    ++at_;
    return false;
  }
  if (first) {
    first = false;
    return true;
  }
  if (c != ',') return malformed(bracket == '}' ? "`,` or `}`" : "`,` or `]`");
  ++at_;
  if (peek() == bracket) return malformed("a value after `,`");
  return true;
}

}  // namespace flow::json
