// A channel in a small world of its own: a store that keeps the contract of engine/store.h in a few
// containers, virtual time, and a seed that decides who publishes, fails, is slow, hangs or
// crashes. A failing seed repeats the run.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <set>
#include <tuple>

#include "engine/random.h"
#include "engine_support.h"

using namespace engine_test;

namespace {

using Place = std::pair<std::uint64_t, flow::EndpointNo>;  // a delivery: position, endpoint

// The store's side. One event that two endpoints of one channel read.
class FakeStore {
 public:
  static constexpr flow::EndpointNo kEndpoints = 2;

  struct Row {
    flow::Delivery delivery;
    bool waiting = false;
  };

  void publish(std::optional<std::string> key) {
    log_.push_back(delivery(log_.size() + 1, std::move(key)));
  }
  std::size_t published() const { return log_.size(); }

  // What was begun and not done becomes rows; those behind the first of their key wait.
  void crash_and_claim(Timestamp now) {
    for (const Place& place : begun_) {
      flow::Delivery made = at(place);
      made.row = next_row_++;
      made.due = now;
      insert(std::move(made), true);
    }
    begun_.clear();
  }

  void load(std::size_t most, std::vector<flow::Delivery>& out) {
    for (; most > 0 && loaded_ < log_.size() * kEndpoints; --most, ++loaded_) {
      const Place place{loaded_ / kEndpoints + 1,
                        static_cast<flow::EndpointNo>(loaded_ % kEndpoints)};
      flow::Delivery found = at(place);
      found.key_held = has_rows(found.message->key);
      begun_.insert(place);
      out.push_back(std::move(found));
    }
  }

  void load_rows(Timestamp now, std::size_t most, std::vector<flow::Delivery>& out) {
    std::vector<const Row*> due;
    for (const auto& [place, row] : rows_) {
      if (!row.waiting && row.delivery.due <= now) due.push_back(&row);
    }
    std::stable_sort(due.begin(), due.end(),
                     [](const Row* a, const Row* b) { return a->delivery.due < b->delivery.due; });
    for (const Row* row : due) {
      if (most-- == 0) break;
      out.push_back(row->delivery);
    }
  }

  std::optional<Timestamp> next_due() const {
    std::optional<Timestamp> next;
    for (const auto& [place, row] : rows_) {
      if (!row.waiting && (!next || row.delivery.due < *next)) next = row.delivery.due;
    }
    return next;
  }

  flow::Result<flow::Committed> commit(flow::UnitOfWork& unit, Timestamp now) {
    flow::Committed result;
    if (unit.consumed) {
      const Place place{unit.consumed->position, unit.consumed->endpoint};
      const bool known = unit.consumed->row == 0 ? begun_.contains(place) : rows_.contains(place);
      if (!known) return flow::Error{flow::Category::fenced, "already_done", "done before"};
      if (unit.consumed->row == 0) {
        begun_.erase(place);
      } else {
        rows_.erase(place);
      }
    }
    for (const flow::OrdinalRange& range : unit.ranges) {
      for (std::uint64_t ordinal = range.first; ordinal <= range.last; ++ordinal) {
        if (begun_.erase({ordinal, range.endpoint}) > 0) ended.push_back({ordinal, range.endpoint});
      }
    }
    if (unit.put) {
      flow::Delivery put = unit.put->delivery;
      const Place place{put.position, put.endpoint};
      if (put.row == 0) {
        put.row = next_row_++;
        result.row = put.row;
        if (unit.put->waiting) put.due = now;
        insert(std::move(put), unit.put->waiting);
      } else {
        const auto found = rows_.find(place);
        if (found == rows_.end()) return flow::Error{flow::Category::fenced, "already_done", ""};
        flow::Delivery& row = found->second.delivery;
        row.attempts = put.attempts;
        row.due = put.due;
        row.errors = put.errors;
        found->second.waiting = unit.put->waiting && !first_of_key(found->second.delivery);
        result.row = put.row;
      }
    }
    if (unit.consumed && !unit.put) {
      const Place place{unit.consumed->position, unit.consumed->endpoint};
      ended.push_back(place);
      if (unit.dead_letter) ++dead;
    }
    release(now);
    return result;
  }

  const std::optional<std::string>& key_of(const Place& place) const {
    return log_[place.first - 1].message->key;
  }
  bool empty() const { return rows_.empty() && begun_.empty(); }
  bool all_loaded() const { return loaded_ == log_.size() * kEndpoints; }

  std::vector<Place> ended;  // consumed for good, in the order of the commits
  std::size_t dead = 0;

