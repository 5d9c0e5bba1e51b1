#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Generated code as clang-format would leave it, without running it in users' builds.
namespace flowc::cpp {

inline constexpr std::size_t kColumns = 100;

/// A declaration's documentation as `///` lines, wrapped to fit when they stand at `indent`.
[[nodiscard]] std::vector<std::string> doc_lines(std::string_view documentation,
                                                 std::size_t indent);

/// `head(a, b)tail` on one line if that fits at `indent`, otherwise broken between arguments,
/// aligned with the first. The first line comes without its indent: the template has it.
[[nodiscard]] std::string call(std::size_t indent, const std::string& head,
                               const std::vector<std::string>& arguments, const std::string& tail);

/// The entries of a table, one a line: each with its comma and, in a column, its index as a
/// comment, without which clang-format would set them in columns.
[[nodiscard]] std::vector<std::string> table_lines(const std::vector<std::string>& entries);

/// True when a line is longer than kColumns: only names that long do that.
[[nodiscard]] bool has_long_line(std::string_view text);

}  // namespace flowc::cpp
