#include "store/memory/memory_store.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <map>
#include <mutex>
#include <set>

#include "store/memory/dead_letters.h"
#include "store/memory/rows.h"
#include "store/memory/sent_ids.h"
#include "store/memory/streams.h"

namespace flow {

namespace {

using memory::Entry;
using memory::Reader;
using memory::Rows;
using memory::SentIds;
using memory::SentMessage;
using memory::StoredRow;
using memory::Stream;

struct Served {
  bool owned = false;
  std::vector<EndpointNo> endpoints;
  Rows rows;
  ChannelActivity activity;
};

constexpr std::size_t kReservedAhead = 1024;

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const Topology& topology)
      : topology_(topology),
        streams_(topology.messages.size()),
        readers_(topology.endpoints.size()) {
    for (const ChannelPolicy& channel : topology.channels) {
      channels_.push_back(
          {.owned = false, .endpoints = {}, .rows = Rows(channel.ordered_by_key), .activity = {}});
    }
  }

  Result<void> register_topology() override {
    const std::lock_guard lock(mutex_);
    if (registered_) return {};
    registered_ = true;
    for (std::size_t i = 0; i < topology_.endpoints.size(); ++i) {
      const Endpoint& endpoint = topology_.endpoints[i];
      if (endpoint.dispatch != Dispatch::channel || endpoint.channel >= channels_.size()) continue;
      Stream& stream = streams_[endpoint.message];
      stream.endpoints.push_back(static_cast<EndpointNo>(i));
      if (std::ranges::find(stream.readers, endpoint.channel) == stream.readers.end()) {
        stream.readers.push_back(endpoint.channel);
      }
      channels_[endpoint.channel].endpoints.push_back(static_cast<EndpointNo>(i));
    }
    return {};
  }

  Result<std::vector<Orphan>> orphans() override { return std::vector<Orphan>{}; }
  Result<std::uint64_t> retire(const std::string& endpoint) override {
    if (topology_.find_endpoint(endpoint) >= 0) {
      return Error{Category::bug, "endpoint_in_use",
                   "endpoint `" + endpoint + "` is declared: only what is not can be retired"};
    }
    return Error{Category::bug, "no_such_endpoint",
                 "the store knows no endpoint `" + endpoint + "`"};
  }
  void listen(StoreListener* listener) override { listener_.store(listener); }

  Result<bool> claim(ChannelNo no) override {
    const std::lock_guard lock(mutex_);
    if (Result<void> known = check(no); !known) return known.error();
    Served& channel = channels_[no];
    if (channel.owned) return true;
    channel.owned = true;
    for (const EndpointNo endpoint : channel.endpoints) {
      Reader& reader = readers_[endpoint];
      reader.handed_out = reader.cursor;
      reader.skip = reader.done;
    }
    return true;
  }
  void release(ChannelNo no) override {
    const std::lock_guard lock(mutex_);
    if (no < channels_.size()) channels_[no].owned = false;
  }
  Result<void> renew(std::span<const ChannelActivity> activity) override {
    const std::lock_guard lock(mutex_);
    for (const ChannelActivity& item : activity) {
      if (item.channel < channels_.size()) channels_[item.channel].activity = item;
    }
    return {};
  }

  Result<void> load(ChannelNo no, std::size_t max, std::vector<Delivery>& out) override {
    const std::lock_guard lock(mutex_);
    if (Result<void> owned = check_owned(no); !owned) return owned;
    Served& channel = channels_[no];
    out.reserve(out.size() + std::min(max, kReservedAhead));
    for (; max > 0; --max) {
      int first = -1;
      const Entry* entry = nullptr;
      for (const EndpointNo endpoint : channel.endpoints) {
        Reader& reader = readers_[endpoint];
        const Stream& stream = streams_[topology_.endpoints[endpoint].message];
        while (reader.handed_out < reader.skip.highest() &&
               reader.skip.contains(reader.handed_out + 1))
          ++reader.handed_out;
        if (reader.handed_out >= stream.tail()) continue;
        const Entry& next = stream.at(reader.handed_out + 1);
        if (entry == nullptr || next.position < entry->position) {
          entry = &next;
          first = endpoint;
        }
      }
      if (first < 0) break;
      Reader& reader = readers_[static_cast<std::size_t>(first)];
      Delivery& delivery = out.emplace_back();
      delivery.endpoint = static_cast<EndpointNo>(first);
      delivery.ordinal = ++reader.handed_out;
      delivery.position = entry->position;
      delivery.lasting = entry->lasting;
      delivery.message = entry->message;
      streams_[topology_.endpoints[delivery.endpoint].message].prefetch_behind(delivery.ordinal);
      delivery.key_held =
          channel.rows.size() != 0 && channel.rows.held(delivery.message->key, delivery.position);
    }
    return {};
  }

