#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emit/cpp_names.h"
#include "emit/emit.h"
#include "model/program.h"

namespace flowc::view {

/// A record's, message's or enum's C++ name and those of its fields or values.
struct TypeNames {
  std::string name;
  std::vector<std::string> members;
};

struct HandlerNames {
  std::string method;   ///< `email_receipt`
  std::string context;  ///< `EmailReceiptContext`
};

struct ComponentNames {
  std::string name;                    ///< `CustomerNotification`; empty: no class is generated
  std::vector<HandlerNames> handlers;  ///< as Component::endpoints
};

struct ServiceNames {
  std::string name;                  ///< `CustomerService`
  std::vector<std::string> members;  ///< of Handlers, as Service::components; empty: has none
};

struct ModuleNames {
  std::string name_space;  ///< `marketplace::customer`
  std::string stem;        ///< `contracts/leads.flow`: the outputs' path without `.h`
};

/// Names that the code at some place finds first, before those of the module: written in full, a
/// type is still found.
using Shadow = std::vector<std::string>;

/// Every C++ name of a program, made once, in the order of declaration, so that no view invents its
/// own.
class Names {
 public:
  Names(const model::Program& program, const EmitOptions& options);

  const ModuleNames& operator[](model::ModuleId id) const { return at(modules_, id); }
  const TypeNames& operator[](model::RecordId id) const { return at(records_, id); }
  const TypeNames& operator[](model::EnumId id) const { return at(enums_, id); }
  const TypeNames& operator[](model::MessageId id) const { return at(messages_, id); }
  const ComponentNames& operator[](model::ComponentId id) const { return at(components_, id); }
  const ServiceNames& operator[](model::ServiceId id) const { return at(services_, id); }
  const HandlerNames& operator[](model::EndpointId id) const { return at(handlers_, id); }

  /// A declaration of `home` as code of the module `from` writes it.
  std::string reference(model::ModuleId from, model::ModuleId home, const std::string& name,
                        const Shadow& shadow) const;
  std::string reference(model::ModuleId from, const model::Payload& payload,
                        const Shadow& shadow = {}) const;
  std::string reference(model::ModuleId from, model::ComponentId id,
                        const Shadow& shadow = {}) const;
  /// `std::vector<Item>`.
  std::string type(model::ModuleId from, const model::Type& type, const Shadow& shadow = {}) const;

 private:
  template <typename T, typename Id>
  static const T& at(const std::vector<T>& table, Id id) {
    return table[static_cast<std::uint32_t>(id)];
  }
  void name_modules(const EmitOptions& options);
  void name_types();
  void name_components();
  void name_services();
  cpp::Scope& scope(model::ModuleId module);

  const model::Program& program_;
  std::vector<ModuleNames> modules_;
  std::vector<cpp::Scope> scopes_;  // as modules_
  std::vector<TypeNames> records_, enums_, messages_;
  std::vector<ComponentNames> components_;
  std::vector<ServiceNames> services_;
  std::vector<HandlerNames> handlers_;  // as Program::endpoints
};

}  // namespace flowc::view
