#pragma once

#include <cstddef>
#include <string_view>

#include "base/source_map.h"
#include "diagnostics/reporter.h"

namespace flowc {

/// Reports bytes that no source file may have: invalid UTF-8, NUL, a carriage return alone,
/// bidirectional controls. False when the file is no text at all and should not be read further.
bool check_encoding(FileId file, const SourceMap& sources, Reporter& reporter);

/// How many bytes the UTF-8 character at the start of `text` has; 0 if it is none. `text` is not
/// empty.
std::size_t utf8_bytes(std::string_view text);

/// Whether a character is a control that changes the order in which text is shown.
bool is_bidirectional_control(std::string_view character);

}  // namespace flowc
