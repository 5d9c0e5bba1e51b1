#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "model/draft.h"

/// Drafts made by hand, for checks of more than one message.
namespace flowc::test {

/// A ring of `length` endpoints, or a row of them when it is left open.
inline model::Draft ring(std::uint32_t length, bool closed) {
  model::Draft draft;
  draft.program.components.resize(1);
  draft.program.messages.resize(length);
  for (std::uint32_t i = 0; i < length; ++i) {
    model::Endpoint endpoint;
    endpoint.name = "h" + std::to_string(i);
    endpoint.takes = {model::MessageId{i}};
    if (closed || i + 1 < length) endpoint.publishes = {model::MessageId{(i + 1) % length}};
    draft.program.components[0].endpoints.push_back(model::EndpointId{i});
    draft.program.endpoints.push_back(std::move(endpoint));
    draft.endpoint_places.emplace_back();
    draft.endpoint_places.back().publishes.resize(draft.program.endpoints.back().publishes.size());
  }
  return draft;
}

/// A saga that sends command 1 and takes event 2, which the command's handler publishes.
struct Conversation {
  model::Draft draft;
  model::Program& program = draft.program;

  Conversation() {
    program.components.resize(2);
    program.components[0].kind = model::ComponentKind::saga;
    program.components[0].name = "Talk";
    program.components[1].name = "Answers";
    program.messages.resize(3);
    program.messages[1].kind = model::MessageKind::command;
    const auto add = [this](std::uint32_t component, std::uint32_t takes) {
      model::Endpoint endpoint;
      endpoint.name = "on_" + std::to_string(takes);
      endpoint.component = model::ComponentId{component};
      endpoint.takes = {model::MessageId{takes}};
      endpoint.channel = model::ChannelId{0};
      program.components[component].endpoints.push_back(
          model::EndpointId{static_cast<std::uint32_t>(program.endpoints.size())});
      program.endpoints.push_back(std::move(endpoint));
      draft.endpoint_places.emplace_back();
    };
    program.channels.resize(1);
    add(0, 0);
    add(0, 2);
    add(1, 1);
    program.endpoints[2].publishes = {model::MessageId{2}};
    draft.endpoint_places[2].publishes.resize(1);
    program.sagas.resize(1);
    model::Saga& saga = program.sagas[0];
    saga.states.resize(2);
    saga.states[0].name = "waiting";
    saga.states[1].name = "done";
    saga.states[1].final = true;
    saga.starts = {on(0, 0, true)};
  }

  static model::Transition on(std::uint32_t endpoint, std::uint32_t target, bool sends) {
    model::Transition transition;
    transition.endpoint = model::EndpointId{endpoint};
    transition.targets = {target};
    if (sends) {
      transition.emissions.emplace_back();
      transition.emissions.back().message = model::MessageId{1};
      transition.emissions.back().sends = true;
    }
    return transition;
  }
};

/// A question that is retried for longer than its saga waits for the answer.
inline model::Draft impatient_saga(std::int64_t after_us) {
  Conversation talk;
  model::Transition timer;
  timer.after_us = after_us;
  timer.targets = {1};
  talk.program.sagas[0].states[0].transitions = {Conversation::on(1, 1, false), timer};
  return talk.draft;
}

/// A slip of two steps of 5m 46s that has ten minutes.
inline model::Draft short_slip() {
  model::Draft draft = ring(2, false);
  model::Program& program = draft.program;
  program.components[0].name = "Slip";
  program.channels.resize(1);
  program.endpoints[0].channel = model::ChannelId{0};
  model::Orchestrator& slip = program.orchestrators.emplace_back();
  slip.items = {{model::EndpointId{1}, std::nullopt, false, {}},
                {model::EndpointId{1}, std::nullopt, false, {}}};
  slip.deadline.emplace();
  slip.deadline->within_us = 600'000'000;
  return draft;
}

/// A channel whose handlings may take 13 hours, on a broker.
inline model::Draft slow_on(model::BrokerKind kind) {
  model::Draft draft = ring(1, false);
  model::Program& program = draft.program;
  program.channels.resize(1);
  program.channels[0].timeout_us = 13LL * 3600 * 1'000'000;
  program.endpoints[0].channel = model::ChannelId{0};
  model::Deployment& deployment = program.deployments.emplace_back();
  deployment.channel_places = {{model::PlaceRef::Kind::broker, 0}};
  model::Broker& broker = deployment.brokers.emplace_back();
  broker.name = "backbone";
  broker.kind = kind;
  return draft;
}

}  // namespace flowc::test
