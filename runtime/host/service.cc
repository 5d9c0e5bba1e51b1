#include "flow/service.h"

namespace flow {

Outlet& Service::outlet() const {
  if (outlet_ == nullptr) {
    throw BusError({Category::rejected, "not_running",
                    "the service is not running: open a flow::Host for it first"});
  }
  return *outlet_;
}

}  // namespace flow
