#include "base/utf16.h"

#include <llvm/Support/ConvertUTF.h>

#include <algorithm>

namespace flowc {

std::uint32_t utf16_units(std::string_view text) {
  std::uint32_t units = 0;
  while (!text.empty()) {
    const auto* begin = reinterpret_cast<const llvm::UTF8*>(text.data());
    std::size_t count = llvm::getNumBytesForUTF8(*begin);
    if (count > text.size() || !llvm::isLegalUTF8Sequence(begin, begin + count)) count = 1;
    units += count == 4 ? 2 : 1;  // past U+FFFF: a surrogate pair
    text.remove_prefix(count);
  }
  return units;
}

Position utf16_position(const SourceMap& sources, FileId file, std::uint32_t offset) {
  const Position at = sources.position(file, offset);
  const std::uint32_t begin = sources.line_begin(file, at.line);
  return {at.line, utf16_units(sources.text({file, begin, begin + at.column - 1})) + 1};
}

}  // namespace flowc
