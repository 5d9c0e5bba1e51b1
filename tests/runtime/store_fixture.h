#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/store.h"
#include "flow/clock.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"

/// What the store suites share: a small topology, a virtual clock, listeners that can be waited
/// for.
namespace store_test {

using namespace flow;
using namespace std::chrono_literals;

inline constexpr MessageNo kAlpha = 0, kBeta = 1;
inline constexpr ChannelNo kKeyed = 0, kOther = 1, kPlain = 2;
inline constexpr EndpointNo kAlphaKeyed = 0, kAlphaPlain = 1, kBetaOther = 2, kBetaPlain = 3;

inline constexpr MessageType kMessages[] = {{.wire_name = "t.alpha"}, {.wire_name = "t.beta"}};
inline constexpr ChannelPolicy kChannels[] = {
    {.name = "keyed", .ordered_by_key = true},
    {.name = "other", .dead_letter_keep = std::chrono::hours{1}},
    {.name = "plain"}};
inline constexpr Endpoint kEndpoints[] = {
    {.id = "a.keyed", .handler = "A.keyed", .message = kAlpha, .channel = kKeyed},
    {.id = "a.plain", .handler = "A.plain", .message = kAlpha, .channel = kPlain},
    {.id = "b.other", .handler = "B.other", .message = kBeta, .channel = kOther},
    {.id = "b.plain", .handler = "B.plain", .message = kBeta, .channel = kPlain}};

inline Topology topology() {
  Topology topology;
  topology.program = "t";
  topology.service = "t";
  topology.contract_hash = "00";
  topology.messages = kMessages;
  topology.channels = kChannels;
  topology.endpoints = kEndpoints;
  return topology;
}

struct TestClock final : Clock {
  std::atomic<std::int64_t> micros{1'700'000'000'000'000};
  std::atomic<std::int64_t> steady_micros{1'000'000'000};
  Timestamp now() const override { return Timestamp{microseconds{micros.load()}}; }
  SteadyTime steady() const override { return SteadyTime{microseconds{steady_micros.load()}}; }
  void advance(microseconds by) {
    micros += by.count();
    steady_micros += by.count();
  }
  /// The wall clock is set; the monotonic one does not notice.
  void jump(microseconds by) { micros += by.count(); }
};

class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "flow-store-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Collects what the store reports; wait() blocks until a token was told.
class Reports final : public CommitListener {
 public:
  void committed(std::uint64_t token, const Result<Committed>& result) noexcept override {
    const std::lock_guard lock(mutex_);
    ++told_[token];
    results_.insert_or_assign(token, result);
    order_.push_back(token);
    wake_.notify_all();
  }
  Result<Committed> wait(std::uint64_t token) {
    std::unique_lock lock(mutex_);
    const bool in_time = wake_.wait_for(lock, 20s, [&] { return results_.contains(token); });
    REQUIRE_MESSAGE(in_time, "the listener was not told");
    return results_.at(token);
  }
  void wait_count(std::size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(wake_.wait_for(lock, 60s, [&] { return order_.size() >= count; }));
  }
  int told(std::uint64_t token) {
    const std::lock_guard lock(mutex_);
    return told_[token];
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::uint64_t, Result<Committed>> results_;
  std::map<std::uint64_t, int> told_;
  std::vector<std::uint64_t> order_;
};

class Wakes final : public StoreListener {
 public:
  void wake(ChannelNo channel) noexcept override {
    note([&] { ++channels_[channel]; });
  }
  void wake_all() noexcept override {
    note([&] { ++all_; });
  }
  void wake_timer() noexcept override {
    note([&] { ++timers_; });
  }
  void alarm(const std::string& text) noexcept override {
    note([&] { alarms_.push_back(text); });
  }
  void asked_for(ChannelNo channel) noexcept override {
    note([&] { asked_for_[channel] = true; });
  }
  bool alarm_with(const std::string& part) {
    return wait([&] {
      return std::ranges::any_of(
          alarms_, [&](const std::string& text) { return text.find(part) != std::string::npos; });
    });
  }
  /// Whether it was since this was last asked.
  bool take_asked_for(ChannelNo channel) {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_for_[channel], false);
  }
  bool wait_channel(ChannelNo channel) {
    return wait([&] { return channels_[channel] > 0; });
  }
  bool wait_all(int count = 1) {
    return wait([&] { return all_ >= count; });
  }
  bool wait_timer() {
    return wait([&] { return timers_ > 0; });
  }
  int channel(ChannelNo channel) {
    const std::lock_guard lock(mutex_);
    return channels_[channel];
  }

 private:
  template <typename Change>
  void note(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    wake_.notify_all();
  }
  template <typename Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, 10s, condition);
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<ChannelNo, int> channels_;
  std::map<ChannelNo, bool> asked_for_;
  std::vector<std::string> alarms_;
  int all_ = 0, timers_ = 0;
};

struct MemoryBackend {
  static constexpr bool kHasSql = false;
  Result<std::unique_ptr<Store>> open(const Topology& topology, Clock& clock) {
    return open_memory("", topology, clock);
  }
};
struct SqliteBackend {
  static constexpr bool kHasSql = true;
  TempDir folder;
  Result<std::unique_ptr<Store>> open(const Topology& topology, Clock& clock) {
    return open_sqlite(folder.file("store.db"), topology, clock);
  }
};

/// A store that is open and registered, and shorthands.
template <typename Backend>
struct Fixture {
  Backend backend;
  TestClock clock;
  Topology with = topology();
  Wakes wakes;
  Reports reports;
  std::unique_ptr<Store> store;
  std::uint64_t token = 0;
  std::uint64_t made = 0;