 private:
  flow::Delivery at(const Place& place) const {
    flow::Delivery found = log_[place.first - 1];
    found.endpoint = place.second;
    return found;
  }
  bool has_rows(const std::optional<std::string>& key) const {
    return key && std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) {
             return row.second.delivery.message->key == key;
           });
  }
  bool first_of_key(const flow::Delivery& delivery) const {
    for (const auto& [place, row] : rows_) {
      if (place >= Place{delivery.position, delivery.endpoint}) break;
      if (row.delivery.message->key == delivery.message->key) return false;
    }
    return true;
  }
  void insert(flow::Delivery&& made, bool waiting) {
    const Place place{made.position, made.endpoint};
    const bool waits = waiting && made.message->key && !first_of_key(made);
    rows_[place] = {std::move(made), waits};
  }
  void release(Timestamp now) {
    for (auto& [place, row] : rows_) {
      if (!row.waiting || !first_of_key(row.delivery)) continue;
      row.waiting = false;
      row.delivery.due = now;
    }
  }

  std::deque<flow::Delivery> log_;
  std::size_t loaded_ = 0;
  std::set<Place> begun_;
  std::map<Place, Row> rows_;
  std::int64_t next_row_ = 1;
};

struct Limits {
  bool ordered = true;
  bool crashes = true;
  bool chunks = false;
  std::size_t messages = 60;
};

class Simulation {
 public:
  Simulation(std::uint64_t seed, Limits limits)
      : seed_(seed), random_(seed), limits_(limits), world_(make_world(limits.ordered)) {
    topology_ = world_.topology();
    restart();
  }

  void run() {
    for (std::size_t step = 0; step < 200'000; ++step) {
      if (finished()) return check_end();
      turn();
    }
    FAIL("seed " << seed_ << ": not finished, " << store_.ended.size() << " of "
                 << store_.published() * FakeStore::kEndpoints << " ended");
  }

 private:
  struct Running {
    flow::Channel::Token token;
    Place place;
    flow::SteadyTime ends;
    bool hangs;
    bool asked = false;
  };
  struct Chunk {
    flow::Channel::Chunk handed;
    std::size_t begun = 0;
  };
  struct InFlight {
    flow::Channel::Token token;
    flow::UnitOfWork unit;
    flow::SteadyTime lands;
  };
  struct Report {
    flow::Channel::Token token;
    flow::Result<flow::Committed> result;
  };

  static World make_world(bool ordered) {
    flow::ChannelPolicy policy{.name = "work"};
    policy.concurrency = 3;
    policy.ordered_by_key = ordered;
    policy.retry = {.now = 1, .delayed = 2, .first = 50ms, .most = 80ms, .jitter_percent = 20};
    policy.timeout = 100ms;
    World world = one_channel(policy);
    world.endpoints[0].id = "shop.a";
    world.endpoints.push_back(world.endpoints[0]);
    world.endpoints[1].id = "shop.b";
    return world;
  }

  void restart() {
    channel_ = std::make_unique<flow::Channel>(topology_, flow::ChannelNo{0}, random_.next64());
    running_.clear();
    chunks_.clear();
    hung_.clear();
    reports_.clear();
    loaded_.reset();
    loaded_rows_.reset();
  }

  bool finished() const {
    return store_.published() == limits_.messages && store_.all_loaded() && store_.empty() &&
           channel_->quiet() && in_flight_.empty() && reports_.empty();
  }

  void turn() {
    switch (random_.uniform(0, 9)) {
      case 0:
        publish();
        break;
      case 1:
        intake();
        break;
      case 2:
        rows();
        break;
      case 3:
      case 4:
        land();
        break;
      case 5:
        report();
        break;
      case 6:
        end_handlers();
        break;
      case 7:
        pass_time();
        break;
      default:
        act();
    }
    if (limits_.crashes && random_.uniform(0, 399) == 0) crash();
  }

  void publish() {
    if (store_.published() == limits_.messages) return;
    const std::uint64_t which = random_.uniform(0, 3);
    if (which == 0) {
      store_.publish(std::nullopt);
    } else {
      store_.publish(which == 1 ? "" : std::string(1, static_cast<char>('a' + which)));
    }
  }

  // What a load read and what the channel takes are apart in time, as they are with threads.
  void intake() {
    if (loaded_) {
      channel_->take(std::move(*loaded_), limits_.chunks ? random_.uniform(0, 6) : 0);
      loaded_.reset();
    } else if (const std::size_t room = channel_->room(); room > 0) {
      channel_->loading();
      loaded_.emplace();
      store_.load(std::min<std::size_t>(room, random_.uniform(1, 8)), *loaded_);
    }
  }

  void rows() {
    if (loaded_rows_) {
      channel_->take_rows(std::move(*loaded_rows_));
      loaded_rows_.reset();
    } else if (const std::size_t room = channel_->row_room(); room > 0) {
      channel_->loading_rows();
      loaded_rows_.emplace();
      store_.load_rows(now_.wall, std::min<std::size_t>(room, random_.uniform(1, 6)),
                       *loaded_rows_);
    }
  }

