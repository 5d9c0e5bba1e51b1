#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "flow/bytes.h"
#include "flow/decimal.h"
#include "flow/limits.h"
#include "flow/result.h"
#include "flow/time.h"
#include "flow/uuid.h"

namespace flow::json {

/// One field that a record knows.
struct Field {
  std::string_view name;  ///< on the wire
  bool required = true;   ///< false: it has a default or is optional
  bool hidden = false;    ///< personal or secret: errors do not repeat its value
};

namespace detail {

struct Scratch;

/// Where in the document: one for each level of nesting, on the stack.
struct Place {
  enum class Kind : std::uint8_t { nowhere, field, entry, item };
  const Place* outer = nullptr;
  std::string_view name{};  ///< of a field or entry
  std::size_t item = 0;
  Kind kind = Kind::nowhere;
  bool hidden = false;
};

}  // namespace detail

/// Reads one JSON document, value by value, in document order. Every value is checked, those that
/// nobody asked for too. After the first error every call returns false, and error() says what was
/// wrong and where. Reads the payload in place: it must stay. Not thread-safe; a thread may have
/// several. Reuses a buffer kept per thread, so that reading allocates only what the values need.
class Reader {
 public:
  explicit Reader(std::string_view payload, std::size_t max_bytes = limits::kPayloadBytesMax);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool read(bool& value);
  bool read(std::int32_t& value);
  bool read(std::int64_t& value);
  bool read(double& value);
  bool read(std::string& value);
  /// From a string or a number, exactly.
  bool read(Decimal& value);
  bool read(Bytes& value);
  bool read(Uuid& value);
  bool read(Timestamp& value);
  bool read(Duration& value);
  bool read(Date& value);
  /// null: none.
  template <typename T>
  bool read(std::optional<T>& value);
  template <typename T>
  bool read(std::vector<T>& items);
  /// A name that comes twice is an error.
  template <typename T>
  bool read(std::map<std::string, T>& entries);
  /// Records and enums: their `decode`, found beside the type.
  template <typename T>
    requires(std::is_class_v<T> || std::is_enum_v<T>)
  bool read(T& record) {
    return decode(*this, record);
  }
  /// A string that names something: an enum's value. Valid until the next call.
  bool read_name(std::string_view& name);

  /// Ends reading with an error here; returns false.
  bool fail(std::string_view text);
  /// As fail(), for the value just read: `expected <what>, found a string "…"`.
  bool fail_expected(std::string_view what);
  bool ok() const noexcept { return !failed_; }
  /// True when all was read, without errors and with nothing after it.
  bool finish();
  /// Category::poison, code `undecodable`, and a text as `items[3].quantity: expected an integer,
  /// found a string "abc"`. Only when !ok().
  Error error() const { return Error{Category::poison, "undecodable", error_}; }

 private:
  friend class Object;
  friend class Array;
  friend class Entries;

  void begin(std::string_view payload);
  bool at_null() const noexcept;
  bool skip_null() noexcept;
  bool enter(char bracket, std::string_view expected);
  bool next_element(bool& first, char bracket);
  bool take_name(std::string_view& name);
  bool skip_name();
  bool take_colon();
  bool skip_value();
  bool skip_container(char bracket);
  char peek() const noexcept { return at_ != end_ ? data_[*at_] : '\0'; }
  std::string_view token(const std::uint32_t* at) const noexcept;
  bool string_token(std::string_view& raw) const noexcept;
  bool has_escapes(std::string_view raw) const noexcept;
  template <typename T, typename Parse>
  bool read_parsed(T& value, std::string_view expected, Parse parse);
  template <typename T>
  bool read_integer(T& value, std::string_view expected);
  bool read_string(std::string_view& text, std::string_view expected);
  bool take(const std::uint32_t* value) noexcept;
  bool mismatch(std::string_view expected);
  bool malformed(std::string_view expected);
  bool hidden() const noexcept;
  std::string found(const std::uint32_t* at) const;

  const char* data_;
  std::size_t size_;
  const std::uint32_t* at_ = nullptr;  // where the next token begins
  const std::uint32_t* end_ = nullptr;
  const std::uint32_t* last_ = nullptr;  // the value last read, for errors
  const detail::Place* place_ = nullptr;
  int depth_ = 0;
  bool failed_ = false;
  bool escapes_ = false;  // there is a backslash somewhere
  std::unique_ptr<detail::Scratch> scratch_;
  std::string error_;
};

/// An object whose fields are known, in any order:
/// `Object object{in, kFields}; while (object.next()) { switch (object.index()) { case 0:
/// in.read(x.id); … } } return object.finish();` Unknown fields are checked and passed over; a
/// known one that comes twice is an error.
class Object {
 public:
  Object(Reader& reader, std::span<const Field> fields);
  ~Object();
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  /// The next known field; its value must be read before the next call. False at the end and after
  /// an error.
  bool next();
  /// Into the fields given; only after next() was true.
  std::size_t index() const noexcept { return index_; }
  /// True when the object was read whole, without errors, and no required field was missing.
  bool finish();

 private:
  bool next_likely() noexcept;
  bool next_any();
  bool find(std::string_view name) noexcept;
  bool accept();
  bool mark() noexcept;

  Reader& reader_;
  std::span<const Field> fields_;
  std::size_t index_ = 0;
  std::size_t likely_ = 0;         // the field that comes next when all come in order
  std::uint64_t seen_ = 0;         // of the first 64 fields
  std::vector<bool> seen_beyond_;  // of those after them
  bool first_ = true;
  detail::Place place_;
};

/// An array: `Array array{in}; while (array.next()) { in.read(items.emplace_back()); } return
/// array.finish();`
class Array {
 public:
  explicit Array(Reader& reader);
  ~Array();
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  /// The next item; it must be read before the next call. False at the end and after an error.
  bool next();
  bool finish() const noexcept { return reader_.ok(); }

 private:
  Reader& reader_;
  bool first_ = true;
  detail::Place place_;
};

/// An object of arbitrary names.
class Entries {
 public:
  explicit Entries(Reader& reader);
  ~Entries();
  Entries(const Entries&) = delete;
  Entries& operator=(const Entries&) = delete;
  /// The next entry, its name in `name`, which must stay until the following call.
  bool next(std::string& name);
  bool finish() const noexcept { return reader_.ok(); }

 private:
  Reader& reader_;
  bool first_ = true;
  detail::Place place_;
};

template <typename T>
bool Reader::read(std::optional<T>& value) {
  if (at_null()) {
    value.reset();
    return skip_null();
  }
  return read(value.emplace());
}

template <typename T>
bool Reader::read(std::vector<T>& items) {
  items.clear();
  Array array{*this};
  while (array.next()) {
    if constexpr (std::same_as<T, bool>) {
      bool item = false;
      if (!read(item)) return false;
      items.push_back(item);
    } else {
      // Growing one by one moves the first few several times.
      constexpr std::size_t kFew = 4;
      if constexpr (sizeof(T) <= 128) {
        if (items.capacity() == 0) items.reserve(kFew);
      }
      if (!read(items.emplace_back())) return false;
    }
  }
  return array.finish();
}

template <typename T>
bool Reader::read(std::map<std::string, T>& entries) {
  entries.clear();
  Entries object{*this};
  std::string name;
  while (object.next(name)) {
    const auto [entry, inserted] = entries.try_emplace(name);
    if (!inserted) return fail("comes twice");
    if (!read(entry->second)) return false;
  }
  return object.finish();
}

}  // namespace flow::json
