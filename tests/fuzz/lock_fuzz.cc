#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "diagnostics/reporter.h"
#include "lock/evolution.h"
#include "lock/text.h"
#include "lock/verdict.h"

// Any bytes are a lock or are refused at a place within them. What was read is written, and reads
// the same again; any two locks can be compared, and a lock with itself has not changed.

namespace {

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "lock_fuzz: %s\n", what);
  std::abort();
}

bool read(std::string_view text, flowc::lock::Lock& lock) {
  auto result = flowc::lock::read_lock(text, flowc::FileId{0});
  if (!result) {
    const flowc::lock::ReadError& error = result.error();
    demand(!error.problem.empty(), "an error without a text");
    demand(error.span.begin <= error.span.end && error.span.end <= text.size(),
           "an error outside of the file");
    return false;
  }
  lock = std::move(result).value();
  const std::string written = flowc::lock::to_text(lock);
  auto again = flowc::lock::read_lock(written, flowc::FileId{0});
  demand(again.ok(), "what was written cannot be read");
  demand(flowc::lock::to_text(again.value()) == written, "writing and reading changed the lock");
  demand(flowc::lock::compare(lock, again.value()).empty(), "a lock differs from itself");
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Two locks, parted by a line `====`; a second one that is missing is an empty one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::size_t middle = text.find("\n====\n");
  flowc::lock::Lock before;
  flowc::lock::Lock after;
  const bool first = read(text.substr(0, middle), before);
  const bool second = middle == std::string_view::npos || read(text.substr(middle + 6), after);
  if (!first || !second) return 0;
  const flowc::lock::Verdict forth = flowc::lock::verdict(before, after);
  const flowc::lock::Verdict back = flowc::lock::verdict(after, before);
  demand(!flowc::lock::to_text(forth).empty() && !flowc::lock::to_json(back).empty(),
         "a verdict without a word");
  flowc::Reporter reporter;
  flowc::lock::check_evolution(&before, after, {}, reporter);
  demand(reporter.has_errors() == forth.breaking, "the errors and the verdict disagree");
  return 0;
}
