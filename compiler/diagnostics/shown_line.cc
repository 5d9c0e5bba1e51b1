#include "diagnostics/shown_line.h"

#include <fmt/format.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/ConvertUTF.h>
#include <llvm/Support/Unicode.h>

#include <algorithm>

namespace flowc {
namespace {

constexpr std::string_view kTab = "    ";

/// How many bytes the character at the start of `bytes` has, or 0 when it is no UTF-8.
std::size_t character_bytes(std::string_view bytes) {
  const auto* begin = reinterpret_cast<const llvm::UTF8*>(bytes.data());
  const std::size_t count = llvm::getNumBytesForUTF8(*begin);
  if (count > bytes.size() || !llvm::isLegalUTF8Sequence(begin, begin + count)) return 0;
  return count;
}

}  // namespace

ShownLine shown_line(std::string_view bytes) {
  ShownLine out;
  const auto put = [&out](std::string_view text, std::size_t columns) {
    out.text += text;
    out.columns += columns;
  };
  while (!bytes.empty()) {
    const std::size_t count = character_bytes(bytes);
    const std::string_view character = bytes.substr(0, std::max<std::size_t>(count, 1));
    const int width = count == 0 ? -1
                                 : llvm::sys::unicode::columnWidthUTF8(
                                       llvm::StringRef(character.data(), character.size()));
    if (character == "\t") {
      put(kTab, kTab.size());
    } else if (width >= 0) {
      put(character, static_cast<std::size_t>(width));
    } else {
      for (const char byte : character) {
        put(fmt::format("<{:02X}>", static_cast<unsigned>(static_cast<unsigned char>(byte))), 4);
      }
    }
    bytes.remove_prefix(character.size());
  }
  return out;
}

std::string printable(std::string_view bytes) {
  return shown_line(bytes).text;
}

}  // namespace flowc
