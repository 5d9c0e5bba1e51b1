#include "checks/checks.h"
#include "diagnostics/catalog.h"

namespace flowc {

void check_ordering(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  for (std::size_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& endpoint = program.endpoints[i];
    if (!endpoint.channel) continue;
    // A slip is ordered by the key of its command: check_slips.
    if (program[endpoint.component].kind == model::ComponentKind::steps) continue;
    const model::Channel& channel = program[*endpoint.channel];
    const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
    if (!channel.ordered_by_key || message == nullptr || program[*message].key) continue;
    if (draft.message_doubts.contains(*message)) continue;
    reporter
        .error(kOrderedWithoutKey, draft.endpoint_places[i].takes, program[*message].name,
               channel.name)
        .label(program[*message].span, "has no `key` field")
        .label(channel.span, "asks for order by key")
        .help("put `key` before the field that messages are ordered by");
  }
}

}  // namespace flowc
