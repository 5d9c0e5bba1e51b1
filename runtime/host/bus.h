#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "flow/host.h"
#include "flow/service.h"
#include "host/environment.h"

namespace flow {

/// Sends from outside of any handling: each call is a unit of work of its own. Thread-safe; calls
/// that come at once share the store's commits. Within a handling of the same host, or a unit of
/// work of it, only queries may be asked: BusError `waits_for_itself` when the thread holds the
/// store's write side, else `outside_of_unit`.
class Bus final : public Outlet {
 public:
  Bus(Environment& environment, std::uint64_t seed) : env_(environment), seed_(seed) {}

  Uuid emit(MessageNo type, std::optional<std::string> key, std::string payload,
            const SendOptions& options) override;
  Sent send(MessageNo type, std::optional<std::string> key, std::string payload,
            const SendOptions& options);
  std::string ask(MessageNo type, std::optional<std::string> key, std::string payload) override;
  void unit_of_work(const std::function<void(Outlet&, Sql&)>& work) override;
  /// Calls that wait for a full channel give up.
  void stop();

 private:
  class Call;
  friend class Call;

  std::unique_ptr<IdSource> borrow_ids();
  void return_ids(std::unique_ptr<IdSource> ids);
  void wait_for_room(MessageNo type, bool may_wait);

  Environment& env_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stopped_ = false;
  std::uint64_t seed_;
  std::vector<std::unique_ptr<IdSource>> ids_;
};

}  // namespace flow
