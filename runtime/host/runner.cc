#include "host/runner.h"

#include <pthread.h>

#include <utility>

#include "host/capacity.h"
#include "host/solitude.h"
#include "host/runner_worker.h"

namespace flow {
namespace {

constexpr microseconds kClaimEvery{500'000};
/// Rows of a channel that is busy with rows: what runs of them hides when the next is due.
constexpr microseconds kRowsEvery{100'000};
/// A wake-up says that messages came; rows come so seldom by others' hands that they can wait a
/// little.
constexpr microseconds kRowsAfterWake{20'000};
constexpr microseconds kPausedFor{20'000};
constexpr double kBatchBytes = 32.0 * 1024 * 1024;

}  // namespace

Runner::Runner(Environment& environment, ChannelNo channel, std::uint64_t seed)
    : env_(environment),
      number_(channel),
      policy_(environment.topology.channels[channel]),
      channel_(environment.topology, channel, seed),
      next_seed_(seed + 1) {
  // What is loaded is handled, so a load must not overrun the channels that it emits into by much.
  for (const ChannelNo downstream : environment.routes.downstream(channel)) {
    const std::uint64_t capacity = environment.topology.channels[downstream].capacity;
    if (capacity == 0) continue;
    most_batch_ = std::clamp<std::size_t>(static_cast<std::size_t>(capacity / 10), 1, most_batch_);
  }
}

Runner::~Runner() {
  join();
}

std::string Runner::name() const {
  return std::string{policy_.name};
}

void Runner::start() {
  const std::lock_guard lock(mutex_);
  spawn();
}

void Runner::spawn() {
  auto& worker = *workers_.emplace_back(std::make_unique<Worker>(env_, policy_, next_seed_++));
  ++threads_;
  worker.thread = std::thread([this, &worker] {
    pthread_setname_np(pthread_self(), name().substr(0, 15).c_str());
    work(worker);
  });
}

// ---- the worker

void Runner::work(Worker& worker) {
  std::unique_lock lock(mutex_);
  Now now = env_.clock.both();
  while (!worker.replaced && !ended_ && !(draining_ && channel_.quiet())) {
    if (!owned_) {
      if (!claim(lock, now.steady)) wait(lock, now.steady);
      now = env_.clock.both();
      continue;
    }
    if (yielding_ && hand_over(lock)) {
      now = env_.clock.both();
      continue;
    }
    if (now.steady >= rows_at_ && load_rows(lock, now)) {
      now = env_.clock.both();
      continue;
    }
    if (auto chunk = next_chunk(now)) {
      handle_chunk(lock, worker, std::move(*chunk), now);
      continue;
    }
    Channel::Action action = channel_.next(now, env_.solitude.closed());
    if (auto* commit = std::get_if<Channel::Commit>(&action)) {
      submit(lock, std::move(*commit));
    } else if (auto* start = std::get_if<Channel::Handle>(&action)) {
      handle(lock, worker, *start, now);
    } else if (channel_.wants_alone() && !asked_alone_) {
      asked_alone_ = true;
      lock.unlock();
      env_.solitude.request(*this);
      lock.lock();
      now = env_.clock.both();
    } else if (intake(lock, now.steady)) {
      now = env_.clock.both();
    } else {
      wait(lock, now.steady);
      now = env_.clock.both();
    }
  }
  worker.gone = true;
  if (!worker.replaced) --threads_;
  changed_.notify_all();
}

void Runner::submit(std::unique_lock<std::mutex>& lock, Channel::Commit commit) {
  lock.unlock();
  env_.store.submit(std::move(commit.unit), *this, commit.token);
  lock.lock();
}

// ---- intake

bool Runner::claim(std::unique_lock<std::mutex>& lock, SteadyTime now) {
  if (claiming_ || draining_ || now < claim_at_) return false;
  claiming_ = true;
  lock.unlock();
  const Result<bool> claimed = env_.store.claim(number_);
  lock.lock();
  claiming_ = false;
  if (!claimed) store_failed(claimed.error(), now);
  if (!claimed || !*claimed) {
    claim_at_ = env_.clock.steady() + kClaimEvery;
    return false;
  }
  if (draining_) {
    lock.unlock();
    env_.store.release(number_);
    lock.lock();
    return false;
  }
  owned_ = true;
  more_ = true;
  load_at_ = rows_at_ = now;
  return true;
}

// The end of a turn: all that ran is written. Others claim it before this process does again. With
// a handler that got stuck meanwhile it goes on here: its key must not begin elsewhere.
bool Runner::hand_over(std::unique_lock<std::mutex>& lock) {
  if (draining_ || claiming_ || !channel_.quiet() || loading_ || loading_rows_) return false;
  const bool stays = channel_.holds_keys();
  owned_ = false;
  ++term_;
  claiming_ = true;  // nobody claims what is being released
  lock.unlock();
  const Result<void> rewound = stays ? env_.store.rewind(number_) : Result<void>{};
  if (!stays || !rewound) env_.store.release(number_);
  lock.lock();
  claiming_ = false;
  stop_yielding();
  claim_at_ = SteadyTime{};
  changed_.notify_all();
  return true;
}

bool Runner::intake(std::unique_lock<std::mutex>& lock, SteadyTime now) {
  if (draining_ || yielding_ || loading_ || now < load_at_ || !(more_ || now >= poll_at_))
    return false;
  if (channel_.room() == 0) return false;
  const auto downstream = env_.routes.downstream(number_);
  if (!downstream.empty()) {
    loading_ = true;
    const bool was_paused = paused_;
    lock.unlock();
    const bool full =
        was_paused ? env_.capacity.still_full(downstream) : env_.capacity.full(downstream);
    lock.lock();
    loading_ = false;
    paused_ = full;
    if (full) {
      load_at_ = now + kPausedFor;
      return false;
    }
    if (draining_ || yielding_ || !owned_) return true;
  }
  return load(lock, now);
}

std::size_t Runner::batch() const {
  const double fit = kBatchBytes / std::max(1.0, payload_average_);
  const std::size_t most =
      fit >= static_cast<double>(most_batch_) ? most_batch_ : static_cast<std::size_t>(fit);
  return std::clamp<std::size_t>(most, 1, channel_.room());
}

bool Runner::load(std::unique_lock<std::mutex>& lock, SteadyTime now) {
  const std::size_t most = batch();
  const std::uint64_t term = term_;
  loading_ = true;
  more_ = false;
  poll_at_ = now + kPollEvery;
  channel_.loading();
  lock.unlock();
  std::vector<Delivery> loaded = std::move(loaded_);  // its memory: one load at a time
  const Result<void> result = env_.store.load(number_, most, loaded);
  lock.lock();
  loading_ = false;
  if (term != term_) return true;
  if (!result) {
    channel_.take({});
    store_failed(result.error(), now);
    return false;
  }
  // A look at each message would cost more than it tells.
  constexpr std::size_t kLookAtOneOf = 8;
  for (std::size_t i = 0; i < loaded.size(); i += kLookAtOneOf) {
    const auto size = static_cast<double>(loaded[i].message->payload.size());
    payload_average_ += (size - payload_average_) / (size > payload_average_ ? 2 : 8);
  }
  const bool any = !loaded.empty();
  channel_.take(std::move(loaded), chunk_max());
  loaded_ = std::move(loaded);
  if (any) more_ = true;
  return any;
}

bool Runner::load_rows(std::unique_lock<std::mutex>& lock, const Now& now) {
  const std::size_t most = channel_.row_room();
  if (most == 0 || loading_rows_ || draining_ || yielding_) return false;
  const std::uint64_t term = term_;
  loading_rows_ = true;
  rows_at_ = SteadyTime::max();
  channel_.loading_rows();
  lock.unlock();
  std::vector<Delivery> loaded;
  Result<void> result = env_.store.load_rows(number_, now.wall, most, loaded);
  Result<std::optional<Timestamp>> due = std::optional<Timestamp>{};
  if (result.ok()) due = env_.store.next_due(number_);
  if (!due.ok()) result = due.error();
  lock.lock();
  loading_rows_ = false;
  if (term != term_) return true;
  SteadyTime next = now.steady + kPollEvery;
  if (!result) {
    loaded.clear();
    store_failed(result.error(), now.steady);
  } else if (*due) {
    next = now.steady + (**due > now.wall ? until(now.wall, **due) : kRowsEvery);
  }
  const std::size_t before = channel_.held();
  channel_.take_rows(std::move(loaded));
  rows_at_ = std::min(rows_at_, next);
  return channel_.held() > before;
}

void Runner::store_failed(const Error& error, SteadyTime now) {
  if (error.category == Category::fenced) return lose_locked();
  load_at_ = now + kStoreFailedFor;
  more_ = true;
  if (alarmed_at_ && now - *alarmed_at_ < 10 * kStoreFailedFor) return;
  alarmed_at_ = now;
  env_.log(fmt::format("channel `{}`: the store failed, trying again: {} [{}]", policy_.name,
                       error.text, error.code));
}

// ---- waiting

void Runner::wait(std::unique_lock<std::mutex>& lock, SteadyTime now) {
  // A drain may have come while the store was asked: nobody will tell of it again.
  if (ended_ || (draining_ && channel_.quiet())) return;
  plan(now);
  if (channel_.quiet()) env_.idle.notify();
  ++idle_;
  changed_.wait(lock);
  --idle_;
}

// When a waiting worker may have something to do that nobody will tell it of.
std::optional<SteadyTime> Runner::next_work(SteadyTime now) const {
  if (draining_ && channel_.quiet()) return std::nullopt;
  if (!owned_) {
    if (claiming_ || draining_) return std::nullopt;
    return std::max(now, claim_at_);
  }
  if (yielding_ && channel_.quiet() && !loading_ && !loading_rows_) return now;
  SteadyTime at = SteadyTime::max();
  if (!loading_rows_ && channel_.row_room() > 0) at = rows_at_;
  if (!loading_ && channel_.room() > 0) {
    at = std::min(at, more_ ? std::max(load_at_, now) : std::max(load_at_, poll_at_));
  }
  if (const auto wake = channel_.wake_at()) at = std::min(at, *wake);
  if (at == SteadyTime::max()) return std::nullopt;
  return at;
}

void Runner::plan(SteadyTime now) {
  if (const auto at = next_work(now)) env_.timer.wake_by(*at);
}

// There is work. A worker that is busy with quick handlers will see it; should its handler block,
// tick() wakes another.
void Runner::rouse(SteadyTime now) {
  if (idle_ == 0) return;
  if (idle_ == threads_ || handler_average_us_ > kQuickHandlerUs) {
    changed_.notify_one();
  } else {
    env_.timer.wake_by(now + kBlockedAfter);
  }
}

void Runner::wake() noexcept {
  const SteadyTime now = env_.clock.steady();
  const std::lock_guard lock(mutex_);
  more_ = true;
  rows_at_ = std::min(rows_at_, now + kRowsAfterWake);
  rouse(now);
}

Runner::Meter& Runner::meter(EndpointNo endpoint) {
  if (meter_ != nullptr && metered_ == endpoint) return *meter_;
  auto& meter = meters_[endpoint];
  if (!meter) meter = std::make_unique<Meter>();
  metered_ = endpoint;
  meter_ = meter.get();
  return *meter;
}

}  // namespace flow
