#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

#include "core/json_scratch.h"
#include "core/json_tokens.h"
#include "core/text.h"
#include "flow/json_reader.h"

// simdjson's first stage finds where every token begins, and checks UTF-8 and the ends of strings,
// many bytes at a time. The grammar and the values are checked here, token by token, so that what
// no one asked for is checked as well, which simdjson's own lazy reader does not do.
namespace flow::json {

namespace {

constexpr std::size_t kLeastCapacity = 4096;
/// The index takes 4 bytes for each byte of payload; a larger one is not kept for the next message.
constexpr std::size_t kKeptCapacity = 256 * 1024;

/// One Scratch kept by each thread between documents.
std::unique_ptr<detail::Scratch>& kept_scratch() {
  thread_local std::unique_ptr<detail::Scratch> kept;
  return kept;
}

/// A scratch for `size` bytes; throws std::bad_alloc.
std::unique_ptr<detail::Scratch> take_scratch(std::size_t size) {
  std::unique_ptr<detail::Scratch> scratch = std::move(kept_scratch());
  if (scratch == nullptr) scratch = std::make_unique<detail::Scratch>();
  if (scratch->tokens != nullptr && scratch->tokens->capacity() >= size) return scratch;
  std::size_t capacity = kLeastCapacity;
  while (capacity < size) capacity *= 2;
  scratch->tokens = nullptr;
  const simdjson::error_code error =
      simdjson::get_active_implementation()->create_dom_parser_implementation(
          capacity, simdjson::DEFAULT_MAX_DEPTH, scratch->tokens);
  if (error != simdjson::SUCCESS) throw std::bad_alloc{};
  return scratch;
}

std::string_view explain(simdjson::error_code error) {
  switch (error) {
    case simdjson::EMPTY:
      return "is empty, where a JSON document is needed";
    case simdjson::UTF8_ERROR:
      return "is not UTF-8";
    case simdjson::UNESCAPED_CHARS:
      return "is not JSON: a control character stands unescaped in a string";
    case simdjson::UNCLOSED_STRING:
      return "is not JSON: a string has no end";
    default:
      return "is not JSON";
  }
}

void append_path(std::string& out, const flow::json::detail::Place* place) {
  using Kind = detail::Place::Kind;
  if (place == nullptr) return;
  append_path(out, place->outer);
  switch (place->kind) {
    case Kind::nowhere:
      return;
    case Kind::field:
      if (!out.empty()) out.push_back('.');
      flow::detail::append_echo(out, place->name, limits::kEchoBytesMax);
      return;
    case Kind::entry:
      out += "[\"";
      flow::detail::append_echo(out, place->name, limits::kEchoBytesMax);
      out += "\"]";
      return;
    case Kind::item:
      out += '[' + std::to_string(place->item) + ']';
      return;
  }
}

}  // namespace

Reader::Reader(std::string_view payload, std::size_t max_bytes)
    : data_(payload.data()), size_(payload.size()) {
  constexpr std::size_t kMostIndexed = std::numeric_limits<std::uint32_t>::max() / 2;
  const std::size_t most = std::min(max_bytes, kMostIndexed);
  if (size_ > most) {
    fail("the payload has " + std::to_string(size_) + " bytes, the limit is " +
         std::to_string(most));
  } else if (size_ == 0) {
    fail("the payload is empty, where a JSON document is needed");
  } else {
    begin(payload);
  }
}

void Reader::begin(std::string_view payload) {
  scratch_ = take_scratch(payload.size());
  simdjson::internal::dom_parser_implementation& tokens = *scratch_->tokens;
  const simdjson::error_code error =
      tokens.stage1(reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size(),
                    simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) {
    fail("the payload " + std::string{explain(error)});
    return;
  }
  std::uint32_t* const first = tokens.structural_indexes.get();
  at_ = first;
  end_ = first + tokens.n_structural_indexes;
  last_ = first;
  // The last token ends where the payload does; there is always room for one more.
  first[tokens.n_structural_indexes] = static_cast<std::uint32_t>(size_);
  escapes_ = std::memchr(data_, '\\', size_) != nullptr;
}

Reader::~Reader() {
  if (scratch_ == nullptr || scratch_->tokens == nullptr) return;
  if (scratch_->tokens->capacity() <= kKeptCapacity) kept_scratch() = std::move(scratch_);
}

bool Reader::finish() {
  if (failed_) return false;
  if (at_ == end_) return true;
  return malformed("the end of the payload");
}

bool Reader::fail(std::string_view text) {
  if (failed_) return false;
  failed_ = true;
  append_path(error_, place_);
  if (!error_.empty()) error_ += ": ";
  error_ += text;
  return false;
}

bool Reader::fail_expected(std::string_view what) {
  if (failed_) return false;
  return fail("expected " + std::string{what} + ", found " + found(last_));
}

bool Reader::mismatch(std::string_view expected) {
  if (failed_) return false;
  last_ = at_;
  const std::string_view text = token(at_);
  const bool value = text.starts_with('{') || text.starts_with('[') || text.starts_with('"') ||
                     detail::is_literal(text) || detail::is_number(text);
  return value ? fail_expected(expected) : malformed(expected);
}

bool Reader::malformed(std::string_view expected) {
  if (failed_) return false;
  const std::size_t where = at_ == end_ ? size_ : *at_;
  return fail("not JSON: expected " + std::string{expected} + ", found " + found(at_) +
              " at byte " + std::to_string(where));
}

bool Reader::hidden() const noexcept {
  for (const detail::Place* place = place_; place != nullptr; place = place->outer) {
    if (place->hidden) return true;
  }
  return false;
}

std::string Reader::found(const std::uint32_t* at) const {
  const std::string_view text = token(at);
  if (text.empty()) return "the end of the payload";
  if (text == "{") return "an object";
  if (text == "[") return "an array";
  if (detail::is_literal(text)) return std::string{text};
  const bool string = text.front() == '"', number = detail::is_number(text);
  std::string out = string ? "a string" : number ? "the number" : "";
  if (hidden()) return string ? out : number ? "a number" : "something else";
  if (!out.empty()) out.push_back(' ');
  if (!string && !number) out.push_back('`');
  const bool closed = string && text.size() > 1 && text.back() == '"';
  flow::detail::append_echo(out, text.substr(0, text.size() - (closed ? 1 : 0)),
                            limits::kEchoBytesMax);
  if (closed) out.push_back('"');
  if (!string && !number) out.push_back('`');
  return out;
}

}  // namespace flow::json
