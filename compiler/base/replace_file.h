#pragma once

#include <optional>
#include <string>

namespace flowc {

/// Why the file could not be edited in place, in words: `it is read-only`; nothing if it can. A
/// file without write permission for anyone counts as read-only for the superuser too, who said so
/// by it.
std::optional<std::string> why_not_writable(const std::string& path);

/// Replaces the bytes of an existing file as a whole, by a rename: no reader meets half of it, and
/// a crash leaves the old one. Keeps its mode, and its owner where the system lets us; of a
/// symbolic link, the file it leads to is replaced. What went wrong, in the system's words; nothing
/// if all is well.
[[nodiscard]] std::optional<std::string> replace_file(const std::string& path,
                                                      const std::string& bytes);

}  // namespace flowc
