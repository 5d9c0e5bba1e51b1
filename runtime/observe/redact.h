#pragma once

#include <string>
#include <string_view>

/// What stands between what the service knows and what it prints: secrets stay out, and bytes from
/// the wire cannot steer a terminal. Pure, thread-safe.
namespace flow::detail {

/// The name of a header or setting whose value nobody should read: authorization, cookies, tokens,
/// passwords, keys.
bool is_secret_name(std::string_view name);

/// `text` with the password of each `scheme://user:password@host` replaced by `***`.
std::string without_passwords(std::string_view text);

/// One line that is safe to print: control characters, the escape character first, become `\n`,
/// `\t` or `\xNN`, and bytes that are not UTF-8 become `\xNN`.
std::string printable(std::string_view text);

/// As printable(), but line ends stay.
std::string printable_lines(std::string_view text);

}  // namespace flow::detail
