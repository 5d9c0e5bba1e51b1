#include "host/bus.h"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <optional>
#include <utility>

#include "engine/handling.h"
#include "host/capacity.h"
#include "host/on_thread.h"

namespace flow {
namespace {

constexpr microseconds kMostWaitForRoom{30'000'000};
constexpr microseconds kLookForRoomEvery{10'000};
constexpr std::size_t kMostIdSources = 64;

// Waits for one unit on the caller's stack.
class SyncCommit final : public CommitListener {
 public:
  void committed(std::uint64_t, const Result<Committed>& result) noexcept override {
    const std::lock_guard lock(mutex_);
    if (!result) {
      error_ = result.error();
    } else {
      committed_ = *result;
    }
    done_ = true;
    changed_.notify_one();  // under the lock: this object dies as soon as wait() returns
  }
  /// False: not told within `most`.
  bool wait_for(microseconds most) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, most, [this] { return done_; });
  }
  Committed wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_; });
    if (error_) throw BusError(std::move(*error_));
    return committed_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::optional<Error> error_;
  Committed committed_;
};

// Opens the unit's SQL at the first statement.
class LazySql final : public Sql {
 public:
  explicit LazySql(UnitBuilder& unit) : unit_(unit) {}

 protected:
  void run(std::string_view statement, std::span<const SqlValue> values, std::vector<SqlRow>* rows,
           std::int64_t* changed) override {
    (unit_.sql().*(&Access::run))(statement, values, rows, changed);
  }

 private:
  struct Access : Sql {
    using Sql::run;
  };
  UnitBuilder& unit_;
};

}  // namespace

// One unit of work of the bus.
class Bus::Call final : public Outlet, private SqlSource {
 public:
  /// `asks`: a query.
  explicit Call(Bus& bus, bool asks = false)
      : bus_(bus),
        inside_(OnThread::of(&bus.env_)),
        on_thread_(&bus.env_, OnThread::Doing::unit_of_work),
        ids_(bus.borrow_ids()),
        unit_(bus.env_.world, *ids_, *this, std::stop_token{}, asks),
        handling_(unit_, nothing_) {
    if (inside_ != nullptr && !asks) refuse_inside();
  }
  ~Call() override { bus_.return_ids(std::move(ids_)); }

  Uuid emit(MessageNo type, std::optional<std::string> key, std::string payload,
            const SendOptions& options) override {
    bus_.wait_for_room(type, !unit_.has_sql());
    return handling_.send(type, std::move(key), std::move(payload), options);
  }
  std::string ask(MessageNo type, std::optional<std::string> key, std::string payload) override {
    return handling_.ask(type, std::move(key), std::move(payload));
  }
  void unit_of_work(const std::function<void(Outlet&, Sql&)>&) override {
    throw BusError(
        {Category::bug, "nested_unit_of_work",
         "a unit of work cannot begin another one: send through the outlet that it was given"});
  }
  UnitBuilder& unit() { return unit_; }

  /// Returns when it is durable.
  Committed commit() {
    unit_.check_whole();
    UnitOfWork unit;
    unit.sql = unit_.release_sql();
    unit.outgoing = unit_.release_outgoing();
    if (!unit.sql && unit.outgoing.empty()) return {};
    if (inside_ != nullptr) refuse_inside();  // a query whose handler sends
    Store& store = bus_.env_.store;
    const bool queued = unit.sql == nullptr;
    if (queued) {
      if (auto never = store.waits_for_itself()) throw BusError(std::move(*never));
    }
    SyncCommit done;
    store.submit(std::move(unit), done, 0);
    // A handler is fenced in the end, a unit of work of the bus is not: it may hold the write side
    // for ever.
    while (queued && !done.wait_for(store.patience())) {
      const std::string holder = store.writer_now();
      if (!store.withdraw(done, 0)) break;
      throw BusError({Category::busy, "busy",
                      fmt::format("nothing was sent: the store's write side was not free within "
                                  "{:.0f} s{}{}",
                                  std::chrono::duration<double>(store.patience()).count(),
                                  holder.empty() ? "" : ": ", holder)});
    }
    return done.wait();
  }

