#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/assert.h"
#include "emit/layout.h"
#include "emit/view/unserved.h"
#include "emit/view/view.h"

namespace flowc::view {

namespace {

using model::Dispatch;
using model::MessageKind;

constexpr const char* kOptions = "const ::flow::SendOptions& options";

/// What unqualified lookup finds in a service, its bus or its Handlers before the module's
/// declarations.
Shadow shadow_of(const ServiceNames& names) {
  Shadow shadow = {"Handlers", "Bus",          "bus",      "publish",  "send",
                   "ask",      "unit_of_work", "topology", "handlers", "outlet",
                   "attach",   "Service",      "outlet_",  "handlers_"};
  shadow.insert(shadow.end(), names.members.begin(), names.members.end());
  return shadow;
}

struct ServiceSource {
  const Source& source;
  model::ServiceId id;
  const model::Service& service;
  const ServiceNames& names;
  Shadow shadow = shadow_of(names);

  std::string reference(model::MessageId message) const {
    return source.names.reference(service.module, model::Payload{message}, shadow);
  }
};

/// The service's module, its components' modules, and imported ones that declare contracts only.
std::set<model::ModuleId> modules_of(const ServiceSource& service) {
  const model::Program& program = service.source.program;
  std::set<model::ModuleId> modules{service.service.module};
  for (const model::ComponentId id : service.service.components) modules.insert(program[id].module);
  for (std::size_t i = 0; i < program.modules.size(); ++i) {
    const auto id = static_cast<model::ModuleId>(i);
    const auto in_module = [id](const auto& item) { return item.module == id; };
    if (std::none_of(program.components.begin(), program.components.end(), in_module)) {
      modules.insert(id);
    }
  }
  return modules;
}

bool handles(const ServiceSource& service, model::MessageId message) {
  const model::Program& program = service.source.program;
  const auto& components = service.service.components;
  return std::any_of(components.begin(), components.end(), [&](model::ComponentId id) {
    const auto& endpoints = program[id].endpoints;
    return std::any_of(endpoints.begin(), endpoints.end(), [&](model::EndpointId endpoint) {
      return program[endpoint].takes.type == decltype(model::Payload::type){message};
    });
  });
}

bool comes_from_bus(const ServiceSource& service, const std::set<model::ModuleId>& modules,
                    model::MessageId id) {
  const model::Message& message = service.source.program[id];
  if (message.superseded) return false;
  switch (message.kind) {
    case MessageKind::event:
      return message.is_public && modules.contains(message.module);
    case MessageKind::command:
      return message.is_public || modules.contains(message.module);
    case MessageKind::query:
      return handles(service, id);
  }
  return false;
}

Json bus_method(const ServiceSource& service, model::MessageId id) {
  static constexpr std::array methods = {"publish", "send", "ask"};
  static constexpr std::array variables = {"event", "command", "query"};
  const model::Message& message = service.source.program[id];
  const auto kind = static_cast<std::size_t>(message.kind);
  const std::string variable = variables[kind];
  const bool asks = message.kind == MessageKind::query;
  std::vector<std::string> declared = {
      fmt::format("const {}& {}", service.reference(id), variable)};
  std::vector<std::string> defined = declared;
  std::vector<std::string> sent = {std::to_string(message_number(service.source.program, id)),
                                   key_expression(service.source, id, variable),
                                   "::flow::json::encode_payload(" + variable + ")"};
  if (!asks) {
    declared.push_back(std::string{kOptions} + " = {}");
    defined.emplace_back(kOptions);
    sent.emplace_back("options");
  }
  FLOW_ASSERT(!asks || message.answer.has_value());
  const std::string answer =
      asks ? service.source.names.type(service.service.module, *message.answer, service.shadow)
           : "";
  const std::string result = asks ? answer : "::flow::Uuid";
  const std::string head =
      asks ? "return ::flow::detail::ask<" + answer + ">" : "return outlet_->emit";
  if (asks) sent.insert(sent.begin(), "*outlet_");
  // Behind the return type a name is looked up outside the class: there the answer needs no
  // qualification, but has it wherever the declaration does.
  return {{"declaration", cpp::call(4, result + " " + methods[kind], declared, " const;")},
          {"signature",
           cpp::call(0, fmt::format("{} {}::Bus::{}", result, service.names.name, methods[kind]),
                     defined, " const {")},
          {"body", cpp::call(2, head, sent, ";")}};
}

Json bus_view(const ServiceSource& service) {
  const std::set<model::ModuleId> modules = modules_of(service);
  Json view = Json::array();
  const auto& messages = service.source.program.messages;
  for (const MessageKind kind : {MessageKind::event, MessageKind::command, MessageKind::query}) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const auto id = static_cast<model::MessageId>(i);
      if (messages[i].kind == kind && comes_from_bus(service, modules, id)) {
        view.push_back(bus_method(service, id));
      }
    }
  }
  return view;
}