  Result<void> load_rows(ChannelNo no, Timestamp now, std::size_t max,
                         std::vector<Delivery>& out) override {
    const std::lock_guard lock(mutex_);
    if (Result<void> owned = check_owned(no); !owned) return owned;
    channels_[no].rows.due(now, max, out);
    return {};
  }
  Result<std::optional<Timestamp>> next_due(ChannelNo no) override {
    const std::lock_guard lock(mutex_);
    if (Result<void> known = check(no); !known) return known.error();
    return channels_[no].rows.next_due();
  }

  bool takes_ranges() const override { return true; }

  Result<std::unique_ptr<SqlScope>> open_sql(microseconds, const SqlCaller&) override {
    return no_sql();
  }
  Result<std::unique_ptr<Sql>> open_reading() override { return no_sql(); }

  void submit(UnitOfWork unit, CommitListener& listener, std::uint64_t token) override {
    std::vector<Submission> one;
    one.push_back({token, std::move(unit)});
    submit_all(one, listener);
  }

  void submit_all(std::vector<Submission>& units, CommitListener& listener) override {
    Touched touched(channels_.size());
    std::vector<Commitment> ended;
    ended.reserve(units.size());
    {
      const std::lock_guard lock(mutex_);
      for (Submission& one : units) ended.push_back({one.token, apply(one.unit, touched)});
    }
    units.clear();
    listener.committed_all(ended);
    wake_all_of(touched.wake);
    if (StoreListener* told = listener_.load(); told != nullptr && touched.timer) {
      told->wake_timer();
    }
  }

  Result<std::optional<Timestamp>> release_due(Timestamp now) override {
    std::vector<bool> wake(channels_.size(), false);
    std::optional<Timestamp> next;
    {
      const std::lock_guard lock(mutex_);
      while (!delayed_.empty() && delayed_.begin()->first <= now) {
        Message& message = delayed_.begin()->second;
        Stream& stream = streams_[message.type];
        for (const ChannelNo reader : stream.readers) wake[reader] = true;
        --stream.delayed;
        SentMessage* sent = sent_.find(message.id);
        append(std::move(message));
        if (sent != nullptr) {
          sent->due.reset();
          sent->appended_at = now;
          sent->ordinal = stream.tail();
        }
        delayed_.erase(delayed_.begin());
      }
      if (!delayed_.empty()) next = delayed_.begin()->first;
    }
    wake_all_of(wake);
    return next;
  }

  Result<StoredChannelStats> stats(ChannelNo no, Timestamp) override;
  Result<std::vector<DeadLetter>> dead_letters(const DeadLetterFilter& filter) override {
    const std::lock_guard lock(mutex_);
    return dead_.list(filter);
  }
  Result<std::uint64_t> count_dead_letters(const DeadLetterFilter& filter) override {
    const std::lock_guard lock(mutex_);
    return dead_.count(filter);
  }
  Result<std::uint64_t> replay(std::span<const std::int64_t> ids, Timestamp now) override;
  Result<std::uint64_t> discard(std::span<const std::int64_t> ids) override;
  Result<std::optional<MessageFate>> fate(const Uuid& id) override;
  Result<bool> trim(Timestamp now) override;

 private:
  static Error no_sql() {
    return {Category::bug, "no_sql",
            "the memory store has no SQL: deploy on sqlite, or keep the handler's state elsewhere"};
  }

