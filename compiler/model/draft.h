#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "model/program.h"

/// A Program on its way through the checks: the program as far as it could be understood, the
/// places in the source that diagnostics point at, and what could not be understood, so that one
/// mistake is not reported twice.
namespace flowc::model {

/// Where the parts of an endpoint's declaration stand.
struct EndpointPlaces {
  Span takes;
  Span gives;
  Span then;
  Span id;                      ///< the string of `at`, or the handler's name
  Span channel;                 ///< the name after `via`
  std::vector<Span> sends;      ///< as Endpoint::sends
  std::vector<Span> publishes;  ///< as Endpoint::publishes
  std::optional<ChannelId>
      refused_channel;          ///< of a `via` that has no meaning there, and was reported
  std::vector<Span> uses;       ///< as Endpoint::uses
  std::vector<Span> starts;     ///< as Endpoint::starts
  std::vector<Span> schedules;  ///< as Endpoint::schedules
  Span on_failure;
  Span idempotent;
  Span undo;
  std::vector<Span> old_ids;  ///< as Endpoint::old_ids
  bool guessed = false;       ///< what it takes was misspelt, or must not be seen: reported
  bool damaged = false;       ///< clauses may be missing: what is absent proves nothing
};

/// What an earlier error left open. Where one is set, the absence of such a thing is no second
/// error.
struct Doubts {
  bool handlers = false;    ///< a handler may exist that the draft does not have
  bool emitters = false;    ///< a message may be sent or published that the draft does not show
  bool channels = false;    ///< a channel may be used by something the draft does not show
  bool services = false;    ///< a component may be in a service
  bool types = false;       ///< a record or enum may be used
  bool steps = false;       ///< a step may be used
  bool publishers = false;  ///< a publisher may be used
  bool stores = false;      ///< a store or broker may be used
  void all() {
    handlers = emitters = channels = services = types = steps = publishers = stores = true;
  }
};

struct Draft {
  Program program;
  std::vector<EndpointPlaces> endpoint_places;    ///< as Program::endpoints
  std::vector<std::vector<Span>> service_places;  ///< of the components of each service
  std::map<std::uint32_t, std::vector<Span>>
      retired_places;                     ///< as Component::retired, by ComponentId
  std::vector<bool> orchestrator_doubts;  ///< of each: steps or conditions may be missing
  std::vector<bool> saga_doubts;          ///< of each: states or ways may be missing
  std::vector<bool> deployment_doubts;    ///< of each deployment: stores may be missing
  /// Of each deployment: stores and brokers that are named where they cannot be used.
  std::vector<std::vector<PlaceRef>> misnamed_places;
  Doubts doubts;
  std::set<MessageId> message_doubts;   ///< messages of which fields may be missing
  std::set<ChannelId> channel_doubts;   ///< channels of which a setting could not be kept
  std::set<ChannelId> used_by_damaged;  ///< channels of handlers that could not be kept
};

}  // namespace flowc::model
