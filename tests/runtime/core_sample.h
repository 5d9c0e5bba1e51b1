#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "flow/json.h"
#include "flow/print.h"

/// Records with every type of the language, written as flowc writes them.
namespace sample {

enum class Tier : std::uint8_t { basic, gold };

struct Item {
  std::string sku;
  std::int32_t quantity = 1;
  friend bool operator==(const Item&, const Item&) = default;
};

struct Order {
  flow::Uuid order_id;
  std::string customer;
  std::vector<Item> items;
  Tier tier = Tier::basic;
  std::optional<std::string> coupon;
  std::map<std::string, std::string> labels;
  flow::Timestamp placed_at{};
  friend bool operator==(const Order&, const Order&) = default;
};

struct Everything {
  bool flag = false;
  std::int32_t small = 0;
  std::int64_t large = 0;
  double ratio = 0;
  flow::Decimal amount;
  std::string text;
  flow::Bytes blob;
  flow::Uuid id;
  flow::Timestamp at{};
  flow::Duration lasting{};
  flow::Date day{std::chrono::year{2000}, std::chrono::month{1}, std::chrono::day{1}};
  std::optional<std::int32_t> maybe;
  std::vector<bool> flags;
  std::vector<std::vector<std::optional<std::int64_t>>> grid;
  std::map<std::string, std::vector<Item>> shelves;
  std::optional<Item> best;
  Tier tier = Tier::basic;
  std::string secret;
  friend bool operator==(const Everything&, const Everything&) = default;
};

struct Tree {
  std::vector<Tree> children;
  friend bool operator==(const Tree&, const Tree&) = default;
};

inline std::string_view to_string(Tier tier) {
  return tier == Tier::gold ? "gold" : "basic";
}
inline std::ostream& operator<<(std::ostream& out, Tier tier) {
  return out << to_string(tier);
}

inline void encode(flow::json::Writer& out, const Tier& tier) {
  out.value(to_string(tier));
}

inline bool decode(flow::json::Reader& in, Tier& tier) {
  std::string_view name;
  if (!in.read_name(name)) return false;
  if (name != "basic" && name != "gold") return in.fail_expected("one of basic, gold");
  tier = name == "gold" ? Tier::gold : Tier::basic;
  return true;
}

inline void encode(flow::json::Writer& out, const Item& item) {
  out.begin_object();
  out.field("sku", item.sku);
  out.field("quantity", item.quantity);
  out.end_object();
}

inline bool decode(flow::json::Reader& in, Item& item) {
  static constexpr flow::json::Field kFields[] = {{"sku", true}, {"quantity", false}};
  flow::json::Object object{in, kFields};
  while (object.next()) {
    bool read = false;
    switch (object.index()) {
      case 0:
        read = in.read(item.sku);
        break;
      case 1:
        read = in.read(item.quantity);
        break;
      default:
        break;
    }
    if (!read) return false;
  }
  return object.finish();
}

inline std::ostream& operator<<(std::ostream& out, const Item& item) {
  out << "Item{sku: ";
  flow::print_value(out, item.sku);
  out << ", quantity: ";
  flow::print_value(out, item.quantity);
  return out << '}';
}

inline void encode(flow::json::Writer& out, const Order& order) {
  out.begin_object();
  out.field("order_id", order.order_id);
  out.field("customer", order.customer);
  out.field("items", order.items);
  out.field("tier", order.tier);
  out.field("coupon", order.coupon);
  out.field("labels", order.labels);
  out.field("placed_at", order.placed_at);
  out.end_object();
}

inline bool decode(flow::json::Reader& in, Order& order) {
  static constexpr flow::json::Field kFields[] = {
      {"order_id", true}, {"customer", true}, {"items", true},    {"tier", false},
      {"coupon", false},  {"labels", true},   {"placed_at", true}};
  flow::json::Object object{in, kFields};
  while (object.next()) {
    bool read = false;
    switch (object.index()) {
      case 0:
        read = in.read(order.order_id);
        break;
      case 1:
        read = in.read(order.customer);
        break;
      case 2:
        read = in.read(order.items);
        break;
      case 3:
        read = in.read(order.tier);
        break;
      case 4:
        read = in.read(order.coupon);
        break;
      case 5:
        read = in.read(order.labels);
        break;
      case 6:
        read = in.read(order.placed_at);
        break;
      default:
        break;
    }
    if (!read) return false;
  }
  return object.finish();
}

inline void encode(flow::json::Writer& out, const Everything& all) {
  out.begin_object();
  out.field("flag", all.flag);
  out.field("small", all.small);
  out.field("large", all.large);
  out.field("ratio", all.ratio);
  out.field("amount", all.amount);
  out.field("text", all.text);
  out.field("blob", all.blob);
  out.field("id", all.id);
  out.field("at", all.at);
  out.field("lasting", all.lasting);
  out.field("day", all.day);
  out.field("maybe", all.maybe);
  out.field("flags", all.flags);
  out.field("grid", all.grid);
  out.field("shelves", all.shelves);
  out.field("best", all.best);
  out.field("tier", all.tier);
  out.field("secret", all.secret);
  out.end_object();
}

inline bool decode(flow::json::Reader& in, Everything& all) {
  static constexpr flow::json::Field kFields[] = {
      {"flag", false},   {"small", false},       {"large", false},   {"ratio", false},
      {"amount", false}, {"text", false},        {"blob", false},    {"id", false},
      {"at", false},     {"lasting", false},     {"day", false},     {"maybe", false},
      {"flags", false},  {"grid", false},        {"shelves", false}, {"best", false},
      {"tier", false},   {"secret", false, true}};
  flow::json::Object object{in, kFields};
  while (object.next()) {
    bool read = false;
    switch (object.index()) {
      case 0:
        read = in.read(all.flag);
        break;
      case 1:
        read = in.read(all.small);
        break;
      case 2:
        read = in.read(all.large);
        break;
      case 3:
        read = in.read(all.ratio);
        break;
      case 4:
        read = in.read(all.amount);
        break;
      case 5:
        read = in.read(all.text);
        break;
      case 6:
        read = in.read(all.blob);
        break;
      case 7:
        read = in.read(all.id);
        break;
      case 8:
        read = in.read(all.at);
        break;
      case 9:
        read = in.read(all.lasting);
        break;
      case 10:
        read = in.read(all.day);
        break;
      case 11:
        read = in.read(all.maybe);
        break;
      case 12:
        read = in.read(all.flags);
        break;
      case 13:
        read = in.read(all.grid);
        break;
      case 14:
        read = in.read(all.shelves);
        break;
      case 15:
        read = in.read(all.best);
        break;
      case 16:
        read = in.read(all.tier);
        break;
      case 17:
        read = in.read(all.secret);
        break;
      default:
        break;
    }
    if (!read) return false;
  }
  return object.finish();
}

inline void encode(flow::json::Writer& out, const Tree& tree) {
  out.begin_object();
  out.field("children", tree.children);
  out.end_object();
}

inline bool decode(flow::json::Reader& in, Tree& tree) {
  static constexpr flow::json::Field kFields[] = {{"children", false}};
  flow::json::Object object{in, kFields};
  while (object.next()) {
    if (!in.read(tree.children)) return false;
  }
  return object.finish();
}

inline Order an_order() {
  Order order;
  order.order_id = flow::Uuid::from_string("0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b");
  order.customer = "Hungry Owl All-Night Grocers";
  order.items = {{"SKU-0042", 3}, {"SKU-0007", 12}};
  order.tier = Tier::gold;
  order.labels = {{"country", "Ireland"}, {"ship_via", "3"}};
  order.placed_at = *flow::parse_timestamp("2026-11-22T20:08:03.123456Z");
  return order;
}

}  // namespace sample
