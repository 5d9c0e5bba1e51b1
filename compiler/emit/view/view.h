#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "emit/view/names.h"
#include "model/program.h"

/// What the templates print, as plain JSON: every name, type, literal, order and line break is
/// decided here, none in a template.
namespace flowc::view {

using Json = nlohmann::ordered_json;

/// Everything the views of one program read.
struct Source {
  const model::Program& program;
  const Names& names;
  const EmitOptions& options;
};

/// The records, enums and messages of a module, in the order they must be declared: `kind` is
/// `enum` or `record`.
[[nodiscard]] Json types_view(const Source& source, model::ModuleId module);
/// How the payloads of old versions are read: the upcasts of a module, and of each message with
/// several versions the function that reads any.
[[nodiscard]] Json versions_view(const Source& source, model::ModuleId module);
/// The abstract handler classes of a module, with their contexts.
[[nodiscard]] Json components_view(const Source& source, model::ModuleId module);
/// The services a module declares and generates, with their buses and their calls of handlers.
[[nodiscard]] Json services_view(const Source& source, model::ModuleId module);
/// The constant tables of what the program's stores and services share.
[[nodiscard]] Json tables_view(const Source& source, model::ModuleId from);
/// The whole of what one .flow file's outputs are made from.
[[nodiscard]] Json module_view(const Source& source, model::ModuleId module);

// ---- shared by the views

[[nodiscard]] Json lines(const std::vector<std::string>& lines);
/// The numbers of messages and channels in the generated tables, which are sorted by wire name and
/// by name.
[[nodiscard]] std::size_t message_number(const model::Program& program, model::MessageId id);
[[nodiscard]] std::size_t channel_number(const model::Program& program, model::ChannelId id);
/// The text of a message's key, as an expression on `variable`.
[[nodiscard]] std::string key_expression(const Source& source, model::MessageId id,
                                         const std::string& variable);
/// A literal as a C++ expression; empty: what `{}` gives.
[[nodiscard]] std::string constant(const Source& source, model::ModuleId module,
                                   const model::Type& type, const model::Value& value,
                                   const Shadow& shadow);
/// True when EmitOptions asks for it.
[[nodiscard]] bool generated(const Source& source, model::ServiceId id);

}  // namespace flowc::view
