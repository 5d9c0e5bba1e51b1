#include <cstddef>
#include <cstdint>

#include "commands/compile.h"
#include "compiler_fuzz.h"
#include "emit/emit.h"
#include "model/model_json.h"

// Any files are checked; what has no error becomes C++ and the JSON of its model.

namespace {

std::string checked(const flowc::FileSystem& files) {
  flowc::SourceMap sources;
  flowc::Reporter reporter;
  const flowc::Compilation compilation = flowc::compile(files, "main.flow", sources, reporter);
  flowc::fuzz::demand(compilation.program.has_value() != reporter.has_errors(),
                      "a program if there is no error, and only then");
  std::string text = flowc::fuzz::said(reporter, sources);
  if (!compilation.program) return text;
  text += flowc::model::to_json(*compilation.program);
  for (const flowc::OutputFile& output : flowc::emit_cpp(*compilation.program, {}))
    text += output.path + '\n' + output.bytes;
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  flowc::fuzz::demand_same({reinterpret_cast<const char*>(data), size}, checked);
  return 0;
}
