#pragma once

namespace flowc {

/// Of flowc, the language and the runtime alike. CMakeLists.txt has the same; tests/cli compares
/// them.
inline constexpr const char* kVersion = "0.1.0";

}  // namespace flowc
