#pragma once

#include <span>
#include <string_view>

/// What a deployment may name behind `store`, `broker` and a publisher's `on`, and the options of
/// each. The one table: the analysis checks against it, and the language's reference prints it.
namespace flowc::model {

enum class PlaceUse { store, broker, publisher };

struct OptionKind {
  enum class Type {
    text,  ///< a string, or env("NAME"), or env("NAME", "default")
    flag   ///< the word `true` or `false`
  };
  /// What a text is checked to be, where it is written down: the environment's is not known yet.
  enum class Form {
    filled,   ///< not empty
    address,  ///< begins with `https://` or `http://`
    secure,   ///< begins with `https://`
    servers   ///< `host:port`, separated by commas
  };
  std::string_view name;
  Type type = Type::text;
  bool required = false;
  bool secret = false;  ///< comes from the environment, has no default, is never shown
  bool alone = false;   ///< may stand without its name: `sqlite("flow.db")`
  std::string_view meaning;
  Form form = Form::filled;
};

struct PlaceKind {
  PlaceUse use = PlaceUse::store;
  std::string_view name;
  std::span<const OptionKind> options;
};

/// `store`, `broker`, `publisher`.
[[nodiscard]] const char* to_string(PlaceUse use);

/// Every kind, by use, in the order of the model's enumerations.
[[nodiscard]] std::span<const PlaceKind> place_kinds();

/// The kind of that name, or null.
[[nodiscard]] const PlaceKind* find_place_kind(PlaceUse use, std::string_view name);

/// The position of a kind among those of its use: the value of StoreKind, BrokerKind, PartnerKind.
[[nodiscard]] std::size_t position(const PlaceKind& kind);

}  // namespace flowc::model
