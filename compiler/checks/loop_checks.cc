#include <algorithm>
#include <string>

#include "checks/checks.h"
#include "checks/message_flow.h"
#include "diagnostics/catalog.h"
#include "model/names.h"

namespace flowc {
namespace {

constexpr std::size_t kLinksShown = 5;

std::string name(const model::Program& program, std::uint32_t endpoint) {
  return "`" + model::handler_name(program, model::EndpointId{endpoint}) + "`";
}

std::string path_text(const model::Program& program, const Loop& loop) {
  std::string path;
  const std::size_t shown = std::min(loop.causers.size(), kLinksShown);
  for (std::size_t i = 0; i < shown; ++i) path += name(program, loop.causers[i]) + " to ";
  if (shown < loop.causers.size())
    path += std::to_string(loop.causers.size() - shown) + " more, to ";
  return path + name(program, loop.causers.front());
}

std::string link_text(const model::Program& program, const Loop& loop, std::size_t link) {
  const std::uint32_t to = loop.causers[(link + 1) % loop.causers.size()];
  const Cause& cause = loop.causes[link];
  if (!cause.message) return "leads to " + name(program, to);
  return "`" + program[*cause.message].name + "` goes to " + name(program, to);
}

/// A translation cannot make its message come later.
bool of_translations(const model::Program& program, const Loop& loop) {
  return std::all_of(loop.causers.begin(), loop.causers.end(), [&program](std::uint32_t causer) {
    return program[program.endpoints[causer].component].kind == model::ComponentKind::translator;
  });
}

}  // namespace

void check_loops(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const MessageFlow flow = message_flow(program, draft.endpoint_places);
  for (const Loop& loop : endless_loops(program, flow, false)) {
    // One of its messages may be bounded by what could not be read of it.
    if (std::any_of(loop.causes.begin(), loop.causes.end(), [&](const Cause& cause) {
          return cause.message && draft.message_doubts.contains(*cause.message);
        }))
      continue;
    // The later place has the error: what was written last closed the loop.
    std::size_t last = 0;
    for (std::size_t i = 1; i < loop.causes.size(); ++i) {
      if (loop.causes[last].place < loop.causes[i].place) last = i;
    }
    auto diagnostic =
        reporter.error(kEndlessLoop, loop.causes[last].place, path_text(program, loop));
    diagnostic.here(link_text(program, loop, last));
    std::size_t labels = 0;
    for (std::size_t i = 0; i < loop.causes.size() && labels + 1 < kLinksShown; ++i) {
      if (i == last) continue;
      diagnostic.label(loop.causes[i].place, link_text(program, loop, i));
      ++labels;
    }
    diagnostic.help(
        of_translations(program, loop)
            ? "leave out one of the translations, or bound the loop with `@hops(8)` on one of its "
              "messages"
            : "break the loop, bound it with `@hops(8)` on one of its messages, or let one of them "
              "come later: `schedules`");
  }
}

}  // namespace flowc
