#include "core/json_scratch.h"
#include "core/json_tokens.h"
#include "flow/json_reader.h"

namespace flow::json {

namespace {

/// memcmp is a call, and names are short.
inline bool same(const char* text, std::string_view name) noexcept {
  const char* wanted = name.data();
  std::size_t left = name.size();
  for (std::uint64_t a = 0, b = 0; left >= sizeof a; left -= sizeof a) {
    std::memcpy(&a, text, sizeof a);
    std::memcpy(&b, wanted, sizeof b);
    if (a != b) return false;
    text += sizeof a;
    wanted += sizeof a;
  }
  if (left >= sizeof(std::uint32_t)) {
    std::uint32_t a = 0, b = 0, a_end = 0, b_end = 0;
    std::memcpy(&a, text, sizeof a);
    std::memcpy(&b, wanted, sizeof b);
    std::memcpy(&a_end, text + left - sizeof a_end, sizeof a_end);
    std::memcpy(&b_end, wanted + left - sizeof b_end, sizeof b_end);
    return a == b && a_end == b_end;
  }
  while (left > 0 && *text == *wanted) {
    ++text;
    ++wanted;
    --left;
  }
  return left == 0;
}

}  // namespace

bool Reader::enter(char bracket, std::string_view expected) {
  if (failed_) return false;
  if (peek() != bracket) return mismatch(expected);
  if (++depth_ > limits::kNestingMax) {
    return fail("nested deeper than " + std::to_string(limits::kNestingMax) + " levels");
  }
  return take(at_);
}

/// `name` is valid until the next string with escapes is read; passing over values reads none.
bool Reader::take_name(std::string_view& name) {
  if (!string_token(name)) return malformed("a name in quotes");
  if (has_escapes(name)) {
    if (!detail::unescape(name, &scratch_->text))
      return malformed("a name without unknown escapes");
    name = scratch_->text;
  }
  return take_colon();
}

bool Reader::skip_name() {
  std::string_view name;
  if (!string_token(name)) return malformed("a name in quotes");
  if (!detail::unescape(name, nullptr)) return malformed("a name without unknown escapes");
  return take_colon();
}

/// With the name before it.
bool Reader::take_colon() {
  ++at_;
  if (peek() != ':') return malformed("`:`");
  ++at_;
  return true;
}

bool Reader::skip_value() {
  if (failed_) return false;
  const char c = peek();
  if (c == '{' || c == '[') return skip_container(c);
  std::string_view raw;
  if (c == '"' && string_token(raw)) {
    return detail::unescape(raw, nullptr) ? take(at_)
                                          : malformed("a string without unknown escapes");
  }
  const std::string_view text = token(at_);
  if (detail::begins_number(c) ? detail::is_number(text) : detail::is_literal(text))
    return take(at_);
  return malformed("a value");
}

/// Recurses at most limits::kNestingMax deep.
bool Reader::skip_container(char bracket) {
  if (!enter(bracket, "a value")) return false;
  const bool object = bracket == '{';
  bool first = true;
  while (next_element(first, object ? '}' : ']')) {
    if (object && !skip_name()) return false;
    if (!skip_value()) return false;
  }
  --depth_;
  return !failed_;
}

Object::Object(Reader& reader, std::span<const Field> fields)
    : reader_(reader), fields_(fields), place_{.outer = reader.place_} {
  reader_.enter('{', "an object");
  reader_.place_ = &place_;
  if (fields.size() > 64) seen_beyond_.resize(fields.size() - 64);
}

Object::~Object() {
  reader_.place_ = place_.outer;
  --reader_.depth_;
}

/// False when the field was there before.
inline bool Object::mark() noexcept {
  if (index_ < 64) {
    const std::uint64_t bit = std::uint64_t{1} << index_;
    const bool fresh = (seen_ & bit) == 0;
    seen_ |= bit;
    return fresh;
  }
  const bool fresh = !seen_beyond_[index_ - 64];
  seen_beyond_[index_ - 64] = true;
  return fresh;
}

/// The short way: the very next tokens are `,"name":` of the field that is likely to follow,
/// without white space before the colon. Changes nothing when they are not.
[[gnu::always_inline]] inline bool Object::next_likely() noexcept {
  if (likely_ >= fields_.size() || reader_.failed_) return false;
  const std::uint32_t* name = reader_.at_;
  const std::uint32_t* const end = reader_.end_;
  const char* const data = reader_.data_;
  if (!first_) {
    if (name == end || data[*name] != ',') return false;
    ++name;
  }
  if (end - name < 2) return false;
  const std::string_view wanted = fields_[likely_].name;
  const char* const text = data + *name;
  if (name[1] - *name != wanted.size() + 2 || data[name[1]] != ':' || text[0] != '"' ||
      text[wanted.size() + 1] != '"' || !same(text + 1, wanted)) {
    return false;
  }
  reader_.at_ = name + 2;
  first_ = false;
  index_ = likely_++;
  return true;
}

/// The field at index_ follows.
[[gnu::always_inline]] inline bool Object::accept() {
  place_.kind = detail::Place::Kind::field;
  place_.name = fields_[index_].name;
  place_.hidden = fields_[index_].hidden;
  return mark() || reader_.fail("comes twice");
}

bool Object::next() {
  if (next_likely()) [[likely]] {
    return accept();
  }
  return next_any();
}

[[gnu::noinline]] bool Object::next_any() {
  std::string_view name;
  for (;;) {
    place_.kind = detail::Place::Kind::nowhere;
    place_.hidden = false;
    if (!reader_.next_element(first_, '}') || !reader_.take_name(name)) return false;
    if (find(name)) return accept();
    place_.kind = detail::Place::Kind::field;
    place_.name = name;
    if (!reader_.skip_value()) return false;
  }
}

/// Senders mostly keep the order of the declaration: look from where the last one was found.
bool Object::find(std::string_view name) noexcept {
  for (std::size_t tried = 0, i = likely_; tried < fields_.size(); ++tried, ++i) {
    if (i >= fields_.size()) i = 0;
    if (fields_[i].name == name) {
      index_ = i;
      likely_ = i + 1;
      return true;
    }
  }
  return false;
}

bool Object::finish() {
  if (!reader_.ok()) return false;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const bool seen = i < 64 ? (seen_ >> i & 1) != 0 : static_cast<bool>(seen_beyond_[i - 64]);
    if (seen || !fields_[i].required) continue;
    place_.kind = detail::Place::Kind::field;
    place_.name = fields_[i].name;
    return reader_.fail("is required and missing");
  }
  return true;
}

Array::Array(Reader& reader) : reader_(reader), place_{.outer = reader.place_} {
  reader_.enter('[', "an array");
  reader_.place_ = &place_;
}

Array::~Array() {
  reader_.place_ = place_.outer;
  --reader_.depth_;
}

bool Array::next() {
  if (first_) {
    if (!reader_.next_element(first_, ']')) return false;
    place_.kind = detail::Place::Kind::item;
    return true;
  }
  if (!reader_.next_element(first_, ']')) return false;
  ++place_.item;
  return true;
}

Entries::Entries(Reader& reader) : reader_(reader), place_{.outer = reader.place_} {
  reader_.enter('{', "an object");
  reader_.place_ = &place_;
}

Entries::~Entries() {
  reader_.place_ = place_.outer;
  --reader_.depth_;
}

bool Entries::next(std::string& name) {
  place_.kind = detail::Place::Kind::nowhere;
  std::string_view text;
  if (!reader_.next_element(first_, '}') || !reader_.take_name(text)) return false;
  name.assign(text);
  place_.name = name;
  place_.kind = detail::Place::Kind::entry;
  return true;
}

}  // namespace flow::json
