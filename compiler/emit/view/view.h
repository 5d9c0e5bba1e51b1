#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "emit/view/index.h"
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
  const Index& index;
  const EmitOptions& options;
};

/// Hands on the views of the records, enums and messages of a module one by one, in the order they
/// must be declared: `kind` is `enum` or `record`. All of a large module at once would be many
/// times the size of what is made from them.
void for_each_type(const Source& source, model::ModuleId module,
                   const std::function<void(Json&&)>& use);
/// How the payloads of old versions are read: the upcasts of a module, and of each message with
/// several versions the function that reads any.
[[nodiscard]] Json versions_view(const Source& source, model::ModuleId module);
/// The abstract handler classes of a module, with their contexts.
[[nodiscard]] Json components_view(const Source& source, model::ModuleId module);
/// The services a module declares and generates, with their buses and their calls of handlers.
[[nodiscard]] Json services_view(const Source& source, model::ModuleId module);
/// The table of all endpoints, and what calls those of the services that the module generates.
[[nodiscard]] Json endpoints_view(const Source& source, model::ModuleId module);
/// The constant tables of what the program's stores and services share.
[[nodiscard]] Json tables_view(const Source& source, model::ModuleId from);
/// What one .flow file's outputs are made from; its `types` are left for for_each_type().
[[nodiscard]] Json module_view(const Source& source, model::ModuleId module);

// ---- shared by the views

/// The last parameter of everything generated that sends.
inline constexpr const char* kSendOptions = "const ::flow::SendOptions& options";
[[nodiscard]] inline const char* bool_text(bool value) {
  return value ? "true" : "false";
}
[[nodiscard]] Json lines(const std::vector<std::string>& lines);
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
