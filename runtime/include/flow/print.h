#pragma once

#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "flow/bytes.h"
#include "flow/decimal.h"
#include "flow/time.h"
#include "flow/uuid.h"

/// Values as logs and tests show them. The generated operator<< of records prints its fields with
/// print_value.
namespace flow {

namespace detail {

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};
template <typename T>
struct IsMap : std::false_type {};
template <typename T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

void print_quoted(std::ostream& out, std::string_view text);
void print_double(std::ostream& out, double value);

}  // namespace detail

/// Strings in quotes (escaped as JSON does), bytes as base 64 in quotes, an absent optional as
/// `none`, times as ISO 8601, `[a, b]`,
/// `{"key": value}`; records and enums with their operator<<.
template <typename T>
void print_value(std::ostream& out, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    out << (value ? "true" : "false");
  } else if constexpr (std::same_as<T, double>) {
    detail::print_double(out, value);
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    detail::print_quoted(out, value);
  } else if constexpr (std::same_as<T, Bytes>) {
    detail::print_quoted(out, base64_encode(value));
  } else if constexpr (std::same_as<T, Timestamp> || std::same_as<T, Duration> ||
                       std::same_as<T, Date>) {
    out << to_string(value);
  } else if constexpr (detail::IsOptional<T>::value) {
    if (value) {
      print_value(out, *value);
    } else {
      out << "none";
    }
  } else if constexpr (detail::IsVector<T>::value) {
    const char* separator = "";
    out << '[';
    for (const typename T::value_type& item : value) {
      out << separator;
      print_value(out, item);
      separator = ", ";
    }
    out << ']';
  } else if constexpr (detail::IsMap<T>::value) {
    const char* separator = "";
    out << '{';
    for (const auto& [key, item] : value) {
      out << separator;
      detail::print_quoted(out, key);
      out << ": ";
      print_value(out, item);
      separator = ", ";
    }
    out << '}';
  } else {
    out << value;
  }
}

}  // namespace flow