/// The handler and those that take, one after the other, what it gives.
std::vector<model::EndpointId> chain_of(const model::Program& program, model::EndpointId first) {
  std::vector<model::EndpointId> chain{first};
  while (program[chain.back()].then) {
    chain.push_back(*program[chain.back()].then);
    FLOW_ASSERT(chain.size() <= program.endpoints.size());
  }
  return chain;
}

Json call_view(const ServiceSource& service, const std::string& name, const std::string& member,
               model::EndpointId first) {
  const Source& source = service.source;
  const model::Program& program = source.program;
  const auto message = std::get<model::MessageId>(program[first].takes.type);
  Json steps = Json::array();
  std::string input = "input";
  std::size_t number = 0;
  for (const model::EndpointId id : chain_of(program, first)) {
    const std::string suffix = ++number == 1 ? "" : "_" + std::to_string(number);
    const model::Endpoint& endpoint = program[id];
    const bool replies = id == first && program[message].answer.has_value() && !endpoint.then;
    const bool keeps = replies || endpoint.then.has_value();
    const std::string called =
        fmt::format("{}components.{}.{}", keeps ? "const auto result" + suffix + " = " : "", member,
                    source.names[id].method);
    steps.push_back(
        {{"context", fmt::format("{}::{} context{}{{handling}};",
                                 source.names.reference(service.service.module, endpoint.component),
                                 source.names[id].context, suffix)},
         {"call", cpp::call(2, called, {input, "context" + suffix}, ";")},
         {"replies", replies}});
    input = "result" + suffix;
  }
  return {{"signature", cpp::call(0, "void " + name,
                                  {"const void* handlers", "::flow::Handling& handling"}, " {")},
          {"takes", source.names.reference(service.service.module, program[first].takes)},
          {"steps", steps}};
}

/// What a handler and those chained to it emit, by number.
std::vector<std::size_t> emitted_by(const model::Program& program, model::EndpointId first) {
  std::set<std::size_t> numbers;
  for (const model::EndpointId id : chain_of(program, first)) {
    for (const model::MessageId sent : program[id].sends)
      numbers.insert(message_number(program, sent));
    for (const model::MessageId published : program[id].publishes)
      numbers.insert(message_number(program, published));
    for (const model::MessageId later : program[id].schedules)
      numbers.insert(message_number(program, later));
  }
  return {numbers.begin(), numbers.end()};
}

struct Place {
  model::EndpointId endpoint;
  std::size_t service = 0;
  std::string member;  // of the service's Handlers
};

/// The endpoints that messages are delivered to, of all services, by id.
std::vector<Place> delivered_endpoints(const Source& source) {
  std::vector<Place> places;
  for (std::size_t i = 0; i < source.program.services.size(); ++i) {
    const model::Service& service = source.program.services[i];
    for (std::size_t member = 0; member < service.components.size(); ++member) {
      for (const model::EndpointId id : source.program[service.components[member]].endpoints) {
        if (source.program[id].dispatch == Dispatch::chained) continue;
        if (!is_served(source.program, id)) continue;
        places.push_back({id, i, source.names[static_cast<model::ServiceId>(i)].members[member]});
      }
    }
  }
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    return source.program[a.endpoint].id < source.program[b.endpoint].id;
  });
  return places;
}

