#include "emit/view/index.h"

#include <algorithm>
#include <numeric>

#include "base/assert.h"
#include "emit/emit.h"
#include "emit/view/unserved.h"

namespace flowc::view {

namespace {

/// The place of each item once they are sorted by `name`.
template <typename T>
std::vector<std::size_t> ranks(const std::vector<T>& items, const std::string T::*name) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return items[a].*name < items[b].*name; });
  std::vector<std::size_t> ranks(items.size());
  for (std::size_t i = 0; i < order.size(); ++i) ranks[order[i]] = i;
  return ranks;
}

/// The versions of a message share the line of the newest: the older ones are read, never sent.
std::vector<std::size_t> message_numbers(const model::Program& program) {
  std::vector<std::size_t> order(program.messages.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return program.messages[a].wire_name < program.messages[b].wire_name;
  });
  std::vector<std::size_t> numbers(program.messages.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool another =
        i > 0 && program.messages[order[i]].wire_name != program.messages[order[i - 1]].wire_name;
    numbers[order[i]] = another ? ++next : next;
  }
  return numbers;
}

}  // namespace

Index::Index(const model::Program& program)
    : messages_(message_numbers(program)),
      channels_(ranks<model::Channel>(program.channels, &model::Channel::name)),
      orderings_(record_orderings(program)),
      contract_hash_(flowc::contract_hash(program)) {
  find_declarations(program);
  find_endpoints(program);
  for (const model::Enum& item : program.enums) {
    auto& values = values_.emplace_back();
    for (std::size_t i = 0; i < item.values.size(); ++i) values.emplace(item.values[i].name, i);
  }
}

void Index::find_declarations(const model::Program& program) {
  types_.resize(program.modules.size());
  components_.resize(program.modules.size());
  services_.resize(program.modules.size());
  struct Found {
    std::uint32_t place;
    AnyType type;
  };
  std::vector<std::vector<Found>> found(program.modules.size());
  const auto add = [&](const auto& table, auto make_id) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      found[static_cast<std::uint32_t>(table[i].module)].push_back(
          {table[i].span.begin, make_id(i)});
    }
  };
  add(program.enums, [](std::size_t i) { return static_cast<model::EnumId>(i); });
  add(program.records, [](std::size_t i) { return static_cast<model::RecordId>(i); });
  add(program.messages, [](std::size_t i) { return static_cast<model::MessageId>(i); });
  for (std::size_t module = 0; module < found.size(); ++module) {
    std::stable_sort(found[module].begin(), found[module].end(),
                     [](const Found& a, const Found& b) { return a.place < b.place; });
    for (const Found& item : found[module]) types_[module].push_back(item.type);
  }
  for (std::uint32_t i = 0; i < program.components.size(); ++i) {
    components_[static_cast<std::uint32_t>(program.components[i].module)].push_back(
        model::ComponentId{i});
  }
  for (std::uint32_t i = 0; i < program.services.size(); ++i) {
    services_[static_cast<std::uint32_t>(program.services[i].module)].push_back(
        model::ServiceId{i});
  }
}

void Index::find_endpoints(const model::Program& program) {
  for (std::uint32_t i = 0; i < program.services.size(); ++i) {
    const model::Service& service = program.services[i];
    for (std::size_t member = 0; member < service.components.size(); ++member) {
      for (const model::EndpointId id : program[service.components[member]].endpoints) {
        if (program[id].dispatch == model::Dispatch::chained || !is_served(program, id)) continue;
        endpoints_.push_back({id, model::ServiceId{i}, member});
      }
    }
  }
  std::sort(endpoints_.begin(), endpoints_.end(), [&](const Delivered& a, const Delivered& b) {
    return program[a.endpoint].id < program[b.endpoint].id;
  });
}

std::size_t Index::value(model::EnumId id, const std::string& name) const {
  const auto& values = at(values_, id);
  const auto found = values.find(name);
  FLOW_ASSERT(found != values.end());
  return found->second;
}

}  // namespace flowc::view
