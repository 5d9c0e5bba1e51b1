#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "emit/view/order.h"
#include "model/program.h"

namespace flowc::view {

/// An endpoint that messages are delivered to, and where it runs.
struct Delivered {
  model::EndpointId endpoint;
  model::ServiceId service;
  std::size_t member = 0;  ///< of Service::components
};

/// What the views ask again and again, worked out once: a view that searched a table for each of
/// its lines would take the square of the program's size. Refers to the program.
class Index {
 public:
  explicit Index(const model::Program& program);

  /// The numbers of messages and channels in the generated tables, which are sorted by wire name
  /// and by name.
  std::size_t number(model::MessageId id) const { return at(messages_, id); }
  std::size_t number(model::ChannelId id) const { return at(channels_, id); }
  /// Of each record with all that it holds.
  const std::vector<Ordering>& orderings() const { return orderings_; }
  /// Where a value stands in its enum.
  std::size_t value(model::EnumId id, const std::string& name) const;

  /// The declarations of a module, in the order of the file.
  const std::vector<AnyType>& types(model::ModuleId id) const { return at(types_, id); }
  const std::vector<model::ComponentId>& components(model::ModuleId id) const {
    return at(components_, id);
  }
  const std::vector<model::ServiceId>& services(model::ModuleId id) const {
    return at(services_, id);
  }

  /// Of all services, by id.
  const std::vector<Delivered>& endpoints() const { return endpoints_; }
  const std::string& contract_hash() const { return contract_hash_; }

 private:
  template <typename T, typename Id>
  static const T& at(const std::vector<T>& table, Id id) {
    return table[static_cast<std::uint32_t>(id)];
  }
  void find_declarations(const model::Program& program);
  void find_endpoints(const model::Program& program);

  std::vector<std::size_t> messages_, channels_;
  std::vector<Ordering> orderings_;
  std::vector<std::unordered_map<std::string_view, std::size_t>> values_;
  std::vector<std::vector<AnyType>> types_;
  std::vector<std::vector<model::ComponentId>> components_;
  std::vector<std::vector<model::ServiceId>> services_;
  std::vector<Delivered> endpoints_;
  std::string contract_hash_;
};

}  // namespace flowc::view
