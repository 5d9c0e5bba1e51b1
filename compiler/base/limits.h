#pragma once

#include <cstddef>
#include <cstdint>

/// Every bound on what flowc takes in. Each has a test one past it.
namespace flowc::limits {

/// Bytes of one source file. Lexing costs about 0.1 µs a byte, so the largest file takes two
/// seconds or so.
inline constexpr std::size_t kFileBytesMax = 16 * 1024 * 1024;
/// Bytes of the source files of one compilation; past it no more are imported.
inline constexpr std::size_t kTotalBytesMax = 64 * 1024 * 1024;
/// Open `{`, `[` and `(` at once. The parser recurses once per level, at under 1 KiB of stack.
inline constexpr std::size_t kNestingMax = 256;
/// Objects, lists and maps in each other in one payload, which is the first of them. It is what the
/// runtime reads (`flow::limits::kNestingMax`): what lies deeper could be declared and never sent.
inline constexpr std::size_t kPayloadLevelsMax = 64;
/// Bytes of one number or string; a comment may be longer.
inline constexpr std::size_t kTokenBytesMax = 64 * 1024;
/// Bytes of one name, and of names joined by dots. What is generated repeats names many times over,
/// and so bounds what a program's size may grow to.
inline constexpr std::size_t kNameBytesMax = 256;
inline constexpr std::size_t kPathBytesMax = 1024;
/// Words and signs of one source file. Each costs about 150 bytes until it is parsed, and 600 while
/// its declaration is: 1.2 GB at most, of a file that is one declaration.
inline constexpr std::size_t kTokensMax = 2'000'000;
/// Diagnostics shown per file; the rest are counted in a last line.
inline constexpr std::size_t kDiagnosticsPerFile = 50;
/// Diagnostics kept per file before sorting; past it they are only counted. It bounds memory, and
/// is far enough above kDiagnosticsPerFile that the ones shown are the first of the file.
inline constexpr std::size_t kDiagnosticsKeptPerFile = 2000;
/// Diagnostics kept over all files; past it a file keeps no more than are shown of it.
inline constexpr std::size_t kDiagnosticsKept = 50'000;
/// Labels, notes and helps kept of one diagnostic; the rest are counted in a last note.
inline constexpr std::size_t kPartsMax = 20;
/// Names that are compared with mistyped ones, in one compilation: half a second's worth. Past it
/// nothing is suggested.
inline constexpr std::size_t kComparisonsMax = 4'000'000;
/// Files of one compilation.
inline constexpr std::size_t kFilesMax = 10'000;
/// Length of a chain of imports.
inline constexpr std::size_t kImportDepthMax = 256;
/// Times that `check --fix` looks at what the fixes before left. A fix may bring out another
/// mistake; more than a few in a row are ours.
inline constexpr std::size_t kFixRoundsMax = 10;
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
