#include <set>
#include <string>
#include <utility>
#include <vector>

#include "checks/checks.h"
#include "checks/handling.h"
#include "checks/retry_arithmetic.h"
#include "checks/saga_waits.h"
#include "diagnostics/catalog.h"
#include "model/names.h"

namespace flowc {
namespace {

using model::EndpointId;

constexpr std::int64_t kKafkaPoll_us = 5LL * 60 * 1'000'000;            // max.poll.interval.ms
constexpr std::int64_t kSqsVisibility_us = 12LL * 60 * 60 * 1'000'000;  // its upper limit

/// A retry that outlives its message handles nothing.
void check_expiry(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const auto compare = [&](model::MessageId id, std::int64_t horizon, const std::string& name,
                           Span place, const std::string& help) {
    const model::Message& message = program[id];
    if (!message.expires_us || horizon <= *message.expires_us) return;
    reporter
        .warning(kRetryPastExpiry, place, name, time_text(horizon), message.name,
                 time_text(*message.expires_us))
        .label(message.span, "expires " + time_text(*message.expires_us) + " after its creation")
        .help(help);
  };
  for (std::uint32_t i = 0; i < program.endpoints.size(); ++i) {
    const model::Endpoint& endpoint = program.endpoints[i];
    const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type);
    if (message == nullptr || !endpoint.channel || draft.endpoint_places[i].guessed) continue;
    // A forward only puts it into the publisher's buffer: what is retried for long comes after
    // that.
    if (forwarded_to(program, endpoint)) continue;
    const model::Channel& channel = program[*endpoint.channel];
    compare(*message, worst_case(channel, endpoint).horizon_us,
            model::handler_name(program, EndpointId{i}), draft.endpoint_places[i].takes,
            "`flowc explain endpoint " + endpoint.id + "` shows each retry of channel `" +
                channel.name + "`: make them fewer, or the message last longer");
  }
  for (const model::Forward& forward : program.forwards) {
    for (const model::PublisherId id : forward.publishers) {
      const model::Publisher& publisher = program[id];
      compare(forward.message, worst_case(publisher).horizon_us, publisher.name,
              program[forward.component].span,
              "make the retries of `" + publisher.name + "` fewer, or the message last longer");
    }
  }
}

/// An operator who comes when the last delivery of an outage is given up finds the first one gone.
void check_dead_letters(const model::Draft& draft, Reporter& reporter) {
  for (const model::Channel& channel : draft.program.channels) {
    if (channel.implicit) continue;
    const RetryTime time = worst_case(channel.retry, channel.timeout_us);
    if (time.horizon_us <= channel.dead_letter_keep_us) continue;
    reporter
        .warning(kKeepBelowRetries, channel.span, time_text(channel.dead_letter_keep_us),
                 channel.name, time_text(time.horizon_us))
        .help("what fails first is gone before what failed with it is given up: keep them longer");
  }
}

void check_saga_waits(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  std::set<std::pair<model::SagaId, EndpointId>> ended;
  for (const SagaWait& wait : saga_waits(program)) {
    const model::Endpoint& handler = program[wait.handler];
    const RetryTime time = worst_case(program[*handler.channel], handler);
    if (time.horizon_us <= wait.wait_us) continue;
    // Too short a `within` is one mistake, however many states wait for the handler.
    if (wait.saga_ends && !ended.emplace(wait.saga, wait.handler).second) continue;
    reporter
        .warning(kRetryPastSaga, wait.place, model::handler_name(program, wait.handler),
                 time_text(time.horizon_us), program[wait.saga].states[wait.state].name,
                 time_text(wait.wait_us))
        .label(handler.span, "answers at worst after " + time_text(time.horizon_us))
        .help(
            "an answer that comes after the timer finds the saga elsewhere: wait longer, or retry "
            "for a shorter time");
  }
}

void check_slip_deadlines(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  for (const model::Orchestrator& orchestrator : program.orchestrators) {
    // Which steps C++ chooses, and how often, is not known here.
    if (!orchestrator.deadline || orchestrator.chooses || draft.doubts.steps) continue;
    if (program[orchestrator.component].endpoints.empty()) continue;
    const auto own = program[orchestrator.endpoint].channel;
    std::int64_t sum = 0;
    for (const model::SlipItem& item : orchestrator.items) {
      const model::Endpoint& step = program[item.step];
      const auto channel = step.channel ? step.channel : own;
      if (channel) sum = add_us(sum, worst_case(program[*channel], step).horizon_us);
    }
    const std::int64_t within_us = orchestrator.deadline->within_us;
    if (within_us == 0 || sum <= within_us) continue;  // no time at all is an error of its own
    reporter
        .warning(kRetryPastSlip, orchestrator.deadline->span, program[orchestrator.component].name,
                 time_text(sum), time_text(orchestrator.deadline->within_us))
        .help(
            "it may end while a step is still retried: give it longer, or its steps fewer "
            "retries");
  }
}

void check_brokers(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  for (const model::Deployment& deployment : program.deployments) {
    std::vector<Span> placed(program.channels.size(), deployment.span);
    for (const model::ServicePlacement& service : deployment.services) {
      for (const model::ChannelPlacement& one : service.channels)
        placed[static_cast<std::uint32_t>(one.channel)] = one.span;
    }
    for (std::size_t i = 0; i < deployment.channel_places.size(); ++i) {
      const model::PlaceRef& place = deployment.channel_places[i];
      if (place.kind != model::PlaceRef::Kind::broker) continue;
      const model::Broker& broker = deployment.brokers[place.index];
      const model::Channel& channel = program.channels[i];
      const Span at = placed[i];
      if (broker.kind == model::BrokerKind::kafka && channel.timeout_us >= kKafkaPoll_us) {
        reporter.warning(kTimeoutPastPoll, at, time_text(channel.timeout_us), broker.name)
            .label(channel.span, "has this `timeout`")
            .help("its messages would be given to another consumer while they are handled");
      }
      if (broker.kind == model::BrokerKind::sqs && channel.timeout_us > kSqsVisibility_us) {
        reporter.error(kTimeoutPastVisibility, at, time_text(channel.timeout_us), broker.name)
            .label(channel.span, "has this `timeout`")
            .help("its messages would come again while they are handled: place it on a store");
      }
    }
  }
}

}  // namespace

void check_retry_times(const model::Draft& draft, Reporter& reporter) {
  check_expiry(draft, reporter);
  check_dead_letters(draft, reporter);
  check_saga_waits(draft, reporter);
  check_slip_deadlines(draft, reporter);
  check_brokers(draft, reporter);
}

}  // namespace flowc
