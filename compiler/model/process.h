#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/flow.h"
#include "model/types.h"

/// What is more than one handling: slips, sagas, partners, translations.
namespace flowc::model {

/// A message that a transition or a deadline emits.
struct Emission {
  MessageId message{};
  bool sends = false;   ///< else publishes
  bool filled = false;  ///< `fields` say what it holds; else C++ makes it
  std::vector<Assignment> fields;
  Span span;
};

struct SlipItem {
  EndpointId step{};
  std::optional<Expression> condition;  ///< boolean, of the input
  bool unless = false;
  Span span;
};

/// `within 3h else publishes LeadExpired { … }`.
struct SlipDeadline {
  std::int64_t within_us = 0;
  std::vector<Emission> emissions;
  Span span;
};

struct Orchestrator {
  ComponentId component{};
  EndpointId endpoint{};        ///< of its command
  std::vector<SlipItem> items;  ///< the slip; or what `choose among` allows
  bool chooses = false;         ///< C++ returns the slip
  std::optional<SlipDeadline> deadline;
};

struct Transition {
  std::optional<EndpointId> endpoint;        ///< of `on`: the saga's endpoint of that message
  std::int64_t after_us = 0;                 ///< of `after`
  std::optional<std::uint32_t> correlation;  ///< field of the message that holds the key
  std::vector<std::uint32_t> targets;        ///< states; C++ picks among several
  std::vector<Emission> emissions;
  std::string documentation;
  Span span;
};

struct State : Declaration {
  bool final = false;
  std::vector<Transition> transitions;
};

struct SagaDeadline {
  std::int64_t within_us = 0;
  std::uint32_t target = 0;
  std::vector<Emission> emissions;
  Span span;
};

struct Saga {
  ComponentId component{};
  Field key;
  std::vector<Field> data;
  std::vector<Transition> starts;
  std::vector<State> states;  ///< in declaration order, then the final ones
  std::optional<SagaDeadline> deadline;
  bool otherwise_fails = false;  ///< else a message that fits no instance or state is ignored
};

/// A partner: one name, one buffer, one breaker, one error channel.
struct Publisher : Declaration {
  ModuleId module{};
  std::string topic;
  Retry retry;
  std::uint32_t breaker_failures = 5;   ///< consecutive, until it opens
  std::int64_t probe_us = 10'000'000;   ///< between probes of an open breaker
  std::optional<std::uint64_t> buffer;  ///< messages; unset: bounded by the store's disk alone
  std::optional<ChannelId> errors;
};

struct Forward {
  ComponentId component{};
  MessageId message{};
  std::vector<PublisherId> publishers;  ///< as its component's endpoints
  std::vector<std::uint32_t> declassified;
};

struct Translator {
  ComponentId component{};
  MessageId from{};
  MessageId to{};
  std::vector<Assignment> fields;
};

}  // namespace flowc::model
