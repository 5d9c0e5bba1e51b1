#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/channel.h"
#include "engine/histogram.h"
#include "flow/host.h"
#include "host/environment.h"

namespace flow {

/// Serves one channel: owns its Channel machine and the threads that run its handlers. A channel's
/// threads are its own, so that a blocked one blocks no other. Any free worker does whatever comes
/// next: claims, loads, submits, handles.
class Runner final : public CommitListener {
 public:
  Runner(Environment& environment, ChannelNo channel, std::uint64_t seed);
  ~Runner() override;

  void start();
  /// There may be something to read. From any thread; does not call the store.
  void wake() noexcept;
  void committed(std::uint64_t token, const Result<Committed>& result) noexcept override;
  void committed_all(std::span<const Commitment> ended) noexcept override;

  /// Timeouts, fences and timers that are due; returns when to call again. From the timer's thread.
  SteadyTime tick(const Now& now);

  /// Another process waits for the channel: what runs ends, nothing new begins, the channel is
  /// released, and claimed again for the next turn. Nothing to do where it is not owned, or a stuck
  /// handler holds a key.
  void let_go();

  // ---- drain, in this order
  void begin_drain();
  /// True when nothing runs and nothing is uncommitted.
  bool wait_drained(SteadyTime deadline);
  /// Asks what runs to stop.
  void ask_all_to_stop();
  /// Gives up on what still runs, and hands the channel back. False when a handler had to be given
  /// up.
  bool end_drain();
  void join();

  // ---- running alone (host/solitude.h)
  bool wants_alone() const;
  bool alone() const;
  std::size_t exposed() const;
  void grant_alone();
  void go_on();

  // ---- what it knows
  ChannelNo channel() const { return number_; }
  bool quiet() const;
  std::size_t running() const;
  std::size_t stuck() const;
  bool owned() const;
  ChannelActivity activity() const;
  void sample_rate(double seconds);
  void lost();
  void add_stats(std::vector<EndpointStats>& all) const;

 private:
  struct Worker;
  struct Meter {
    Histogram latency, handler;
  };

  void spawn();
  void work(Worker& worker);
  // runner_handle.cc
  void handle(std::unique_lock<std::mutex>& lock, Worker& worker, Channel::Handle first, Now& now);
  std::stop_token begin_visit(Worker& worker, SteadyTime stop_at, const Now& now);
  bool handle_next(Worker& worker, const std::stop_token& stop);
  void report(std::unique_lock<std::mutex>& lock, Worker& worker, Now& now);
  std::size_t rides_max() const;
  static std::optional<Channel::Handle> current(Worker& worker);
  void take_back(Worker& worker, const Now& now, std::vector<Channel::Commit>& commits);
  void abandon(Worker& worker, const Now& now);
  // runner_chunk.cc
  std::size_t chunk_max() const;
  std::optional<Channel::Chunk> next_chunk(const Now& now);
  void handle_chunk(std::unique_lock<std::mutex>& lock, Worker& worker, Channel::Chunk chunk,
                    Now& now);
  std::optional<Outcome> run_chunk(Worker& worker, const std::vector<Delivery>& deliveries,
                                   const std::stop_token& stop);
  void end_chunk(Worker& worker, std::optional<Outcome> odd);
  void take_back_chunk(Worker& worker, const Now& now, std::vector<Channel::Commit>& commits);
  void note_commitment(const Commitment& ended, const Now& now);

  void submit(std::unique_lock<std::mutex>& lock, Channel::Commit commit);
  bool claim(std::unique_lock<std::mutex>& lock, SteadyTime now);
  bool hand_over(std::unique_lock<std::mutex>& lock);
  void stop_yielding();
  bool intake(std::unique_lock<std::mutex>& lock, SteadyTime now);
  bool load(std::unique_lock<std::mutex>& lock, SteadyTime now);
  bool load_rows(std::unique_lock<std::mutex>& lock, const Now& now);
  void store_failed(const Error& error, SteadyTime now);
  void wait(std::unique_lock<std::mutex>& lock, SteadyTime now);
  std::optional<SteadyTime> next_work(SteadyTime now) const;
  void plan(SteadyTime now);
  void rouse(SteadyTime now);
  SteadyTime watch_idle(SteadyTime now);
  void lose_locked();
  std::size_t batch() const;
  Meter& meter(EndpointNo endpoint);
  std::string name() const;

  Environment& env_;
  const ChannelNo number_;
  const ChannelPolicy& policy_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Channel channel_;
  std::list<std::unique_ptr<Worker>> workers_;
  std::size_t threads_ = 0;  // workers that are not fenced
  std::size_t idle_ = 0;
  std::uint64_t next_seed_;

  bool owned_ = false;
  bool claiming_ = false;
  bool loading_ = false;
  bool loading_rows_ = false;
  bool more_ = true;     // a load may bring something
  bool paused_ = false;  // a channel that it emits into is full
  bool draining_ = false;
  bool yielding_ = false;     // lets go, to claim again later
  bool asked_alone_ = false;  // since wants_alone() became true
  bool ended_ = false;        // workers leave whatever there is
  std::uint64_t term_ = 0;    // rises when ownership is lost: what was loaded before is stale
  SteadyTime claim_at_{};
  SteadyTime load_at_{};  // not before: paused, or the store failed
  SteadyTime poll_at_{};  // a load by then, though nobody woke it
  SteadyTime rows_at_{};  // when rows are to be looked for
  std::optional<SteadyTime> alarmed_at_;
  std::size_t most_batch_ = 1024;
  std::vector<Delivery> loaded_;
  double payload_average_ = 1024;
  std::uint32_t without_chunks_ = 0;  // visits left before chunks are tried again
  double handler_average_us_ = 1000;  // until measured: not quick
  std::uint64_t handled_ = 0, handled_before_ = 0;
  double handled_per_s_ = 0;
  std::unordered_map<EndpointNo, std::unique_ptr<Meter>> meters_;
  EndpointNo metered_ = 0;  // the last one asked for
  Meter* meter_ = nullptr;
};

}  // namespace flow
