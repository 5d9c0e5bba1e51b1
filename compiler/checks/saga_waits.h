#pragma once

#include <vector>

#include "model/program.h"

namespace flowc {

/// A state of a saga that waits for what a handler answers to the command that was sent on the way
/// into it, for so long at most.
struct SagaWait {
  model::SagaId saga{};
  std::uint32_t state = 0;
  model::EndpointId handler{};
  std::int64_t wait_us = 0;  ///< the shortest `after` of the state, or `within` if that is shorter
  bool saga_ends = false;    ///< it is `within`
  Span place;                ///< of that timer
};

/// All of them, in the order of the sagas.
[[nodiscard]] std::vector<SagaWait> saga_waits(const model::Program& program);

}  // namespace flowc
