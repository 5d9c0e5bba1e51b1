#include "engine/store_operating.h"

namespace flow {

std::string_view to_string(EndpointFate::State state) noexcept {
  switch (state) {
    case EndpointFate::State::in_line:
      return "in_line";
    case EndpointFate::State::handled:
      return "handled";
    case EndpointFate::State::retrying:
      return "retrying";
    case EndpointFate::State::waiting:
      return "waiting";
    case EndpointFate::State::dead:
      return "dead";
    case EndpointFate::State::gone:
      return "gone";
  }
  return "gone";
}

}  // namespace flow
