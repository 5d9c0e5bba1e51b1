#pragma once

#include <functional>
#include <optional>
#include <string>

#include "flow/handling.h"
#include "flow/message.h"
#include "flow/topology.h"

namespace flow {

/// What a generated bus sends through: a running host, or one unit of work of it. Thread-safe where
/// it is a host's; a unit of work's is used by the thread that runs it.
class Outlet {
 public:
  virtual ~Outlet() = default;
  /// Returns the message's id once it is durable (in a unit of work: once that has committed).
  /// Throws flow::BusError when it cannot be, and what a handler in the caller's unit of work
  /// throws. A host's outlet refuses it in a handler, which has its context for that, and in a unit
  /// of work, which has its own outlet: `waits_for_itself` when the store's write side is held
  /// there, else `outside_of_unit`.
  virtual Uuid emit(MessageNo type, std::optional<std::string> key, std::string payload,
                    const SendOptions& options) = 0;
  /// A query's handler reads what is committed (in a unit of work: what was written in it too) and
  /// writes nothing; allowed everywhere.
  virtual std::string ask(MessageNo type, std::optional<std::string> key, std::string payload) = 0;
  /// Runs `work` with an outlet and SQL of one unit of work, and returns when it is durable. Throws
  /// what `work` throws, and then nothing happened. Refused where emit() is.
  virtual void unit_of_work(const std::function<void(Outlet&, Sql&)>& work) = 0;
};

/// Base of a generated service: the topology and the user's handlers. The handlers must outlive it.
class Service {
 public:
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;

  const Topology& topology() const noexcept { return topology_; }
  const void* handlers() const noexcept { return handlers_; }
  /// Set by the host while it is open. The generated bus() uses it; throws BusError `not_running`
  /// without one.
  Outlet& outlet() const;
  void attach(Outlet* outlet) noexcept { outlet_ = outlet; }

 protected:
  Service(const Topology& topology, const void* handlers)
      : topology_(topology), handlers_(handlers) {}

 private:
  const Topology& topology_;
  const void* handlers_;
  Outlet* outlet_ = nullptr;
};

/// The service's command line: run, send, publish, ask, channels, dead-letters, migrate, topology.
/// Returns the exit code: 0 done, 1 failed, 2 wrong usage; of `run` also 3 when handlers still ran
/// at the drain deadline, and 75 when too many were stuck. Errors go to standard error.
int main(Service& service, int argc, char** argv);

}  // namespace flow
