#include "lock/line_cursor.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/limits.h"

namespace flowc::lock {
namespace {

constexpr std::array<std::string_view, 11> kPrimitives{"bool",      "int32",    "int64", "float64",
                                                       "decimal",   "string",   "bytes", "uuid",
                                                       "timestamp", "duration", "date"};

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-' || c == '/' || c == '+';
}

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

}  // namespace

Span LineCursor::span() const {
  return {file_, offset_ + static_cast<std::uint32_t>(begin_),
          offset_ + static_cast<std::uint32_t>(at_ > begin_ ? at_ : line_.size())};
}

void LineCursor::fail(std::string problem) {
  if (!failed()) problem_ = std::move(problem);
}

void LineCursor::skip_spaces() {
  while (at_ < line_.size() && line_[at_] == ' ') ++at_;
}

bool LineCursor::at_end() {
  skip_spaces();
  return at_ == line_.size();
}

std::string_view LineCursor::bare() {
  skip_spaces();
  std::size_t end = at_;
  while (end < line_.size() && is_bare(line_[end])) ++end;
  return line_.substr(at_, end - at_);
}

bool LineCursor::take_word(std::string_view word) {
  if (failed() || bare() != word) return false;
  begin_ = at_;
  at_ += word.size();
  return true;
}

bool LineCursor::take(std::string_view sign) {
  if (failed()) return false;
  skip_spaces();
  if (!line_.substr(at_).starts_with(sign)) return false;
  begin_ = at_;
  at_ += sign.size();
  return true;
}

void LineCursor::expect(std::string_view sign) {
  if (failed() || take(sign)) return;
  begin_ = at_;
  fail("expected `" + std::string(sign) + "` here");
}

void LineCursor::expect_end() {
  if (failed() || at_end()) return;
  begin_ = at_;
  at_ = line_.size();
  fail("this is too much on the line");
}

bool LineCursor::escape(std::string& out) {
  if (++at_ == line_.size()) return false;
  const char c = line_[at_++];
  if (c == '"' || c == '\\') {
    out += c;
    return true;
  }
  if (c != 'u' || line_.size() - at_ < 4) return false;
  unsigned code = 0;
  const char* const end = line_.data() + at_ + 4;
  if (std::from_chars(line_.data() + at_, end, code, 16).ptr != end) return false;
  if (code >= 0xD800 && code < 0xE000) return false;  // half a character
  at_ += 4;
  append_utf8(out, code);
  return true;
}

std::string LineCursor::quoted_text(const char* what) {
  std::string out;
  begin_ = at_++;
  while (at_ < line_.size() && line_[at_] != '"') {
    if (line_[at_] != '\\') {
      out += line_[at_++];
    } else if (!escape(out)) {
      at_ = std::min(at_, line_.size());
      fail(std::string("an escape in ") + what + " that flow.lock does not have");
      return {};
    }
  }
  if (at_ == line_.size()) {
    fail(std::string("the quotes of ") + what + " are not closed");
    return {};
  }
  ++at_;
  return out;
}

std::string LineCursor::string(const char* what) {
  if (failed()) return {};
  skip_spaces();
  if (at_ < line_.size() && line_[at_] == '"') return quoted_text(what);
  begin_ = at_;
  fail(std::string("expected ") + what + " in quotes");
  return {};
}

std::string LineCursor::word(const char* what) {
  if (failed()) return {};
  skip_spaces();
  if (at_ < line_.size() && line_[at_] == '"') return quoted_text(what);
  const std::string_view text = bare();
  begin_ = at_;
  at_ += text.size();
  if (text.empty()) fail(std::string("expected ") + what);
  return std::string(text);
}

std::uint32_t LineCursor::number(const char* what) {
  if (failed()) return 0;
  const std::string_view text = bare();
  begin_ = at_;
  at_ += text.size();
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    fail(std::string("expected ") + what);
  return value;
}

std::uint32_t LineCursor::version() {
  expect("v");
  const std::size_t begin = begin_;
  const std::uint32_t value = number("the number of a version");
  if (!failed()) begin_ = begin;
  return value;
}

std::int64_t LineCursor::duration() {
  if (failed()) return 0;
  const std::string_view text = bare();
  begin_ = at_;
  at_ += text.size();
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, value);
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> kUnits{{{"d", 86'400'000'000},
                                                                             {"h", 3'600'000'000},
                                                                             {"m", 60'000'000},
                                                                             {"s", 1'000'000},
                                                                             {"ms", 1'000},
                                                                             {"us", 1}}};
  const std::string_view rest(unit, static_cast<std::size_t>(end - unit));
  for (const auto& [name, length] : kUnits) {
    if (error != std::errc{} || rest != name || value < 0) continue;
    if (value <= std::numeric_limits<std::int64_t>::max() / length) return value * length;
  }
  fail("expected a duration, such as `15m`");
  return 0;
}

Type LineCursor::type() {
  return type_at(0);
}

Type LineCursor::type_at(std::size_t depth) {
  if (depth > limits::kNestingMax) fail("a type nested too deep");
  if (failed()) return {};
  skip_spaces();
  const std::size_t begin = at_;
  Type made;
  if (take("[") || take("{")) {
    const bool list = line_[begin] == '[';
    if (!list) {
      expect("string");
      expect(":");
    }
    made.kind = list ? Type::Kind::list : Type::Kind::map;
    made.element = std::make_shared<const Type>(type_at(depth + 1));
    expect(list ? "]" : "}");
  } else {
    made.name = word("a type");
    const bool primitive =
        std::find(kPrimitives.begin(), kPrimitives.end(), made.name) != kPrimitives.end();
    made.kind = primitive ? Type::Kind::primitive : Type::Kind::named;
  }
  for (std::size_t questions = 0; take("?"); ++questions) {
    if (depth + questions >= limits::kNestingMax) fail("a type nested too deep");
    if (failed()) return {};
    made = {Type::Kind::optional, {}, std::make_shared<const Type>(std::move(made))};
  }
  return made;
}

std::string LineCursor::literal() {
  if (failed()) return {};
  for (const std::string_view empty : {"[]", "{}"})
    if (take(empty)) return std::string(empty);
  skip_spaces();
  const std::size_t begin = at_;
  word("a value");
  return failed() ? std::string{} : std::string(line_.substr(begin, at_ - begin));
}

}  // namespace flowc::lock