  void submit(flow::Channel::Commit commit) {
    const auto after =
        in_flight_.empty() ? now_.steady : std::max(now_.steady, in_flight_.back().lands);
    in_flight_.push_back(
        {commit.token, std::move(commit.unit), after + microseconds{random_.uniform(0, 3000)}});
  }

  void land() {
    if (in_flight_.empty() || in_flight_.front().lands > now_.steady) return;
    InFlight first = std::move(in_flight_.front());
    in_flight_.pop_front();
    if (random_.uniform(0, 29) == 0) {
      reports_.push_back({first.token, flow::Error{flow::Category::transient, "io", "no disk"}});
    } else {
      reports_.push_back({first.token, apply(first.unit)});
    }
  }

  flow::Result<flow::Committed> apply(flow::UnitOfWork& unit) {
    const std::size_t before = store_.ended.size();
    auto result = store_.commit(unit, now_.wall);
    for (std::size_t i = before; i < store_.ended.size(); ++i) check_end_of(store_.ended[i]);
    return result;
  }

  void report() {
    if (reports_.empty()) return;
    const Report first = std::move(reports_.front());
    reports_.pop_front();
    channel_->committed(first.token, first.result, now_);
  }

  void act() {
    // One channel is the whole process here: what may have ended it is granted to run alone as soon
    // as nothing else is exposed.
    if (channel_->wants_alone() && channel_->exposed() == 0) channel_->grant_alone();
    if (random_.chance(50)) {
      if (auto chunk = channel_->next_chunk(now_, channel_->wants_alone())) {
        chunks_.push_back({std::move(*chunk)});
        REQUIRE(running_.size() + chunks_.size() <= 3);
        return;
      }
    }
    auto action = channel_->next(now_, channel_->wants_alone());
    if (auto* commit = std::get_if<flow::Channel::Commit>(&action)) {
      submit(std::move(*commit));
    } else if (auto* handle = std::get_if<flow::Channel::Handle>(&action)) {
      check_start({handle->delivery->position, handle->delivery->endpoint});
      begin(*handle);
      REQUIRE(running_.size() + chunks_.size() <= 3);
      REQUIRE((!channel_->alone() || running_.size() == 1));
    }
  }

  void begin(const flow::Channel::Handle& handle) {
    const Place place{handle.delivery->position, handle.delivery->endpoint};
    const bool hangs = random_.uniform(0, 39) == 0;
    const auto takes = hangs ? microseconds{400ms} : microseconds{random_.uniform(0, 20'000)};
    running_.push_back({handle.token, place, now_.steady + takes, hangs});
  }

  // The next of a chunk's deliveries, or its end, or its split.
  void go_on_with_chunk() {
    if (chunks_.empty()) return;
    const std::size_t which = random_.uniform(0, chunks_.size() - 1);
    Chunk& chunk = chunks_[which];
    const auto& deliveries = *chunk.handed.deliveries;
    if (chunk.begun < deliveries.size() && !random_.chance(10)) {
      const flow::Delivery& next = deliveries[chunk.begun++];
      check_start({next.position, next.endpoint});
    } else if (chunk.begun == deliveries.size() && !random_.chance(20)) {
      const auto token = chunk.handed.token;
      chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(which));
      if (auto commit = channel_->handled_chunk(token)) submit(std::move(*commit));
    } else {
      split(which);
    }
  }

  // The last that has begun goes on, those before it have ended well.
  void split(std::size_t which) {
    const Chunk chunk = std::move(chunks_[which]);
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(which));
    std::vector<flow::Channel::Handle> handles;
    channel_->split_chunk(chunk.handed.token, chunk.begun, handles);
    REQUIRE(handles.size() == chunk.begun);
    for (std::size_t i = 0; i + 1 < handles.size(); ++i) {
      if (auto commit = channel_->handled(handles[i].token, {}, now_)) submit(std::move(*commit));
    }
    if (!handles.empty()) begin(handles.back());
  }

