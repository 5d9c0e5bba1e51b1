#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

/// Compares a text with a file of the source tree, `path` from its root. With FLOW_UPDATE=1 in the
/// environment the file is written instead, for `git diff` to judge.
inline void check_golden(const std::string& path, const std::string& text) {
  const std::string full = std::string(FLOW_SOURCE_DIR) + '/' + path;
  const char* update = std::getenv("FLOW_UPDATE");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream out(full, std::ios::binary);
    out << text;
    REQUIRE_MESSAGE(out.good(), "cannot write ", full);
    return;
  }
  std::ifstream in(full, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), full, " is missing; FLOW_UPDATE=1 writes it");
  const std::string expected{std::istreambuf_iterator<char>(in), {}};
  CAPTURE(path);
  CHECK(text == expected);
}
