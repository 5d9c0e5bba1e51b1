#pragma once

#include <cstdint>
#include <string_view>

#include "base/source_map.h"

namespace flowc {

/// How many UTF-16 code units a text has: what SARIF and editors count columns in. A byte that is
/// no UTF-8 counts as one, the replacement character that they show for it.
std::uint32_t utf16_units(std::string_view text);

/// Line and column of an offset, the column in UTF-16 code units from 1.
Position utf16_position(const SourceMap& sources, FileId file, std::uint32_t offset);

}  // namespace flowc
