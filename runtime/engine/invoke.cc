#include "engine/invoke.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "core/text.h"
#include "flow/limits.h"
#include "flow/service.h"

namespace flow {
namespace {

// What users throw is of any size and need not be text.
Outcome failed(const Error& error) {
  return Outcome::failed({error.category, detail::readable(error.code, limits::kErrorCodeBytesMax),
                          detail::readable(error.text, limits::kErrorTextBytesMax)});
}

Outcome failed(Category category, const char* code, const char* text) {
  return failed(Error{category, code, text});
}

// Only in a catch block. The most special first.
Outcome outcome_of_exception() {
  try {
    throw;
  } catch (const Reject& thrown) {
    return failed(Category::rejected, "rejected", thrown.what());
  } catch (const RetryAfter& thrown) {
    Outcome outcome = failed(Category::transient, "retry_after", thrown.what());
    outcome.retry_after = std::max(thrown.delay, microseconds{0});
    return outcome;
  } catch (const Undecodable& thrown) {
    return failed(Category::poison, "undecodable", thrown.what());
  } catch (const SqlError& thrown) {
    return failed(thrown.error);
  } catch (const BusError& thrown) {
    return failed(thrown.error);
  } catch (const std::bad_alloc&) {
    return failed(Category::transient, "out_of_memory", "out of memory");
  } catch (const std::exception& thrown) {
    return failed(Category::bug, "exception", thrown.what());
  } catch (...) {
    return failed(Category::bug, "exception", "an exception that is not a std::exception");
  }
}

}  // namespace

std::optional<Outcome> invoke_plain(UnitBuilder& unit, const Delivery& delivery,
                                    std::uint32_t attempt) noexcept {
  const HandlingWorld& world = unit.world();
  const Endpoint& endpoint = world.topology.endpoints[delivery.endpoint];
  if (!world.topology.runs(endpoint)) {
    return failed(Category::poison, "no_such_endpoint",
                  "this service does not handle the endpoint");
  }
  try {
    EngineHandling handling(unit, *delivery.message, endpoint, attempt);
    endpoint.call(world.handlers, handling);
    unit.check_whole();
  } catch (...) {
    return outcome_of_exception();
  }
  if (unit.untouched()) return std::nullopt;
  Outcome outcome;
  outcome.outgoing = unit.release_outgoing();
  outcome.sql = unit.release_sql();
  return outcome;
}

Outcome invoke(UnitBuilder& unit, const Delivery& delivery, std::uint32_t attempt) noexcept {
  auto outcome = invoke_plain(unit, delivery, attempt);
  return outcome ? std::move(*outcome) : Outcome{};
}

}  // namespace flow
