#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "model/program.h"

/// How declarations and types of a Program are called in messages to people and in the model's
/// JSON.
namespace flowc::model {

/// `marketplace.customer.OrderPlaced`: what other modules write.
[[nodiscard]] std::string full_name(const Program& program, MessageId id);
[[nodiscard]] std::string full_name(const Program& program, RecordId id);
[[nodiscard]] std::string full_name(const Program& program, EnumId id);
[[nodiscard]] std::string full_name(const Program& program, const Payload& payload);

/// `OrderPlaced`: as declared, without its module.
[[nodiscard]] const std::string& short_name(const Program& program, const Payload& payload);

/// `Orders.place`: the handler as people speak of it; its endpoint id may be pinned to something
/// else.
[[nodiscard]] std::string handler_name(const Program& program, EndpointId id);

/// A type as the language writes it: `[Item]`, `{string: uuid}`, `Tier?`.
[[nodiscard]] std::string type_name(const Program& program, const Type& type);

/// Two types, with their modules where they would read the same without: `[customer.Item]` and
/// `[provider.Item]`.
[[nodiscard]] std::pair<std::string, std::string> type_names_apart(const Program& program,
                                                                   const Type& a, const Type& b);

/// Why no declaration may have the name: C++ or flowc keeps it for itself. Empty: it may.
[[nodiscard]] std::string_view reserved_because(std::string_view name);

[[nodiscard]] const char* to_string(Primitive primitive);
[[nodiscard]] const char* to_string(MessageKind kind);
[[nodiscard]] const char* to_string(Dispatch dispatch);
[[nodiscard]] const char* to_string(StoreKind kind);
[[nodiscard]] const char* to_string(BrokerKind kind);
[[nodiscard]] const char* to_string(PartnerKind kind);
[[nodiscard]] const char* to_string(ComponentKind kind);
[[nodiscard]] const char* to_string(OnFailure policy);

/// A duration as the language writes it, in the largest unit that divides it: `1500ms`, `30s`,
/// `30d`.
[[nodiscard]] std::string duration_text(std::int64_t microseconds);

}  // namespace flowc::model