 private:
  std::unique_ptr<SqlScope> open(const std::stop_token& stop) override {
    auto opened = bus_.env_.store.open_sql(bus_.env_.store.patience(), {.stop = stop});
    if (!opened) throw SqlError(opened.error());
    return std::move(opened).value();
  }
  std::unique_ptr<Sql> open_reading() override {
    auto opened = bus_.env_.store.open_reading();
    if (!opened) throw SqlError(opened.error());
    return std::move(opened).value();
  }
  void opened(SqlScope*) override {}

  [[noreturn]] void refuse_inside() const {
    if (auto never = bus_.env_.store.waits_for_itself()) throw BusError(std::move(*never));
    throw BusError(
        {Category::bug, "outside_of_unit",
         fmt::format("the bus was called in {}: what it sends would stay when that fails, and be "
                     "sent again when it is tried again; send through {}",
                     inside_->text(),
                     inside_->doing() == OnThread::Doing::handler
                         ? "the handler's context, which has what its `.flow` file declares"
                         : "the outlet that the unit of work was given")});
  }

  Bus& bus_;
  const OnThread* const inside_;  // what this call is made in, of the same host
  const OnThread on_thread_;
  std::unique_ptr<IdSource> ids_;
  Message nothing_;
  UnitBuilder unit_;
  EngineHandling handling_;
};

Uuid Bus::emit(MessageNo type, std::optional<std::string> key, std::string payload,
               const SendOptions& options) {
  return send(type, std::move(key), std::move(payload), options).id;
}

Sent Bus::send(MessageNo type, std::optional<std::string> key, std::string payload,
               const SendOptions& options) {
  Call call(*this);
  const Uuid id = call.emit(type, std::move(key), std::move(payload), options);
  const Committed committed = call.commit();
  // What handlers in this unit of work sent besides is not what was asked about.
  return {id, options.id.has_value() && committed.sent_before > 0};
}

std::string Bus::ask(MessageNo type, std::optional<std::string> key, std::string payload) {
  Call call(*this, env_.topology.messages[type].kind == MessageKind::query);
  std::string reply = call.ask(type, std::move(key), std::move(payload));
  call.commit();  // of a query: what its handler sent, nothing most of the time
  return reply;
}

void Bus::unit_of_work(const std::function<void(Outlet&, Sql&)>& work) {
  Call call(*this);
  LazySql sql(call.unit());
  work(call, sql);
  call.commit();
}

// A caller of the bus is slowed down by a full channel, a handler never is: its runner pauses
// instead.
void Bus::wait_for_room(MessageNo type, bool may_wait) {
  const auto& channels = env_.routes.route(type).channels;
  if (may_wait) {
    const auto until = std::chrono::steady_clock::now() + kMostWaitForRoom;
    for (;;) {
      const ChannelNo full = env_.capacity.first_full(channels);
      if (full == no_channel) break;
      std::unique_lock lock(mutex_);
      if (stopped_ || std::chrono::steady_clock::now() >= until) {
        throw BusError({Category::busy, "channel_full",
                        fmt::format("channel `{}` is at its capacity of {}; nothing was sent",
                                    env_.topology.channels[full].name,
                                    env_.topology.channels[full].capacity)});
      }
      stopping_.wait_for(lock, kLookForRoomEvery);
    }
  }
  env_.capacity.sent(channels);
}

void Bus::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  stopping_.notify_all();
}

std::unique_ptr<IdSource> Bus::borrow_ids() {
  const std::lock_guard lock(mutex_);
  if (ids_.empty()) return std::make_unique<IdSource>(seed_++);
  auto ids = std::move(ids_.back());
  ids_.pop_back();
  return ids;
}

void Bus::return_ids(std::unique_ptr<IdSource> ids) {
  const std::lock_guard lock(mutex_);
  if (ids_.size() < kMostIdSources) ids_.push_back(std::move(ids));
}

}  // namespace flow
