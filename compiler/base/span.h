#pragma once

#include <compare>
#include <cstdint>

namespace flowc {

/// A source file of this compilation, numbered in import order: the main file is 0.
struct FileId {
  std::uint32_t value = 0;
  friend auto operator<=>(const FileId&, const FileId&) = default;
};

/// A half-open range of bytes of one file.
struct Span {
  FileId file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend auto operator<=>(const Span&, const Span&) = default;
};

}  // namespace flowc
