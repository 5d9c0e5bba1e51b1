#include "checks/saga_waits.h"

#include <set>
#include <utility>

#include "checks/handling.h"

namespace flowc {
namespace {

using model::EndpointId;

/// The timers of states beside the handlers that answer.
class SagaWaits {
 public:
  explicit SagaWaits(const model::Program& program)
      : program_(program), handlers_(handlers_by_message(program)) {}

  std::vector<SagaWait> run() {
    for (std::uint32_t i = 0; i < program_.sagas.size(); ++i) {
      const model::SagaId id{i};
      seen_.clear();
      for (const model::Transition& start : program_[id].starts) entered(id, start);
      for (const model::State& state : program_[id].states) {
        for (const model::Transition& transition : state.transitions) entered(id, transition);
      }
    }
    return std::move(waits_);
  }

 private:
  void entered(model::SagaId saga, const model::Transition& transition) {
    for (const model::Emission& emission : transition.emissions) {
      if (!emission.sends) continue;
      for (const EndpointId id : handlers_[static_cast<std::uint32_t>(emission.message)]) {
        if (!program_[id].channel) continue;
        for (const std::uint32_t target : transition.targets) {
          if (seen_.emplace(target, index_of(id)).second) waits(saga, target, id);
        }
      }
    }
  }

  void waits(model::SagaId id, std::uint32_t index, EndpointId handler) {
    const model::Saga& saga = program_[id];
    const model::State& state = saga.states[index];
    SagaWait wait{id, index, handler, 0, false, {}};
    for (const model::Transition& one : state.transitions) {
      if (one.endpoint || one.after_us <= 0) continue;
      if (wait.wait_us > 0 && one.after_us >= wait.wait_us) continue;
      wait.wait_us = one.after_us;
      wait.place = one.span;
    }
    const std::int64_t within_us = saga.deadline ? saga.deadline->within_us : 0;
    if (within_us > 0 && (wait.wait_us == 0 || within_us < wait.wait_us)) {
      wait.wait_us = within_us;
      wait.saga_ends = true;
      wait.place = saga.deadline->span;
    }
    if (wait.wait_us > 0 && answers(state, index, program_[handler])) waits_.push_back(wait);
  }

  /// Whether something the handler publishes leads out of the state.
  bool answers(const model::State& state, std::uint32_t index, const model::Endpoint& handler) {
    for (const model::Transition& one : state.transitions) {
      if (!one.endpoint) continue;
      bool leaves = false;
      for (const std::uint32_t target : one.targets) leaves = leaves || target != index;
      const auto* message = std::get_if<model::MessageId>(&program_[*one.endpoint].takes.type);
      if (!leaves || message == nullptr) continue;
      for (const model::MessageId published : handler.publishes) {
        if (published == *message) return true;
      }
    }
    return false;
  }

  const model::Program& program_;
  std::vector<std::vector<EndpointId>> handlers_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen_;  // state and handler
  std::vector<SagaWait> waits_;
};

}  // namespace

std::vector<SagaWait> saga_waits(const model::Program& program) {
  return SagaWaits(program).run();
}

}  // namespace flowc
