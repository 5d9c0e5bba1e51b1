#pragma once

#include <optional>

#include "engine/channel.h"
#include "engine/handling.h"

namespace flow {

/// Calls the handler of a delivery. All that it throws ends here, as a failed outcome: the one
/// place of the runtime that catches what users throw.
Outcome invoke(UnitBuilder& unit, const Delivery& delivery, std::uint32_t attempt) noexcept;
/// The same; none: it went well and had no effects, and `unit` may be used for the next delivery.
std::optional<Outcome> invoke_plain(UnitBuilder& unit, const Delivery& delivery,
                                    std::uint32_t attempt) noexcept;

}  // namespace flow