  // What units changed that others must hear of.
  struct Touched {
    explicit Touched(std::size_t channels) : wake(channels, false) {}
    std::vector<bool> wake;
    bool timer = false;
  };

  Result<void> check(ChannelNo no) const {
    if (!registered_)
      return Error{Category::bug, "not_registered", "register_topology() comes first"};
    if (no >= channels_.size())
      return Error{Category::bug, "no_such_channel",
                   "there is no channel number " + std::to_string(no)};
    return {};
  }
  Result<void> check_owned(ChannelNo no) const {
    if (Result<void> known = check(no); !known) return known;
    if (!channels_[no].owned) {
      return Error{Category::fenced, "lease_lost",
                   "channel " + std::string{topology_.channels[no].name} + " is not owned"};
    }
    return {};
  }

  Result<void> check_unit(const UnitOfWork& unit);
  Result<Committed> apply(UnitOfWork& unit, Touched& touched);
  bool send(Outgoing& outgoing);
  void append(Message&& message);
  void drop_passed(Stream& stream);
  void wake_all_of(const std::vector<bool>& channels) {
    StoreListener* told = listener_.load();
    for (std::size_t i = 0; told != nullptr && i < channels.size(); ++i) {
      if (channels[i]) told->wake(static_cast<ChannelNo>(i));
    }
  }

  const Topology& topology_;
  std::atomic<StoreListener*> listener_{nullptr};

  std::mutex mutex_;  // all below
  bool registered_ = false;
  std::vector<Stream> streams_;   // by MessageNo
  std::vector<Reader> readers_;   // by EndpointNo
  std::vector<Served> channels_;  // by ChannelNo
  std::multimap<Timestamp, Message> delayed_;
  memory::DeadLetters dead_;
  SentIds sent_;
  std::uint64_t position_ = 0;
  std::int64_t last_row_ = 0;
};

Error already_done() {
  return {Category::fenced, "already_done", "this delivery was consumed before"};
}

// All that can fail comes before the first change: a unit is applied whole or not at all.
Result<void> MemoryStore::check_unit(const UnitOfWork& unit) {
  if (!registered_)
    return Error{Category::bug, "not_registered", "register_topology() comes first"};
  if (unit.channel != no_channel && (unit.consumed || unit.put || !unit.ranges.empty())) {
    if (Result<void> owned = check_owned(unit.channel); !owned) return owned;
  }
  if (unit.consumed) {
    const Delivery& consumed = *unit.consumed;
    const Reader& reader = readers_[consumed.endpoint];
    Rows& rows = channels_[topology_.endpoints[consumed.endpoint].channel].rows;
    if (consumed.row != 0
            ? rows.find(consumed.row) == nullptr
            : consumed.ordinal <= reader.cursor || reader.done.contains(consumed.ordinal)) {
      return already_done();
    }
  }
  if (unit.put && unit.put->delivery.row != 0) {
    const Delivery& delivery = unit.put->delivery;
    if (channels_[topology_.endpoints[delivery.endpoint].channel].rows.find(delivery.row) ==
        nullptr)
      return already_done();
  }
  return sent_.check(unit, topology_);
}

// False: it was sent before.
bool MemoryStore::send(Outgoing& outgoing) {
  const Uuid id = outgoing.message.id;
  const MessageNo type = outgoing.message.type;
  Stream& stream = streams_[type];
  if (outgoing.given_id) {
    if (sent_.find(id) != nullptr) return false;
    if (outgoing.due || !stream.endpoints.empty()) {
      sent_.insert(id, {.type = type,
                        .digest = digest_of(outgoing.message.payload),
                        .sent_at = outgoing.message.created_at,
                        .due = outgoing.due,
                        .appended_at = outgoing.message.created_at,
                        .ordinal = stream.tail() + 1,
                        .dead = {}});
    }
  }
  if (outgoing.due) {
    ++stream.delayed;
    delayed_.emplace(*outgoing.due, std::move(outgoing.message));
  } else {
    append(std::move(outgoing.message));
  }
  return true;
}