  void end_handlers() {
    if (random_.chance(50)) go_on_with_chunk();
    for (std::size_t i = 0; i < running_.size(); ++i) {
      if (running_[i].ends > now_.steady) continue;
      const Running one = running_[i];
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      flow::Outcome outcome;
      const std::uint64_t luck = random_.uniform(0, 99);
      if (luck < 12) outcome = failure();
      if (luck == 12) outcome = failure(flow::Category::rejected);
      if (auto commit = channel_->handled(one.token, std::move(outcome), now_)) {
        submit(std::move(*commit));
      }
      return;
    }
    for (std::size_t i = 0; i < hung_.size(); ++i) {
      if (hung_[i].ends > now_.steady) continue;
      CHECK_FALSE(channel_->handled(hung_[i].token, {}, now_));
      hung_.erase(hung_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }

  void pass_time() {
    now_ += microseconds{random_.uniform(0, 5000)};
    if (channel_->quiet() && running_.empty()) {
      if (const auto due = store_.next_due(); due && *due > now_.wall) now_ += *due - now_.wall;
    } else if (const auto at = channel_->wake_at(); at && *at > now_.steady) {
      now_ += *at - now_.steady;
    }
    if (random_.uniform(0, 49) == 0) {  // somebody sets the wall clock
      now_.wall += microseconds{1h} - microseconds{random_.uniform(0, 7'200'000'000)};
    }
    for (const flow::Channel::Token token : channel_->overdue(now_.steady)) {
      const auto chunk = std::find_if(chunks_.begin(), chunks_.end(),
                                      [&](const Chunk& one) { return one.handed.token == token; });
      if (chunk != chunks_.end()) {
        split(static_cast<std::size_t>(chunk - chunks_.begin()));
        continue;
      }
      const auto found = std::find_if(running_.begin(), running_.end(),
                                      [&](const Running& one) { return one.token == token; });
      REQUIRE(found != running_.end());
      const Running one = *found;
      running_.erase(found);
      hung_.push_back(one);
      if (auto commit = channel_->fence(token, "timeout", now_)) submit(std::move(*commit));
    }
  }

  // Some of what was submitted lands, the rest is lost; a new process claims.
  void crash() {
    while (!in_flight_.empty() && random_.chance(50)) {
      static_cast<void>(apply(in_flight_.front().unit).ok());
      in_flight_.pop_front();
    }
    in_flight_.clear();
    restart();
    store_.crash_and_claim(now_.wall);
  }

  void check_start(const Place& place) {
    const std::optional<std::string>& key = store_.key_of(place);
    if (ended_.contains(place)) FAIL("seed " << seed_ << ": handled again after its end");
    if (!limits_.ordered || !key) return;
    // One that hangs past its timeout is running still, though its attempt has failed.
    for (const auto* ones : {&running_, &hung_}) {
      if (std::ranges::any_of(
              *ones, [&](const Running& one) { return store_.key_of(one.place) == key; })) {
        FAIL("seed " << seed_ << ": two of key " << *key << " at once");
      }
    }
  }

  void check_end_of(const Place& place) {
    if (!ended_.insert(place).second) {
      FAIL("seed " << seed_ << ": " << place.first << " ended twice");
    }
    const std::optional<std::string>& key = store_.key_of(place);
    if (!limits_.ordered || !key) return;
    Place& last = last_of_key_[*key];
    if (place <= last) {
      FAIL("seed " << seed_ << ": key " << *key << ": " << place.first << " after " << last.first);
    }
    last = place;
  }

  void check_end() {
    CHECK_MESSAGE(ended_.size() == limits_.messages * FakeStore::kEndpoints, "seed ", seed_);
  }

  const std::uint64_t seed_;
  flow::Random random_;
  const Limits limits_;
  World world_;
  flow::Topology topology_;
  FakeStore store_;
  std::unique_ptr<flow::Channel> channel_;
  Moment now_{Timestamp{std::chrono::seconds{1'800'000'000}}};
  std::vector<Running> running_, hung_;
  std::vector<Chunk> chunks_;
  std::deque<InFlight> in_flight_;
  std::deque<Report> reports_;
  std::optional<std::vector<flow::Delivery>> loaded_, loaded_rows_;
  std::set<Place> ended_;
  std::map<std::string, Place> last_of_key_;
};

// FLOW_SEED=n runs that seed alone, FLOW_RUNS=n that many from 1.
std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

#ifdef FLOW_SANITIZED
constexpr std::uint64_t kRuns =
    50;  // one thread, 50 times as slow: the builds without are the judge
#else
constexpr std::uint64_t kRuns = 300;
#endif

void run_seeds(Limits limits) {
  const std::uint64_t only = setting("FLOW_SEED", 0);
  if (only != 0) return Simulation(only, limits).run();
  const std::uint64_t runs = setting("FLOW_RUNS", kRuns);
  for (std::uint64_t seed = 1; seed <= runs; ++seed) Simulation(seed, limits).run();
}

}  // namespace

TEST_CASE("simulation: nothing lost, nothing doubled, keys in order") {
  run_seeds({.ordered = true, .crashes = false});
}

TEST_CASE("simulation with crashes: nothing lost, nothing doubled, keys in order") {
  run_seeds({.ordered = true, .crashes = true});
}

TEST_CASE("simulation of chunks, with crashes: nothing lost, nothing doubled") {
  run_seeds({.ordered = false, .crashes = true, .chunks = true, .messages = 120});
}

TEST_CASE("simulation without order by key, with crashes: nothing lost, nothing doubled") {
  run_seeds({.ordered = false, .crashes = true});
}
