#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/span.h"

namespace flowc {

/// A place as people count it: lines and columns from 1, columns in bytes.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  friend auto operator<=>(const Position&, const Position&) = default;
};

/// Owns the text of every source file of a compilation and turns offsets into lines and columns.
/// Texts never move: a string_view from here lives as long as the map. Not for concurrent adding;
/// reading from several threads is fine.
class SourceMap {
 public:
  /// Adds a file; ids count from 0 in the order of adding. A file that could not be read is added
  /// with an empty text, so that a diagnostic can name it.
  FileId add(std::string path, std::string text);

  std::size_t size() const { return files_.size(); }
  const std::string& path(FileId file) const;
  std::string_view text(FileId file) const;
  /// The bytes of a span; a span past the end of its file is cut.
  std::string_view text(Span span) const;
  /// The file of exactly this path, if it was added.
  std::optional<FileId> find(std::string_view path) const;

  /// As text(), of what may be shown: a `*` for each byte that is concealed.
  std::string_view shown(Span span) const;

  /// From here on line() and shown() have a `*` for each byte of the span: a secret that somebody
  /// wrote down must not go on into logs. text() still has it.
  void conceal(Span span);

  /// A place past the end counts as the end.
  Position position(FileId file, std::uint32_t offset) const;
  Position begin(Span span) const { return position(span.file, span.begin); }
  Position end(Span span) const { return position(span.file, span.end); }

  std::uint32_t line_count(FileId file) const;
  /// The bytes of a line (from 1) without its line end, as they may be shown; empty past the last.
  std::string_view line(FileId file, std::uint32_t line) const;
  /// Offset of the first byte of a line (from 1).
  std::uint32_t line_begin(FileId file, std::uint32_t line) const;

 private:
  struct File {
    std::string path;
    std::string text;
    std::string shown;  // empty while nothing is concealed
    std::vector<std::uint32_t> line_begins;
  };
  const File& at(FileId file) const;

  std::deque<File> files_;
  std::unordered_map<std::string_view, FileId> by_path_;
};

}  // namespace flowc