Result<Committed> MemoryStore::apply(UnitOfWork& unit, Touched& touched) {
  if (Result<void> checked = check_unit(unit); !checked) return checked.error();
  Committed committed;
  for (Outgoing& outgoing : unit.outgoing) {
    const bool first =
        outgoing.due && (delayed_.empty() || *outgoing.due < delayed_.begin()->first);
    const MessageNo type = outgoing.message.type;
    const bool now = !outgoing.due;
    if (!send(outgoing)) {
      ++committed.sent_before;
    } else if (first) {
      touched.timer = true;
    } else if (now) {
      for (const ChannelNo reader : streams_[type].readers) touched.wake[reader] = true;
    }
  }
  std::uint32_t replays = 0;
  if (unit.consumed) {
    const Endpoint& endpoint = topology_.endpoints[unit.consumed->endpoint];
    if (unit.consumed->row != 0) {
      Rows& rows = channels_[endpoint.channel].rows;
      replays = rows.find(unit.consumed->row)->replays;
      if (rows.remove(unit.consumed->row)) touched.wake[endpoint.channel] = true;
    } else {
      Reader& reader = readers_[unit.consumed->endpoint];
      reader.done.mark(unit.consumed->ordinal, reader.cursor);
      // Now and then, so that memory stays flat without a trim().
      constexpr std::uint64_t kDropEvery = 64;
      if (unit.consumed->ordinal % kDropEvery == 0) drop_passed(streams_[endpoint.message]);
    }
  }
  for (const OrdinalRange& range : unit.ranges) {
    Reader& reader = readers_[range.endpoint];
    for (std::uint64_t ordinal = std::max(range.first, reader.cursor + 1); ordinal <= range.last;
         ++ordinal) {
      if (reader.done.empty() || !reader.done.contains(ordinal)) {
        reader.done.mark(ordinal, reader.cursor);
      }
    }
    drop_passed(streams_[topology_.endpoints[range.endpoint].message]);
  }
  if (unit.put) {
    Delivery& delivery = unit.put->delivery;
    const ChannelNo channel = topology_.endpoints[delivery.endpoint].channel;
    touched.wake[channel] = true;
    Rows& rows = channels_[channel].rows;
    if (delivery.row == 0) {
      committed.row = ++last_row_;
      rows.insert(committed.row, std::move(delivery), unit.put->waiting, replays);
    } else {
      committed.row = delivery.row;
      rows.rewrite(delivery, unit.put->waiting);
    }
  }
  if (unit.dead_letter) {
    unit.dead_letter->replays = replays;
    if (SentMessage* sent = sent_.find(unit.dead_letter->message.id);
        sent != nullptr && unit.consumed)
      sent->dead.insert(unit.consumed->endpoint);
    dead_.add(std::move(*unit.dead_letter));
  }
  return committed;
}

void MemoryStore::append(Message&& message) {
  Stream& stream = streams_[message.type];
  if (stream.endpoints.empty()) return;  // nobody will ever ask for it
  const bool lasting = !message.expires_at;
  stream.entries.push_back({++position_, lasting, std::move(message)});
}

void MemoryStore::drop_passed(Stream& stream) {
  std::uint64_t passed = stream.tail();
  for (const EndpointNo endpoint : stream.endpoints)
    passed = std::min(passed, readers_[endpoint].cursor);
  for (; stream.trimmed < passed; ++stream.trimmed) stream.entries.pop_front();
}

