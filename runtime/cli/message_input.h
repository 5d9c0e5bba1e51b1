#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "flow/result.h"
#include "flow/topology.h"
#include "cli/command.h"

/// A message as it is typed: its type's name and its payload. Errors say what is wrong with which.
namespace flow::detail {

/// By its full name, or by its last part when only one has it; it must be of that kind.
Result<MessageNo> find_message(const Topology& topology, const std::string& name, MessageKind kind);

/// JSON as it is, `@FILE`, or `-` for standard input; 16 MiB at most.
Result<std::string> read_payload(const std::string& argument, Console& console);

/// The message's key, if it has one, when the payload is what the type says.
Result<std::optional<std::string>> inspect_payload(const MessageType& type,
                                                   const std::string& payload);

/// Another process cannot reach what a deployment in memory holds: `why` ends the error.
Result<void> refuse_memory(const CommandContext& context, std::string_view why);

}  // namespace flow::detail
