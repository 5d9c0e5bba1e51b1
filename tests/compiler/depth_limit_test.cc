#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/limits.h"
#include "commands/compile.h"
#include "diagnostics/catalog.h"
#include "flow/limits.h"

// What flowc takes for deeper than a payload may be is what the runtime refuses: golden/deepest is
// generated code as deep as it may be.
namespace flowc {
namespace {

static_assert(limits::kPayloadLevelsMax == std::size_t{flow::limits::kNestingMax});

/// An event that holds so many records, each the next.
std::string chain(std::size_t records) {
  std::string text = "module shop\npublic event Placed { key id: uuid  next: R1 }\n";
  for (std::size_t i = 1; i < records; ++i)
    text += "record R" + std::to_string(i) + " { next: R" + std::to_string(i + 1) + " }\n";
  return text + "record R" + std::to_string(records) +
         " { leaf: int32 }\nhandlers Jobs { see(Placed) }\nservice shop { Jobs }\n";
}

std::vector<Diagnostic> errors_of(const std::string& text) {
  MemoryFileSystem files;
  files.add("main.flow", text);
  SourceMap sources;
  Reporter reporter;
  compile(files, "main.flow", sources, reporter);
  return reporter.diagnostics();
}

TEST_CASE("a chain of records ends where a payload does") {
  CHECK(errors_of(chain(limits::kPayloadLevelsMax - 1)).empty());
  for (const std::size_t records : {limits::kPayloadLevelsMax, std::size_t{2000}}) {
    const auto errors = errors_of(chain(records));
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].id == kNeverFilled.definition.id);
    CHECK(errors[0].message ==
          "`Placed.next.next.….next` can never be filled: it goes 65 levels deep, and a payload "
          "has at most 64");
  }
}

}  // namespace
}  // namespace flowc
