#include "syntax/encoding.h"

#include <llvm/Support/ConvertUTF.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "diagnostics/catalog.h"

namespace flowc {
namespace {

struct Control {
  std::string_view bytes;
  std::string_view name;
};

/// What can make a text look different from what the compiler reads (CVE-2021-42574).
constexpr Control kControls[] = {
    {"\xD8\x9C", "U+061C"},     {"\xE2\x80\x8E", "U+200E"}, {"\xE2\x80\x8F", "U+200F"},
    {"\xE2\x80\xAA", "U+202A"}, {"\xE2\x80\xAB", "U+202B"}, {"\xE2\x80\xAC", "U+202C"},
    {"\xE2\x80\xAD", "U+202D"}, {"\xE2\x80\xAE", "U+202E"}, {"\xE2\x81\xA6", "U+2066"},
    {"\xE2\x81\xA7", "U+2067"}, {"\xE2\x81\xA8", "U+2068"}, {"\xE2\x81\xA9", "U+2069"},
};

Span span_at(FileId file, std::size_t begin, std::size_t bytes) {
  return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + bytes)};
}

/// Reports what is wrong with the character at `at`; the number of bytes it takes.
std::size_t check_character(FileId file, std::string_view text, std::size_t at,
                            Reporter& reporter) {
  const unsigned char byte = static_cast<unsigned char>(text[at]);
  if (byte == '\r' && (at + 1 == text.size() || text[at + 1] != '\n')) {
    reporter.error(kLoneCarriageReturn, span_at(file, at, 1))
        .help("lines end with a line feed, or with both");
  }
  if (byte < 0x80) return 1;
  if (const std::size_t bytes = utf8_bytes(text.substr(at)); bytes != 0) {
    for (const Control& control : kControls) {
      if (!text.substr(at).starts_with(control.bytes)) continue;
      reporter.error(kBidirectionalControl, span_at(file, at, bytes), control.name)
          .fix(span_at(file, at, bytes), "");
    }
    return bytes;
  }
  std::size_t bytes = 1;
  while (at + bytes < text.size() && static_cast<unsigned char>(text[at + bytes]) >= 0x80 &&
         utf8_bytes(text.substr(at + bytes)) == 0) {
    ++bytes;
  }
  reporter.error(kNotUtf8, span_at(file, at, bytes));
  return bytes;
}

}  // namespace

bool is_bidirectional_control(std::string_view character) {
  return std::any_of(std::begin(kControls), std::end(kControls),
                     [character](const Control& control) { return control.bytes == character; });
}

std::size_t utf8_bytes(std::string_view text) {
  const auto* begin = reinterpret_cast<const llvm::UTF8*>(text.data());
  const std::size_t bytes = llvm::getNumBytesForUTF8(*begin);
  return bytes <= text.size() && llvm::isLegalUTF8Sequence(begin, begin + bytes) ? bytes : 0;
}

bool check_encoding(FileId file, const SourceMap& sources, Reporter& reporter) {
  const std::string_view text = sources.text(file);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    reporter.error(kOtherEncoding, span_at(file, 0, 0), "UTF-16").help("save it as UTF-8");
    return false;
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    reporter.error(kNulByte, span_at(file, nul, 1)).help("a .flow file is text, in UTF-8");
    return false;
  }
  for (std::size_t at = 0; at < text.size();) at += check_character(file, text, at, reporter);
  return true;
}

}  // namespace flowc
