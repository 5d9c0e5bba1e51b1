#include "syntax/parse.h"

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "compiler_fuzz.h"
#include "syntax/ast_json.h"

// Any bytes are parsed, with what is wrong with them reported, and the tree can be written.

namespace {

std::string parsed(const flowc::FileSystem& files) {
  flowc::SourceMap sources;
  flowc::Reporter reporter;
  std::string text;
  if (const auto file = flowc::load(files, "main.flow", sources, reporter)) {
    const auto syntax = flowc::parse(*file, sources, reporter);
    flowc::fuzz::demand(syntax != nullptr, "a tree");
    text = flowc::to_json(*syntax, sources)
               .dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  return text + flowc::fuzz::said(reporter, sources);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  flowc::fuzz::demand_same({reinterpret_cast<const char*>(data), size}, parsed);
  return 0;
}
