#pragma once

#include <cstddef>
#include <cstdint>

/// Every bound on what flowc takes in. Each has a test one past it.
namespace flowc::limits {

/// Bytes of one source file. Lexing costs about 0.2 µs a byte, so the largest file takes a second
/// or so.
inline constexpr std::size_t kFileBytesMax = 4 * 1024 * 1024;
/// Open `{`, `[` and `(` at once. The parser recurses once per level, at under 1 KiB of stack.
inline constexpr std::size_t kNestingMax = 256;
/// Bytes of one name, number or string; a comment may be longer.
inline constexpr std::size_t kTokenBytesMax = 64 * 1024;
/// Words and signs of one source file. Each costs about 250 bytes until the file is parsed: 100 MB
/// at most.
inline constexpr std::size_t kTokensMax = 400'000;
/// Diagnostics shown per file; the rest are counted in a last line.
inline constexpr std::size_t kDiagnosticsPerFile = 50;
/// Diagnostics kept per file before sorting; past it they are only counted. It bounds memory, and
/// is far enough above kDiagnosticsPerFile that the ones shown are the first of the file.
inline constexpr std::size_t kDiagnosticsKeptPerFile = 2000;
/// Files of one compilation.
inline constexpr std::size_t kFilesMax = 10'000;
/// Length of a chain of imports.
inline constexpr std::size_t kImportDepthMax = 256;
/// Steps of one orchestrator. Its slip travels with the message; types are checked against all
/// steps that may come before, in up to kSlipPathsMax ways.
inline constexpr std::size_t kSlipStepsMax = 256;
/// Ways in which the conditions of one orchestrator's steps can come out: 12 that have nothing to
/// do with each other.
inline constexpr std::size_t kSlipPathsMax = 4096;
/// Bytes of a source line that a diagnostic shows; past it there is no snippet.
inline constexpr std::size_t kSnippetBytesMax = 4096;
/// Labels, notes and suggestions listed by one diagnostic before "and N more".
inline constexpr std::size_t kListedMax = 3;

}  // namespace flowc::limits
