#include "emit/view/names.h"

#include <algorithm>

#include "base/assert.h"

namespace flowc::view {

namespace {

using cpp::Place;
using model::Type;

/// A member that has its struct's name would change what that name means within it.
std::vector<std::string> member_names(const std::string& owner, const auto& members) {
  cpp::Scope scope{{owner}};
  std::vector<std::string> names;
  for (const auto& member : members) {
    names.push_back(scope.add(cpp::escaped(member.name, Place::member)));
  }
  return names;
}

std::string primitive(model::Primitive primitive) {
  switch (primitive) {
    case model::Primitive::boolean:
      return "bool";
    case model::Primitive::int32:
      return "std::int32_t";
    case model::Primitive::int64:
      return "std::int64_t";
    case model::Primitive::float64:
      return "double";
    case model::Primitive::decimal:
      return "::flow::Decimal";
    case model::Primitive::string:
      return "std::string";
    case model::Primitive::bytes:
      return "::flow::Bytes";
    case model::Primitive::uuid:
      return "::flow::Uuid";
    case model::Primitive::timestamp:
      return "::flow::Timestamp";
    case model::Primitive::duration:
      return "::flow::Duration";
    case model::Primitive::date:
      return "::flow::Date";
  }
  FLOW_UNREACHABLE("a primitive type without a C++ type");
}

std::string stem_of(const model::Module& module, bool is_main, const EmitOptions& options) {
  const bool renamed = is_main && !options.base_name.empty();
  const std::string path = renamed ? options.base_name : cpp::output_path(module.file);
  return path.ends_with(".flow") ? path : path + ".flow";
}

}  // namespace

Names::Names(const model::Program& program, const EmitOptions& options) : program_(program) {
  name_modules(options);
  name_types();
  name_components();
  name_services();
}

cpp::Scope& Names::scope(model::ModuleId module) {
  return scopes_[static_cast<std::uint32_t>(module)];
}

void Names::name_modules(const EmitOptions& options) {
  for (const model::Module& module : program_.modules) {
    modules_.push_back({cpp::name_space(module.name), stem_of(module, modules_.empty(), options)});
    scopes_.emplace_back();
  }
}

void Names::name_types() {
  const auto named = [this](const auto& declaration, const auto& members) {
    const std::string name =
        scope(declaration.module).add(cpp::escaped(declaration.name, Place::declaration));
    return TypeNames{name, member_names(name, members)};
  };
  for (const auto& record : program_.records) records_.push_back(named(record, record.fields));
  for (const auto& item : program_.enums) enums_.push_back(named(item, item.values));
  // The newest version has the plain name, whichever was declared first.
  messages_.resize(program_.messages.size());
  for (const bool superseded : {false, true}) {
    for (std::size_t i = 0; i < program_.messages.size(); ++i) {
      model::Declaration declared = program_.messages[i];
      if (program_.messages[i].superseded != superseded) continue;
      if (superseded) declared.name += "V" + std::to_string(program_.messages[i].version);
      const std::string name =
          scope(program_.messages[i].module).add(cpp::escaped(declared.name, Place::declaration));
      messages_[i] = {name, member_names(name, program_.messages[i].fields)};
    }
  }
}

void Names::name_components() {
  handlers_.resize(program_.endpoints.size());
  for (const model::Component& component : program_.components) {
    ComponentNames names;
    if (component.kind != model::ComponentKind::handlers) {
      components_.push_back(std::move(names));
      continue;
    }
    names.name = scope(component.module).add(cpp::escaped(component.name, Place::declaration));
    cpp::Scope members{{names.name}};
    for (const model::EndpointId id : component.endpoints) {
      HandlerNames handler;
      handler.method = members.add(cpp::escaped(program_[id].name, Place::member));
      handler.context = members.add(cpp::camel_case(program_[id].name) + "Context");
      names.handlers.push_back(handler);
      handlers_[static_cast<std::uint32_t>(id)] = handler;
    }
    components_.push_back(std::move(names));
  }
}

void Names::name_services() {
  for (const model::Service& service : program_.services) {
    ServiceNames names;
    names.name = scope(service.module).add(cpp::camel_case(service.name) + "Service");
    cpp::Scope members{{"Handlers"}};
    for (const model::ComponentId id : service.components) {
      if (program_[id].kind != model::ComponentKind::handlers) {
        names.members.emplace_back();
        continue;
      }
      names.members.push_back(
          members.add(cpp::escaped(cpp::snake_case(program_[id].name), Place::member)));
    }
    services_.push_back(std::move(names));
  }
}

std::string Names::reference(model::ModuleId from, model::ModuleId home, const std::string& name,
                             const Shadow& shadow) const {
  const bool shadowed = std::find(shadow.begin(), shadow.end(), name) != shadow.end();
  if (from == home && !shadowed) return name;
  return "::" + (*this)[home].name_space + "::" + name;
}

std::string Names::reference(model::ModuleId from, const model::Payload& payload,
                             const Shadow& shadow) const {
  const auto named = [&](auto id) {
    return reference(from, program_[id].module, (*this)[id].name, shadow);
  };
  if (const auto* message = std::get_if<model::MessageId>(&payload.type)) return named(*message);
  return named(std::get<model::RecordId>(payload.type));
}

std::string Names::reference(model::ModuleId from, model::ComponentId id,
                             const Shadow& shadow) const {
  return reference(from, program_[id].module, (*this)[id].name, shadow);
}

std::string Names::type(model::ModuleId from, const Type& type, const Shadow& shadow) const {
  switch (type.kind) {
    case Type::Kind::primitive:
      return primitive(type.primitive);
    case Type::Kind::record:
      return reference(from, model::Payload{type.record}, shadow);
    case Type::Kind::enumeration:
      return reference(from, program_[type.enumeration].module, (*this)[type.enumeration].name,
                       shadow);
    case Type::Kind::optional:
      return "std::optional<" + this->type(from, *type.element, shadow) + ">";
    case Type::Kind::list:
      return "std::vector<" + this->type(from, *type.element, shadow) + ">";
    case Type::Kind::map:
      return "std::map<std::string, " + this->type(from, *type.element, shadow) + ">";
  }
  FLOW_UNREACHABLE("a type of no kind");
}

}  // namespace flowc::view
