#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>

#include "base/assert.h"
#include "emit/layout.h"
#include "emit/view/view.h"

namespace flowc::view {

namespace {

using model::Expression;

/// One upcast, or one message's versions, as code of the module that declares them.
class Versions {
 public:
  Versions(const Source& source, model::ModuleId module)
      : source_(source), program_(source.program), module_(module) {}

  Json upcasts() const {
    Json view = Json::array();
    for (const model::Upcast& upcast : program_.upcasts) {
      if (program_[upcast.to].module == module_) view.push_back(upcast_view(upcast));
    }
    return view;
  }

  Json readers() const {
    Json view = Json::array();
    for (std::size_t i = 0; i < program_.messages.size(); ++i) {
      const auto id = static_cast<model::MessageId>(i);
      if (program_[id].module != module_ || program_[id].superseded) continue;
      Json olds = old_versions(id);
      if (!olds.empty()) view.push_back(reader_view(id, std::move(olds)));
    }
    return view;
  }

 private:
  std::string name(model::MessageId id) const { return source_.names[id].name; }

  std::string function(const model::Upcast& upcast) const {
    return fmt::format("upcast_to_v{}", program_[upcast.to].version);
  }

  Json upcast_view(const model::Upcast& upcast) const {
    const model::Message& to = program_[upcast.to];
    Json assignments = Json::array();
    for (const model::Assignment& one : upcast.fields) {
      const std::string value = expression(upcast, one.value);
      assignments.push_back(fmt::format("to.{} = {};", source_.names[upcast.to].members[one.field],
                                        value.empty() ? "{}" : value));
    }
    const bool reads =
        std::any_of(upcast.fields.begin(), upcast.fields.end(),
                    [](const model::Assignment& one) { return reads_fields(one.value); });
    const auto head = [&](const char* parameter, const char* end) {
      return cpp::call(0, fmt::format("{} {}", name(upcast.to), function(upcast)),
                       {fmt::format("const {}&{}", name(upcast.from), parameter)}, end);
    };
    return {{"docs", fmt::format("/// Version {} of `{}` as version {}.",
                                 program_[upcast.from].version, to.name, to.version)},
            {"declaration", head(" from", ";")},
            {"signature", head(reads ? " from" : "", " {")},
            {"to", name(upcast.to)},
            {"assignments", assignments}};
  }

  static bool reads_fields(const Expression& value) {
    return value.kind == Expression::Kind::field ||
           std::any_of(value.operands.begin(), value.operands.end(), reads_fields);
  }

  std::string expression(const model::Upcast& upcast, const Expression& value) const {
    switch (value.kind) {
      case Expression::Kind::literal:
        return constant(source_, module_, value.type, value.literal, {});
      case Expression::Kind::field:
        return field(upcast, value.field);
      case Expression::Kind::equal:
      case Expression::Kind::not_equal:
        break;
    }
    FLOW_ASSERT(value.operands.size() == 2);
    return fmt::format(
        "{} {} {}", expression(upcast, value.operands[0]),
        value.kind == Expression::Kind::equal ? "==" : "!=", expression(upcast, value.operands[1]));
  }

  std::string field(const model::Upcast& upcast, const model::FieldRef& ref) const {
    std::string text = "from";
    const std::vector<model::Field>* fields = &program_[upcast.from].fields;
    const std::vector<std::string>* members = &source_.names[upcast.from].members;
    for (const std::uint32_t index : ref.path) {
      FLOW_ASSERT(fields != nullptr);
      text += '.' + (*members)[index];
      const model::Type& type = (*fields)[index].type;
      const bool record = type.kind == model::Type::Kind::record;
      members = record ? &source_.names[type.record].members : nullptr;
      fields = record ? &program_[type.record].fields : nullptr;
    }
    return text;
  }

  /// The shortest way of each old version to the newest, and how the code takes it.
  Json old_versions(model::MessageId newest) const {
    std::map<model::MessageId, std::string> calls{{newest, "old"}};
    std::map<std::uint16_t, Json> by_version;
    std::deque<model::MessageId> next{newest};
    while (!next.empty()) {
      const model::MessageId to = next.front();
      next.pop_front();
      for (const model::Upcast& upcast : program_.upcasts) {
        if (upcast.to != to || calls.contains(upcast.from)) continue;
        std::string call = calls.at(to);
        call.replace(call.find("old"), 3, function(upcast) + "(old)");
        by_version[program_[upcast.from].version] = {
            {"number", std::to_string(program_[upcast.from].version)},
            {"type", name(upcast.from)},
            {"call", call}};
        calls.emplace(upcast.from, std::move(call));
        next.push_back(upcast.from);
      }
    }
    Json view = Json::array();
    for (auto& [version, old] : by_version) view.push_back(std::move(old));
    return view;
  }

  Json reader_view(model::MessageId id, Json olds) const {
    const auto head = [&](const char* end) {
      return cpp::call(
          0, "::flow::Result<void> decode_version",
          {"std::uint16_t version", "std::string_view payload", fmt::format("{}& value", name(id))},
          end);
    };
    return {{"docs", fmt::format("/// Reads a payload of any version of `{}` as the newest.",
                                 program_[id].name)},
            {"declaration", head(";")},
            {"signature", head(" {")},
            {"newest", std::to_string(program_[id].version)},
            {"olds", std::move(olds)}};
  }

  const Source& source_;
  const model::Program& program_;
  model::ModuleId module_;
};

}  // namespace

Json versions_view(const Source& source, model::ModuleId module) {
  const Versions versions{source, module};
  Json upcasts = versions.upcasts();
  Json readers = versions.readers();
  const bool any = !upcasts.empty() || !readers.empty();
  return {{"any", any}, {"upcasts", std::move(upcasts)}, {"readers", std::move(readers)}};
}

}  // namespace flowc::view
