#include "model/place_kinds.h"

#include <array>

namespace flowc::model {
namespace {

using OptionType = OptionKind::Type;
using Form = OptionKind::Form;

constexpr std::array kFile{OptionKind{"path", OptionType::text, true, false, true,
                                      "the file, from the working directory"}};
constexpr std::array kUrl{
    OptionKind{"url", OptionType::text, true, true, false, "where it is, and who we are there"}};
constexpr std::array kServers{OptionKind{"servers", OptionType::text, true, false, false,
                                         "`host:port`, separated by commas", Form::servers}};
constexpr std::array kSqs{
    OptionKind{"region", OptionType::text, true, false, false, "`eu-west-1`"},
    OptionKind{"endpoint", OptionType::text, false, false, false,
               "another address than the region's own", Form::address},
    OptionKind{"fifo", OptionType::flag, false, false, false, "FIFO queues, which keep key order"}};
constexpr std::array kWebhook{
    OptionKind{"url", OptionType::text, true, false, false, "the partner's address, with `https`",
               Form::secure},
    OptionKind{"secret", OptionType::text, true, true, false, "what requests are signed with"}};

constexpr std::array kKinds{
    PlaceKind{PlaceUse::store, "sqlite", kFile},
    PlaceKind{PlaceUse::store, "memory", {}},
    PlaceKind{PlaceUse::store, "postgres", kUrl},
    PlaceKind{PlaceUse::store, "mysql", kUrl},
    PlaceKind{PlaceUse::broker, "kafka", kServers},
    PlaceKind{PlaceUse::broker, "rabbitmq", kUrl},
    PlaceKind{PlaceUse::broker, "redis", kUrl},
    PlaceKind{PlaceUse::broker, "sqs", kSqs},
    PlaceKind{PlaceUse::publisher, "kafka", kServers},
    PlaceKind{PlaceUse::publisher, "rabbitmq", kUrl},
    PlaceKind{PlaceUse::publisher, "redis", kUrl},
    PlaceKind{PlaceUse::publisher, "sqs", kSqs},
    PlaceKind{PlaceUse::publisher, "webhook", kWebhook},
    PlaceKind{PlaceUse::publisher, "file", kFile},
};

}  // namespace

const char* to_string(PlaceUse use) {
  switch (use) {
    case PlaceUse::store:
      return "store";
    case PlaceUse::broker:
      return "broker";
    case PlaceUse::publisher:
      return "publisher";
  }
  return "";
}

std::span<const PlaceKind> place_kinds() {
  return kKinds;
}

const PlaceKind* find_place_kind(PlaceUse use, std::string_view name) {
  for (const PlaceKind& kind : kKinds) {
    if (kind.use == use && kind.name == name) return &kind;
  }
  return nullptr;
}

std::size_t position(const PlaceKind& kind) {
  std::size_t before = 0;
  for (const PlaceKind& other : kKinds) {
    if (other.use == kind.use && other.name == kind.name) break;
    if (other.use == kind.use) ++before;
  }
  return before;
}

}  // namespace flowc::model
