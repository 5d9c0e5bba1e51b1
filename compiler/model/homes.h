#pragma once

#include <optional>
#include <vector>

#include "model/program.h"

/// Which service what runs in. Where two services claim one channel or publisher, the first one has
/// it: that there are two is an error of its own.
namespace flowc::model {

/// By ComponentId; nothing for a component in no service, or in two: which one is meant is open,
/// and an error of its own.
[[nodiscard]] std::vector<std::optional<ServiceId>> component_services(const Program& program);

/// By ChannelId: the service of the first endpoint that queues there.
[[nodiscard]] std::vector<std::optional<ServiceId>> channel_services(const Program& program);

/// By PublisherId: its home, which is that of the first endpoint that uses it: of handlers, else of
/// forwards, which are all put there.
[[nodiscard]] std::vector<std::optional<ServiceId>> publisher_services(const Program& program);

/// What a deployment says of a service, or null.
[[nodiscard]] const ServicePlacement* find_placement(const Deployment& deployment,
                                                     ServiceId service);

/// `main`, `backbone`; for an unnamed store its kind: `sqlite`.
[[nodiscard]] std::string place_name(const Deployment& deployment, PlaceRef place);

}  // namespace flowc::model