std::string joined(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (const std::size_t number : numbers)
    text += (text.empty() ? "" : ", ") + std::to_string(number);
  return text;
}

/// Adds the endpoint's line of the table, and its call and list of emitted messages where this
/// service runs it.
void add_endpoint(const ServiceSource& service, const Place& place, cpp::Scope& scope, Json& view) {
  const model::Program& program = service.source.program;
  const model::Endpoint& endpoint = program[place.endpoint];
  const model::Component& component = program[endpoint.component];
  const bool own = place.service == static_cast<std::size_t>(service.id);
  const std::vector<std::size_t> emitted = emitted_by(program, place.endpoint);
  const std::string emits = fmt::format("k{}Emits{}", service.names.name, view["emits"].size());
  const std::string function =
      own ? scope.add(fmt::format("call_{}_{}", cpp::snake_case(component.name), endpoint.name))
          : "";
  if (own) view["calls"].push_back(call_view(service, function, place.member, place.endpoint));
  if (!emitted.empty()) {
    view["emits"].push_back({{"table", emits},
                             {"count", std::to_string(emitted.size())},
                             {"list", "{" + joined(emitted) + "}"}});
  }
  view["endpoints"].push_back(
      {{"id", cpp::string_literal(endpoint.id)},
       {"handler", cpp::string_literal(component.name + "." + endpoint.name)},
       {"message",
        std::to_string(message_number(program, std::get<model::MessageId>(endpoint.takes.type)))},
       {"channel", endpoint.channel ? std::to_string(channel_number(program, *endpoint.channel))
                                    : "::flow::no_channel"},
       {"service", std::to_string(place.service)},
       {"dispatch", endpoint.dispatch == Dispatch::channel ? "channel" : "caller"},
       {"own", own},
       {"call", function},
       {"has_emits", !emitted.empty()},
       {"emits_table", emits}});
}

Json service_view(const Source& source, model::ServiceId id, cpp::Scope& scope) {
  const model::Service& declared = source.program[id];
  const ServiceSource service{source, id, declared, source.names[id]};
  Json members = Json::array();
  for (std::size_t i = 0; i < declared.components.size(); ++i) {
    if (service.names.members[i].empty()) continue;
    members.push_back(
        {{"type", source.names.reference(declared.module, declared.components[i], service.shadow)},
         {"member", service.names.members[i]}});
  }
  Json view = {{"docs", lines(cpp::doc_lines(declared.documentation, 0))},
               {"name", service.names.name},
               {"service", cpp::string_literal(declared.name)},
               {"number", std::to_string(static_cast<std::size_t>(id))},
               {"program", cpp::string_literal(source.program.modules.front().name)},
               {"contract_hash", cpp::string_literal(contract_hash(source.program))},
               {"members", members},
               {"bus", bus_view(service)},
               {"calls", Json::array()},
               {"emits", Json::array()},
               {"endpoints", Json::array()},
               {"unserved", Json::array()}};
  for (const std::string& part : unserved_parts(source.program, id))
    view["unserved"].push_back(cpp::string_literal(part));
  view["any_unserved"] = !view["unserved"].empty();
  view["unserved_count"] = std::to_string(view["unserved"].size());
  for (const Place& place : delivered_endpoints(source)) add_endpoint(service, place, scope, view);
  view["any_emits"] = !view["emits"].empty();
  view["endpoint_count"] = std::to_string(view["endpoints"].size());
  return view;
}

}  // namespace

bool generated(const Source& source, model::ServiceId id) {
  return source.options.service.empty() || source.program[id].name == source.options.service;
}

Json services_view(const Source& source, model::ModuleId module) {
  Json view = Json::array();
  cpp::Scope scope;
  for (std::size_t i = 0; i < source.program.services.size(); ++i) {
    const auto id = static_cast<model::ServiceId>(i);
    if (source.program[id].module == module && generated(source, id)) {
      view.push_back(service_view(source, id, scope));
    }
  }
  return view;
}

}  // namespace flowc::view