Result<StoredChannelStats> MemoryStore::stats(ChannelNo no, Timestamp) {
  const std::lock_guard lock(mutex_);
  if (Result<void> known = check(no); !known) return known.error();
  const Served& channel = channels_[no];
  StoredChannelStats stats;
  const auto note = [&](Timestamp created) {
    if (!stats.oldest || created < *stats.oldest) stats.oldest = created;
  };
  for (const EndpointNo endpoint : channel.endpoints) {
    const Reader& reader = readers_[endpoint];
    const Stream& stream = streams_[topology_.endpoints[endpoint].message];
    if (stream.tail() == reader.cursor) continue;
    stats.depth += stream.tail() - reader.cursor - reader.done.count();
    note(stream.at(reader.cursor + 1).message->created_at);
  }
  std::set<MessageNo> read;
  for (const EndpointNo endpoint : channel.endpoints)
    read.insert(topology_.endpoints[endpoint].message);
  for (const MessageNo message : read) stats.delayed += streams_[message].delayed;
  stats.depth += channel.rows.size();
  stats.waiting = channel.rows.waiting();
  for (const auto& [id, row] : channel.rows.all()) {
    note(row.delivery.message->created_at);
    if (!row.waiting && row.delivery.attempts > 0) ++stats.retrying;
  }
  stats.next_due = channel.rows.next_due();
  stats.dead = dead_.count_of(topology_.channels[no].name);
  if (channel.owned) {
    stats.in_flight = channel.activity.in_flight;
    stats.handled_per_s = channel.activity.handled_per_s;
  }
  return stats;
}

Result<std::uint64_t> MemoryStore::replay(std::span<const std::int64_t> ids, Timestamp now) {
  std::vector<bool> wake(channels_.size(), false);
  std::uint64_t replayed = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const std::int64_t id : ids) {
      DeadLetter* found = dead_.find(id);
      if (found == nullptr) continue;
      DeadLetter& dead = *found;
      const int endpoint = topology_.find_endpoint(dead.endpoint);
      if (endpoint < 0) continue;
      const ChannelNo channel = topology_.endpoints[static_cast<std::size_t>(endpoint)].channel;
      if (channel >= channels_.size()) continue;
      Delivery delivery;
      delivery.endpoint = static_cast<EndpointNo>(endpoint);
      delivery.ordinal = dead.ordinal;
      delivery.position = dead.position;
      delivery.due = now;
      delivery.errors = std::move(dead.errors);
      delivery.message = std::move(dead.message);
      if (SentMessage* sent = sent_.find(delivery.message->id); sent != nullptr)
        sent->dead.erase(delivery.endpoint);
      channels_[channel].rows.insert(++last_row_, std::move(delivery), false, dead.replays + 1);
      dead_.erase(id);
      wake[channel] = true;
      ++replayed;
    }
  }
  wake_all_of(wake);
  return replayed;
}

Result<std::uint64_t> MemoryStore::discard(std::span<const std::int64_t> ids) {
  const std::lock_guard lock(mutex_);
  std::uint64_t discarded = 0;
  for (const std::int64_t id : ids) discarded += dead_.erase(id);
  return discarded;
}

Result<std::optional<MessageFate>> MemoryStore::fate(const Uuid& id) {
  const std::lock_guard lock(mutex_);
  const SentMessage* sent = sent_.find(id);
  if (sent == nullptr) return std::optional<MessageFate>{};
  MessageFate fate;
  fate.message_type = topology_.messages[sent->type].wire_name;
  fate.sent_at = sent->sent_at;
  fate.delayed_until = sent->due;
  if (!sent->due) {
    for (const EndpointNo no : streams_[sent->type].endpoints) {
      const Endpoint& endpoint = topology_.endpoints[no];
      const bool done =
          sent->ordinal <= readers_[no].cursor || readers_[no].done.contains(sent->ordinal);
      fate.endpoints.push_back(memory::fate_of(*sent, no, done, channels_[endpoint.channel].rows));
      EndpointFate& last = fate.endpoints.back();
      last.endpoint = endpoint.id;
      if (last.state == EndpointFate::State::dead) dead_.describe(id, last);
    }
  }
  return std::optional{std::move(fate)};
}

Result<bool> MemoryStore::trim(Timestamp now) {
  const std::lock_guard lock(mutex_);
  for (Stream& stream : streams_) drop_passed(stream);
  sent_.trim(topology_, now);
  dead_.trim(topology_, now);
  return false;
}

}  // namespace

Result<std::unique_ptr<Store>> open_memory(const std::string&, const Topology& topology, Clock&) {
  return std::unique_ptr<Store>(std::make_unique<MemoryStore>(topology));
}

}  // namespace flow
