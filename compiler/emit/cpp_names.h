#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// How names and values of the language are written in C++: the one place that knows keywords,
/// casing, include paths and literals.
namespace flowc::cpp {

/// Where a name stands decides what it may not be.
enum class Place {
  member,       ///< fields, enumerators, handlers
  declaration,  ///< types and components, beside what generated code declares itself
  name_space    ///< a segment of a module's name
};

/// The name, or with `_` appended where C++ would not take it as it is: keywords, macros of the C
/// library, and in a namespace's scope the names that generated code needs there.
[[nodiscard]] std::string escaped(std::string_view name, Place place);

/// `CustomerNotification` as `customer_notification`, `HTTPServer` as `http_server`; snake case
/// stays.
[[nodiscard]] std::string snake_case(std::string_view name);
/// `email_receipt` as `EmailReceipt`; camel case stays.
[[nodiscard]] std::string camel_case(std::string_view name);

/// `marketplace.customer` as `marketplace::customer`.
[[nodiscard]] std::string name_space(std::string_view module);

/// `contracts/leads.flow`; each `..` becomes `__`, so that outputs stay in their directory.
[[nodiscard]] std::string output_path(std::string_view source);

/// A C++ string literal with these bytes, or std::string{…, N} where a zero is among them.
[[nodiscard]] std::string string_literal(std::string_view text);
[[nodiscard]] std::string integer_literal(std::int64_t value);
/// The shortest text that reads back as the same double.
[[nodiscard]] std::string double_literal(double value);

/// The names taken in one scope. Escaping or changing case can make two names one: the later gets
/// another `_`.
class Scope {
 public:
  explicit Scope(std::vector<std::string> taken = {}) : taken_(taken.begin(), taken.end()) {}
  /// `name` as it may stand here, and from now on taken.
  std::string add(std::string name);
  bool has(std::string_view name) const { return taken_.contains(name); }

 private:
  std::set<std::string, std::less<>> taken_;
};

}  // namespace flowc::cpp
