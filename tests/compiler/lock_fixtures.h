#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/file_system.h"
#include "commands/compile.h"
#include "lock/lock.h"
#include "lock/text.h"

namespace flowc::test {

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline lock::Lock parsed(const std::string& text) {
  const auto lock = lock::read_lock(text, FileId{0});
  if (!lock) FAIL(lock.error().problem << " in\n" << text);
  return lock.value();
}

inline lock::Lock compiled(const std::string& text) {
  MemoryFileSystem files;
  files.add("main.flow", text);
  SourceMap sources;
  Reporter reporter;
  const Compilation compilation = compile(files, "main.flow", sources, reporter);
  for (const Diagnostic& diagnostic : reporter.diagnostics()) {
    if (diagnostic.severity == Severity::error) FAIL(diagnostic.message << " in\n" << text);
  }
  return lock::lock_of(*compilation.program);
}

}  // namespace flowc::test
