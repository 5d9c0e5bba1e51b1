#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "commands/compile.h"
#include "emit/emit.h"
#include "graph/render.h"
#include "lock/lock.h"
#include "lock/text.h"

/// What flowc writes does not depend on the order of the imports. That it does not depend on the
/// directory and the locale either is tests/golden/compare.cmake's.
namespace flowc {
namespace {

/// Everything that is written for one program, by name.
using Outputs = std::map<std::string, std::string>;

Outputs outputs_of(const MemoryFileSystem& files, const std::string& main) {
  SourceMap sources;
  Reporter reporter;
  const Compilation compilation = compile(files, main, sources, reporter);
  for (const Diagnostic& diagnostic : reporter.diagnostics()) MESSAGE(diagnostic.message);
  REQUIRE(compilation.program);
  Outputs outputs;
  for (OutputFile& file : emit_cpp(*compilation.program, {}))
    outputs[file.path] = std::move(file.bytes);
  for (OutputFile& file : emit_service_maps(*compilation.program, {}))
    outputs[file.path] = std::move(file.bytes);
  outputs["flow.lock"] = lock::to_text(lock::lock_of(*compilation.program));
  outputs["graph"] = graph::to_json(graph::graph_of(*compilation.program, sources));
  outputs["contract"] = contract_hash(*compilation.program);
  return outputs;
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  REQUIRE(in);
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// The import lines of `text`, each moved one place on: the lines keep their numbers.
std::string with_imports_rotated(const std::string& text) {
  std::vector<std::string> lines;
  std::vector<std::size_t> imports;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    REQUIRE(end != std::string::npos);
    lines.push_back(text.substr(at, end - at));
    if (lines.back().starts_with("import ")) imports.push_back(lines.size() - 1);
    at = end + 1;
  }
  for (std::size_t i = 1; i < imports.size(); ++i)
    std::swap(lines[imports[i - 1]], lines[imports[i]]);
  std::string rotated;
  for (const std::string& line : lines) rotated += line + "\n";
  return rotated;
}

/// The line of `a` where `b` goes another way.
std::string first_difference(const std::string& a, const std::string& b) {
  const auto at = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
  const auto begin = a.rfind('\n', static_cast<std::size_t>(at)) + 1;
  return a.substr(begin, a.find('\n', begin) - begin);
}

void same_in_any_order(const std::map<std::string, std::string>& texts, const std::string& main) {
  MemoryFileSystem files, rotated;
  bool differ = false;
  for (const auto& [name, text] : texts) {
    files.add(name, text);
    const std::string other = with_imports_rotated(text);
    rotated.add(name, other);
    differ = differ || other != text;
  }
  REQUIRE(differ);
  const Outputs first = outputs_of(files, main);
  const Outputs second = outputs_of(rotated, main);
  REQUIRE(first.size() == second.size());
  for (const auto& [name, bytes] : first) {
    CAPTURE(name);
    REQUIRE(second.contains(name));
    const bool same = second.at(name) == bytes;  // the bytes themselves are many
    CHECK_MESSAGE(same, first_difference(bytes, second.at(name)));
  }
}

TEST_CASE("the whole language, its files imported in another order") {
  const std::filesystem::path root =
      std::filesystem::path{FLOW_SOURCE_DIR} / "tests/golden/language";
  std::map<std::string, std::string> texts;
  for (const char* name : {"language.flow", "services/customer.flow", "services/provider.flow"})
    texts[name] = text_of(root / name);
  same_in_any_order(texts, "language.flow");
}

TEST_CASE("modules that know nothing of each other") {
  std::map<std::string, std::string> texts;
  std::string main = "module shop\n";
  std::string handlers;
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    const std::string name(1, letter);
    const std::string upper(1, static_cast<char>(letter - 'a' + 'A'));
    main += "import \"" + name + ".flow\"\n";
    handlers += "  take_" + name + "(shop." + name + ".Done)\n";
    texts[name + ".flow"] = "module shop." + name + "\nchannel work_" + name +
                            " { concurrency 2 }\n" +
                            "command Do { key id: uuid }\nrecord Part { n: int32 }\n" +
                            "public event Done { key id: uuid  parts: [Part] }\n" +
                            "handlers Doing" + upper + " { do(Do) via work_" + name +
                            " publishes Done }\nservice s_" + name + " { Doing" + upper + " }\n";
  }
  texts["main.flow"] = main + "handlers Takers {\n" + handlers + "}\nservice taking { Takers }\n";
  same_in_any_order(texts, "main.flow");
}

}  // namespace
}  // namespace flowc
