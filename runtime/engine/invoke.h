#pragma once

#include "engine/channel.h"
#include "engine/handling.h"

namespace flow {

/// Calls the handler of a delivery. All that it throws ends here, as a failed outcome: the one
/// place of the runtime that catches what users throw.
Outcome invoke(UnitBuilder& unit, const Delivery& delivery, std::uint32_t attempt) noexcept;

}  // namespace flow
