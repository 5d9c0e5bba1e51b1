#include "store/sqlite/intake.h"

#include <algorithm>
#include <limits>

#include "store/sqlite/codec.h"
#include "store/sqlite/snapshot.h"

namespace flow::sqlite {

namespace {

// How far ahead of what was handed out is marked as begun: enough that a commit for it alone is
// rare, few enough that what a crash makes rows of is handled quickly.
constexpr std::uint64_t kAheadMin = 256, kAheadMax = 8192;

Error not_owned(const Topology& topology, ChannelNo channel) {
  return {
      Category::fenced, "lease_lost",
      "channel " + std::string{topology.channels[channel].name} + " is not owned by this process"};
}

}  // namespace

struct Intake::Page {
  std::uint64_t reach =
      std::numeric_limits<std::uint64_t>::max();  // positions beyond it may be missing
  bool short_of_claim = false;
};

Intake::Intake(const Topology& topology, HandedOut& handed_out, Writer& writer,
               std::unique_ptr<Database> reader)
    : topology_(topology), handed_out_(handed_out), writer_(writer), reader_(std::move(reader)) {
  for (std::size_t i = 0; i < topology.channels.size(); ++i)
    channels_.push_back(std::make_unique<Channel>());
}

void Intake::set_ids(std::shared_ptr<const Ids> ids) {
  const std::lock_guard lock(mutex_);
  ids_ = std::move(ids);
}

std::shared_ptr<const Ids> Intake::ids() const {
  const std::lock_guard lock(mutex_);
  return ids_;
}

std::vector<Intake::Reading> Intake::start_of(ChannelNo no, Catalog& catalog) const {
  std::vector<Reading> endpoints;
  for (std::size_t i = 0; i < topology_.endpoints.size(); ++i) {
    const EndpointState* endpoint = catalog.endpoint(static_cast<EndpointNo>(i));
    if (endpoint == nullptr || topology_.endpoints[i].channel != no) continue;
    endpoints.push_back({.no = static_cast<EndpointNo>(i),
                         .stream = catalog.streams[endpoint->stream].id,
                         .cursor = endpoint->cursor,
                         .done = endpoint->done});
  }
  return endpoints;
}

void Intake::own(ChannelNo no, std::vector<Reading> endpoints) {
  Channel& channel = *channels_[no];
  const std::lock_guard lock(channel.mutex);
  for (const Reading& reading : endpoints) {
    handed_out_.last[reading.no] = reading.cursor;
    handed_out_.ahead[reading.no] = kAheadMin;
  }
  channel.endpoints = std::move(endpoints);
  channel.owned = true;
}

void Intake::disown(ChannelNo no) {
  channels_[no]->owned = false;
}

Result<void> Intake::load(ChannelNo no, std::size_t max, std::vector<Delivery>& out) {
  if (max == 0) return {};
  Channel& channel = *channels_[no];
  const std::lock_guard lock(channel.mutex);
  if (!channel.owned.load()) return not_owned(topology_, no);
  std::vector<Delivery> found;
  found.reserve(std::min<std::size_t>(max, 1024));
  for (int round = 0; round < 2; ++round) {
    std::vector<Reading> short_of;
    found.clear();
    if (Result<void> read = read_pages(channel, max, found, short_of); !read) return read;
    if (short_of.empty() || round == 1) break;
    Result<bool> extended = extend(short_of, max);
    if (!extended) return extended.error();
    if (!channel.owned.load()) return not_owned(topology_, no);
    if (!*extended) break;
  }
  if (found.size() > max) found.resize(max);
  for (const Delivery& delivery : found) handed_out_.last[delivery.endpoint] = delivery.ordinal;
  out.insert(out.end(), std::make_move_iterator(found.begin()),
             std::make_move_iterator(found.end()));
  return {};
}

Result<void> Intake::read_pages(Channel& channel, std::size_t max, std::vector<Delivery>& found,
                                std::vector<Reading>& short_of) {
  const std::lock_guard lock(mutex_);
  Snapshot snapshot(*reader_);
  if (Result<void> begun = snapshot.begin(); !begun) return begun;
  const std::size_t page_max =
      channel.endpoints.size() <= 1 ? max : max / channel.endpoints.size() + 8;
  std::uint64_t reach = std::numeric_limits<std::uint64_t>::max();
  for (const Reading& reading : channel.endpoints) {
    Page page;
    if (Result<void> read = read_page(reading, page_max, found, page); !read) return read;
    reach = std::min(reach, page.reach);
    if (page.short_of_claim) short_of.push_back(reading);
  }
  if (channel.endpoints.size() > 1) {
    std::ranges::sort(found, {}, [](const Delivery& d) {
      return std::pair{d.position, d.endpoint};
    });
    std::erase_if(found, [&](const Delivery& d) { return d.position > reach; });
  }
  if (channel.endpoints.empty() || found.empty()) return {};
  const ChannelNo no = topology_.endpoints[channel.endpoints.front().no].channel;
  if (!topology_.channels[no].ordered_by_key) return {};
  return look_up_keys(ids_->channels[no], found);
}

Result<void> Intake::read_page(const Reading& reading, std::size_t max,
                               std::vector<Delivery>& found, Page& page) {
  Run state = reader_->query(
      "SELECT e.claimed, s.tail FROM flow_endpoint AS e JOIN flow_stream AS s ON s.id = e.stream "
      "WHERE e.id = ?",
      ids_->endpoints[reading.no]);
  if (!state.next()) return state.ok() ? Result<void>{} : state.error();
  const std::uint64_t claimed = state.number(0), tail = state.number(1);
  const std::uint64_t last = handed_out_.last[reading.no];
  const MessageNo type = topology_.endpoints[reading.no].message;
  const std::uint64_t limit = std::min(claimed, tail);
  std::uint64_t at = last, position = 0;
  std::size_t count = 0;
  if (limit > last) {
    Run run = reader_->query("SELECT id, position, " FLOW_MESSAGE_COLUMNS
                             " FROM flow_log WHERE id > ? AND id <= ? ORDER BY id",
                             log_id(reading.stream, last), log_id(reading.stream, limit));
    while (count < max && run.next()) {
      at = log_ordinal(run.integer(0));
      position = run.number(1);
      if (reading.done.contains(at)) continue;
      Delivery& delivery = found.emplace_back();
      delivery.endpoint = reading.no;
      delivery.ordinal = at;
      delivery.position = position;
      delivery.message = read_message(run, 2, type);
      ++count;
    }
    if (!run.ok()) return run.error();
    if (count < max) at = limit;
  }
  if (at < tail) page.reach = position;  // what follows was left out
  page.short_of_claim = count < max && at < tail;
  return {};
}

Result<bool> Intake::extend(const std::vector<Reading>& short_of, std::size_t max) {
  bool extended = false;
  Result<void> done = writer_.perform(
      [&](Transaction& transaction) -> Result<void> {
        for (const Reading& reading : short_of) {
          EndpointState* endpoint = transaction.catalog.endpoint(reading.no);
          if (endpoint == nullptr ||
              transaction.catalog.channels[endpoint->channel].node != transaction.node)
            continue;
          const std::uint64_t ahead = std::clamp<std::uint64_t>(2 * max, kAheadMin, kAheadMax);
          handed_out_.ahead[reading.no] = ahead;
          const std::uint64_t wanted =
              handed_out_.last[reading.no] + std::max<std::uint64_t>(ahead, max);
          // Already further than the reader saw: a cursor's move has taken it along, and is
          // committed when this is. To read again is what is missing then.
          extended = true;
          if (wanted <= endpoint->claimed) continue;
          endpoint->claimed = wanted;
          endpoint->dirty = true;
        }
        return {};
      },
      false);
  if (!done) return done.error();
  return extended;
}

Result<void> Intake::look_up_keys(std::int64_t channel, std::vector<Delivery>& found) {
  Result<std::int64_t> any =
      reader_->scalar("SELECT EXISTS(SELECT 1 FROM flow_row WHERE channel = ?)", channel);
  if (!any) return any.error();
  if (*any == 0) return {};
  for (Delivery& delivery : found) {
    if (!delivery.message->key) continue;
    Result<std::int64_t> held = reader_->scalar(
        "SELECT EXISTS(SELECT 1 FROM flow_row WHERE channel = ? AND key = ? AND position <= ?)",
        channel, delivery.message->key, to_sql(delivery.position));
    if (!held) return held.error();
    delivery.key_held = *held != 0;
  }
  return {};
}

Result<void> Intake::load_rows(ChannelNo no, Timestamp now, std::size_t max,
                               std::vector<Delivery>& out) {
  if (!channels_[no]->owned.load()) return not_owned(topology_, no);
  const std::lock_guard lock(mutex_);
  Run run = reader_->query(
      "SELECT id, endpoint, ordinal, position, attempts, due, errors, stream, " FLOW_MESSAGE_COLUMNS
      " FROM flow_row WHERE channel = ? AND due <= ? AND endpoint IN " +
          ids_->endpoint_list[no] + " ORDER BY due, id LIMIT ?",
      ids_->channels[no], to_sql(now), static_cast<std::int64_t>(max));
  while (run.next()) {
    Delivery delivery;
    delivery.row = run.integer(0);
    const auto endpoint = ids_->endpoint_of.find(run.integer(1));
    if (endpoint == ids_->endpoint_of.end()) continue;
    delivery.endpoint = endpoint->second;
    delivery.ordinal = run.number(2);
    delivery.position = run.number(3);
    delivery.attempts = static_cast<std::uint32_t>(run.integer(4));
    delivery.due = from_sql(run.integer(5));
    delivery.errors = errors_from_text(run.text(6));
    const auto type = ids_->message_of_stream.find(run.integer(7));
    delivery.message =
        read_message(run, 8, type == ids_->message_of_stream.end() ? kNoMessage : type->second);
    out.push_back(std::move(delivery));
  }
  if (!run.ok()) return run.error();
  return {};
}

Result<std::optional<Timestamp>> Intake::next_due(ChannelNo no) {
  const std::lock_guard lock(mutex_);
  Run run = reader_->query(
      "SELECT min(due) FROM flow_row WHERE channel = ? AND due IS NOT NULL AND endpoint IN " +
          ids_->endpoint_list[no],
      ids_->channels[no]);
  if (!run.next()) return run.error();
  if (run.is_null(0)) return std::optional<Timestamp>{};
  return std::optional{from_sql(run.integer(0))};
}

}  // namespace flow::sqlite
