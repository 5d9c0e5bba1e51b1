#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diagnostics/listing.h"
#include "emit/layout.h"
#include "emit/view/unserved.h"
#include "emit/view/view.h"
#include "model/names.h"

namespace flowc::view {

namespace {

using model::Dispatch;

/// What unqualified lookup finds in a component or one of its contexts before the module's
/// declarations.
Shadow shadow_of(const ComponentNames& names) {
  Shadow shadow = {"Context",  "message", "attempt", "idempotency_key", "stop_token", "now", "sql",
                   "handling", "publish", "send",    "schedule",        "handling_"};
  for (const HandlerNames& handler : names.handlers) {
    shadow.insert(handler.method);
    shadow.insert(handler.context);
  }
  return shadow;
}

std::string where(const Source& source, const model::Endpoint& endpoint) {
  switch (endpoint.dispatch) {
    case Dispatch::channel:
      return fmt::format("on channel `{}`", source.program[*endpoint.channel].name);
    case Dispatch::caller:
      return "in the caller's unit of work";
    case Dispatch::chained:
      return "in the unit of work of the handler before it";
  }
  return {};
}

Json effect_view(const Source& source, model::ModuleId from, const Shadow& shadow,
                 const std::string& scope, model::MessageId id) {
  const bool is_event = source.program[id].kind == model::MessageKind::event;
  const std::string method = is_event ? "publish" : "send";
  const std::string variable = is_event ? "event" : "command";
  const std::string parameter = fmt::format(
      "const {}& {}", source.names.reference(from, model::Payload{id}, shadow), variable);
  const std::vector<std::string> emitted = {
      std::to_string(source.index.number(id)), key_expression(source, id, variable),
      "::flow::json::encode_payload(" + variable + ")", "options"};
  return {{"declaration",
           cpp::call(4, "void " + method, {parameter, std::string{kSendOptions} + " = {}"}, ";")},
          {"signature", cpp::call(0, fmt::format("void {}::{}", scope, method),
                                  {parameter, kSendOptions}, " {")},
          {"body", cpp::call(2, "handling().emit", emitted, ";")}};
}

/// `schedules M`: the same for later. The delay comes first, so that it cannot be forgotten.
Json schedule_view(const Source& source, model::ModuleId from, const Shadow& shadow,
                   const std::string& scope, model::MessageId id) {
  const bool is_event = source.program[id].kind == model::MessageKind::event;
  const std::string variable = is_event ? "event" : "command";
  const std::vector<std::string> parameters = {
      "::flow::microseconds delay",
      fmt::format("const {}& {}", source.names.reference(from, model::Payload{id}, shadow),
                  variable)};
  const std::vector<std::string> emitted = {
      std::to_string(source.index.number(id)), key_expression(source, id, variable),
      "::flow::json::encode_payload(" + variable + ")", "{.delay = delay}"};
  return {{"declaration", cpp::call(4, "void schedule", parameters, ";")},
          {"signature", cpp::call(0, fmt::format("void {}::schedule", scope), parameters, " {")},
          {"body", cpp::call(2, "handling().emit", emitted, ";")}};
}

std::string result_type(const Source& source, model::ModuleId from, const model::Endpoint& endpoint,
                        const Shadow& shadow) {
  if (endpoint.gives) return source.names.reference(from, *endpoint.gives, shadow);
  if (const auto* id = std::get_if<model::MessageId>(&endpoint.takes.type)) {
    if (source.program[*id].answer) {
      return source.names.type(from, *source.program[*id].answer, shadow);
    }
  }
  return "void";
}

const char* parameter_name(const Source& source, const model::Payload& payload) {
  static constexpr std::array names = {"event", "command", "query"};
  const auto* id = std::get_if<model::MessageId>(&payload.type);
  return id != nullptr ? names[static_cast<std::size_t>(source.program[*id].kind)] : "record";
}

Json handler_view(const Source& source, const model::Component& component,
                  const ComponentNames& names, const Shadow& shadow, model::EndpointId id) {
  const model::Endpoint& endpoint = source.program[id];
  const HandlerNames& handler = source.names[id];
  Json effects = Json::array();
  const auto add = [&](const std::vector<model::MessageId>& messages) {
    for (const model::MessageId message : messages) {
      effects.push_back(effect_view(source, component.module, shadow,
                                    names.name + "::" + handler.context, message));
    }
  };
  add(endpoint.publishes);
  add(endpoint.sends);
  for (const model::MessageId message : endpoint.schedules) {
    effects.push_back(schedule_view(source, component.module, shadow,
                                    names.name + "::" + handler.context, message));
  }
  std::string documentation = endpoint.documentation;
  documentation += fmt::format("{}Endpoint `{}`, {}.", documentation.empty() ? "" : "\n",
                               endpoint.id, where(source, endpoint));
  const std::vector<std::string> parameters = {
      fmt::format("const {}& {}", source.names.reference(component.module, endpoint.takes, shadow),
                  parameter_name(source, endpoint.takes)),
      handler.context + "& context"};
  return {
      {"docs", lines(cpp::doc_lines(documentation, 2))},
      {"context", handler.context},
      {"method", handler.method},
      {"has_effects", !effects.empty()},
      {"effects", effects},
      {"declaration", cpp::call(2,
                                fmt::format("virtual {} {}",
                                            result_type(source, component.module, endpoint, shadow),
                                            handler.method),
                                parameters, " = 0;")}};
}

}  // namespace

Json components_view(const Source& source, model::ModuleId module) {
  Json view = Json::array();
  for (const model::ComponentId id : source.index.components(module)) {
    const model::Component& component = source.program[id];
    if (component.kind != model::ComponentKind::handlers) continue;
    const ComponentNames& names = source.names[id];
    const Shadow shadow = shadow_of(names);
    Json handlers = Json::array();
    std::vector<std::string> unserved;
    for (const model::EndpointId endpoint : component.endpoints) {
      if (is_served(source.program, endpoint))
        handlers.push_back(handler_view(source, component, names, shadow, endpoint));
      else
        unserved.push_back("`" + model::handler_name(source.program, endpoint) + "`");
    }
    std::string documentation = component.documentation;
    if (!unserved.empty()) {
      documentation += fmt::format("{}Without {}: this version of the runtime does not serve that.",
                                   documentation.empty() ? "" : "\n", listing(unserved, "and"));
    }
    view.push_back({{"docs", lines(cpp::doc_lines(documentation, 0))},
                    {"name", names.name},
                    {"handlers", std::move(handlers)}});
  }
  return view;
}

std::string key_expression(const Source& source, model::MessageId id, const std::string& variable) {
  const model::Message& message = source.program[id];
  if (!message.key) return "std::nullopt";
  return fmt::format("::flow::json::key_text({}.{})", variable,
                     source.names[id].members[*message.key]);
}

}  // namespace flowc::view
