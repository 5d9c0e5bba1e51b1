#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "flow/json.h"
#include "lock/lock.h"

// What a program reads of a payload, said by the runtime's own reader: the judge of the verdict.
namespace flowc::test {

/// As the generated code, of types that are known at run time only. What was read is a tree: `n:` a
/// number, `t:` a text, `e:` an enum's value, `b:` a truth; null for a field that is absent.
class Decoder {
 public:
  using Tree = nlohmann::json;

  /// Nothing if it is refused.
  static std::optional<Tree> read(const lock::Lock& lock, const lock::Fields& fields,
                                  std::string_view payload) {
    flow::json::Reader in{payload};
    Tree tree;
    Decoder decoder(lock, in);
    if (!decoder.fields(fields, tree) || !in.finish()) return std::nullopt;
    return tree;
  }

 private:
  using Kind = lock::Type::Kind;

  /// What an optional of the runtime holds: it is made inside it, and so finds its type here.
  friend struct Held;
  struct Held {
    static inline Decoder* decoder = nullptr;
    static inline const lock::Type* type = nullptr;
    Tree tree;
    bool read() { return decoder->value(*type, tree); }
    friend bool decode(flow::json::Reader&, Held& held) { return held.read(); }
  };

  Decoder(const lock::Lock& lock, flow::json::Reader& in) : lock_(lock), in_(in) {}

  bool fields(const lock::Fields& fields, Tree& tree) {
    std::vector<flow::json::Field> known;
    std::vector<const lock::Field*> types;
    tree = Tree::object();
    for (const auto& [wire_name, field] : fields) {
      known.push_back({.name = wire_name, .required = !field.may_be_absent()});
      types.push_back(&field);
      tree[wire_name] = Tree();
      if (!field.default_value) continue;
      const bool number = field.type.name.starts_with("int") || field.type.name == "float64";
      tree[wire_name] = (number ? "n:" : "d:") + *field.default_value;
    }
    flow::json::Object object{in_, known};
    while (object.next()) {
      const std::size_t i = object.index();
      value(types[i]->type, tree[std::string(known[i].name)]);
    }
    return object.finish();
  }

  bool value(const lock::Type& type, Tree& tree) {
    switch (type.kind) {
      case Kind::primitive:
        return scalar(type.name, tree);
      case Kind::optional: {
        Held::decoder = this;
        Held::type = type.element.get();
        std::optional<Held> held;
        if (!in_.read(held)) return false;
        tree = held ? held->tree : Tree();
        return true;
      }
      case Kind::list: {
        tree = Tree::array();
        flow::json::Array array{in_};
        while (array.next()) value(*type.element, tree.emplace_back());
        return array.finish();
      }
      case Kind::map: {
        tree = Tree::object();
        flow::json::Entries entries{in_};
        for (std::string name; entries.next(name);) value(*type.element, tree[name]);
        return entries.finish();
      }
      case Kind::named:
        break;
    }
    if (const auto found = lock_.enums.find(type.name); found != lock_.enums.end())
      return word(found->second, tree);
    return fields(lock_.records.at(type.name).fields, tree);
  }

  bool word(const lock::Enum& type, Tree& tree) {
    std::string_view name;
    if (!in_.read_name(name)) return false;
    const bool known = type.values.contains(std::string(name));
    if (!known && !type.has_unknown()) return in_.fail_expected("a value of the enum");
    tree = "e:" + (known ? std::string(name) : "unknown");
    return true;
  }

  static std::string number(std::string_view text) {
    const std::optional<flow::Decimal> exact = flow::Decimal::parse(text);
    return "n:" + (exact ? exact->normalized().to_string() : std::string(text));
  }

  template <class T, class ToText>
  bool leaf(Tree& tree, ToText to_text) {
    T value{};
    if (!in_.read(value)) return false;
    tree = to_text(value);
    return true;
  }

  bool scalar(const std::string& name, Tree& tree) {
    const auto text = [](const auto& value) { return "t:" + flow::json::key_text(value); };
    if (name == "bool") return leaf<bool>(tree, [](bool value) { return value ? "b:1" : "b:0"; });
    const auto digits = [](auto value) { return number(flow::json::key_text(value)); };
    if (name == "int32") return leaf<std::int32_t>(tree, digits);
    if (name == "int64") return leaf<std::int64_t>(tree, digits);
    if (name == "float64") return leaf<double>(tree, digits);
    if (name == "decimal")
      return leaf<flow::Decimal>(tree, [](const auto& v) { return number(v.to_string()); });
    if (name == "bytes") return leaf<flow::Bytes>(tree, text);
    if (name == "uuid") return leaf<flow::Uuid>(tree, text);
    if (name == "timestamp") return leaf<flow::Timestamp>(tree, text);
    if (name == "duration") return leaf<flow::Duration>(tree, text);
    if (name == "date") return leaf<flow::Date>(tree, text);
    return leaf<std::string>(tree, text);
  }

  const lock::Lock& lock_;
  flow::json::Reader& in_;
};

}  // namespace flowc::test