  Fixture() {
    Result<std::unique_ptr<Store>> opened = backend.open(with, clock);
    REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().text));
    store = std::move(*opened);
    require(store->register_topology());
    store->listen(&wakes);
  }

  template <typename R>
  static void require(const R& result) {
    REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().text));
  }

  Message message(MessageNo type, std::optional<std::string> key = {}, std::string payload = "{}") {
    Message made_message;
    made_message.id = Uuid::v7(clock.now(), ++made);
    made_message.type = type;
    made_message.key = std::move(key);
    made_message.correlation_id = made_message.id;
    made_message.created_at = clock.now();
    made_message.payload = std::move(payload);
    return made_message;
  }

  Result<Committed> submit(UnitOfWork unit) {
    store->submit(std::move(unit), reports, ++token);
    return reports.wait(token);
  }
  void publish(MessageNo type, std::optional<std::string> key = {}, std::string payload = "{}",
               std::optional<Timestamp> due = {}) {
    UnitOfWork unit;
    unit.outgoing.push_back({message(type, std::move(key), std::move(payload)), due});
    require(submit(std::move(unit)));
  }
  void claim(ChannelNo channel) {
    Result<bool> claimed = store->claim(channel);
    require(claimed);
    REQUIRE(*claimed);
  }
  std::vector<Delivery> load(ChannelNo channel, std::size_t max = 100) {
    std::vector<Delivery> all;
    for (;;) {
      std::vector<Delivery> some;
      require(store->load(channel, max - all.size(), some));
      if (some.empty()) return all;
      for (Delivery& delivery : some) all.push_back(std::move(delivery));
    }
  }
  std::vector<Delivery> rows(ChannelNo channel, std::size_t max = 100) {
    std::vector<Delivery> found;
    require(store->load_rows(channel, clock.now(), max, found));
    return found;
  }
  StoredChannelStats stats(ChannelNo channel) {
    Result<StoredChannelStats> read = store->stats(channel, clock.now());
    require(read);
    return *read;
  }
  static ChannelNo channel_of(const Delivery& delivery) {
    return kEndpoints[delivery.endpoint].channel;
  }
  static UnitOfWork consume(const Delivery& delivery) {
    UnitOfWork unit;
    unit.channel = channel_of(delivery);
    unit.consumed = delivery;
    return unit;
  }
  /// In line or a row: a row of it afterwards, due or waiting.
  std::int64_t put(const Delivery& delivery, Timestamp due, bool waiting = false,
                   std::uint32_t attempts = 1) {
    UnitOfWork unit;
    unit.channel = channel_of(delivery);
    if (delivery.row == 0) unit.consumed = delivery;
    unit.put = RowWrite{delivery, waiting};
    unit.put->delivery.due = due;
    unit.put->delivery.attempts = attempts;
    Result<Committed> done = submit(std::move(unit));
    require(done);
    return done->row;
  }
  void bury(const Delivery& delivery, const std::string& reason = "handler said no") {
    UnitOfWork unit = consume(delivery);
    DeadLetter dead;
    dead.endpoint = kEndpoints[delivery.endpoint].id;
    dead.channel = kChannels[channel_of(delivery)].name;
    dead.message_type = kMessages[delivery.message->type].wire_name;
    dead.attempts = delivery.attempts;
    dead.category = Category::rejected;
    dead.reason = reason;
    dead.dead_at = clock.now();
    dead.errors = delivery.errors;
    dead.errors.push_back({.attempt = delivery.attempts,
                           .at = clock.now(),
                           .category = Category::rejected,
                           .text = reason});
    dead.ordinal = delivery.ordinal;
    dead.position = delivery.position;
    dead.message = delivery.message;
    unit.dead_letter = std::move(dead);
    require(submit(std::move(unit)));
  }
  std::vector<DeadLetter> dead_letters(const DeadLetterFilter& filter = {}) {
    Result<std::vector<DeadLetter>> read = store->dead_letters(filter);
    require(read);
    return *read;
  }
  /// A second process's view of the same store.
  std::unique_ptr<Store> reopen() {
    Result<std::unique_ptr<Store>> opened = backend.open(with, clock);
    require(opened);
    return std::move(*opened);
  }
};

inline std::vector<std::string> keys_of(const std::vector<Delivery>& deliveries) {
  std::vector<std::string> keys;
  for (const Delivery& delivery : deliveries)
    keys.push_back(delivery.message->key.value_or("(none)"));
  return keys;
}

}  // namespace store_test
