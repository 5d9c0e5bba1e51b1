#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

/// Mistakes made on purpose, one at a time, at every word and sign of a text.
namespace flowc::test {

/// A word or a sign of a text.
struct Piece {
  std::size_t begin;
  std::size_t end;
};

/// The words and signs of a text, cut apart without the lexer that is tested. Comments are none;
/// documentation is one piece a line.
inline std::vector<Piece> pieces(const std::string& text) {
  std::vector<Piece> out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    std::size_t end = at + 1;
    if (c == ' ' || c == '\n') {
      at = end;
      continue;
    }
    if (text.compare(at, 2, "//") == 0) {
      end = std::min(text.find('\n', at), text.size());
      if (text.compare(at, 3, "///") != 0) {
        at = end;
        continue;
      }
    }
    if (c == '"') end = text.find('"', at + 1) + 1;
    const auto part = [](char d) {
      return std::isalnum(static_cast<unsigned char>(d)) != 0 || d == '_' || d == '%';
    };
    if (part(c)) {
      while (end < text.size() && part(text[end])) ++end;
    }
    out.push_back({at, end});
    at = end;
  }
  return out;
}

inline std::string deleted(const std::string& text, Piece piece) {
  return text.substr(0, piece.begin) + text.substr(piece.end);
}

inline std::string doubled(const std::string& text, Piece piece) {
  return text.substr(0, piece.end) + ' ' + text.substr(piece.begin, piece.end - piece.begin) +
         text.substr(piece.end);
}

/// With one letter in the middle of the word changed; the text itself if it is no word of at least
/// three letters.
inline std::string misspelt(const std::string& text, Piece piece) {
  const auto first = static_cast<unsigned char>(text[piece.begin]);
  if (piece.end - piece.begin < 3 || std::isalpha(first) == 0) return text;
  std::string wrong = text;
  char& letter = wrong[(piece.begin + piece.end) / 2];
  letter = letter == 'q' ? 'z' : 'q';
  return wrong;
}

inline std::uint32_t line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + offset, '\n'));
}

struct SampleFile {
  std::string path;  ///< from the root of the tree
  std::string text;
};

/// The right programs of the tree: the parser's samples, the good cases, and the samples for users.
inline std::vector<SampleFile> right_programs() {
  namespace fs = std::filesystem;
  const fs::path root = FLOW_SOURCE_DIR;
  std::vector<SampleFile> files;
  for (const char* directory : {"tests/syntax", "tests/diagnostics/good", "samples"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / directory)) {
      const fs::path& path = entry.path();
      if (path.extension() != ".flow" || path.filename() == "mistakes.flow") continue;
      std::ifstream stream(path, std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(stream), {}};
      if (text.find("//---") != std::string::npos) continue;  // several files in one
      files.push_back({path.lexically_relative(root).generic_string(), text});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SampleFile& a, const SampleFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace flowc::test
