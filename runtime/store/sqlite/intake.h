#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/store_serving.h"
#include "store/sqlite/catalog.h"
#include "store/sqlite/database.h"
#include "store/sqlite/writer.h"

namespace flow::sqlite {

/// The read side of the channels this process owns. Thread-safe; loads of one channel take turns.
class Intake {
 public:
  Intake(const Topology& topology, HandedOut& handed_out, Writer& writer,
         std::unique_ptr<Database> reader);

  void set_ids(std::shared_ptr<const Ids> ids);
  struct Reading {
    EndpointNo no = 0;
    std::int64_t stream = 0;
    std::uint64_t cursor = 0;  // at the claim
    Ordinals done{};           // at the claim: not handed out again
  };
  /// In a task of the writer: what the channel's endpoints continue from.
  std::vector<Reading> start_of(ChannelNo channel, Catalog& catalog) const;
  void own(ChannelNo channel, std::vector<Reading> endpoints);
  void disown(ChannelNo channel);
  bool owns(ChannelNo channel) const { return channels_[channel]->owned.load(); }

  Result<void> load(ChannelNo channel, std::size_t max, std::vector<Delivery>& out);
  Result<void> load_rows(ChannelNo channel, Timestamp now, std::size_t max,
                         std::vector<Delivery>& out);
  Result<std::optional<Timestamp>> next_due(ChannelNo channel);

 private:
  struct Channel {
    std::mutex mutex;
    std::atomic<bool> owned{false};
    std::vector<Reading> endpoints;  // those that have an id
  };
  struct Page;

  /// Commits that more may be handed out, where `max` needs it. True: something was extended.
  Result<bool> extend(const std::vector<Reading>& short_of, std::size_t max);
  Result<void> read_pages(Channel& channel, std::size_t max, std::vector<Delivery>& found,
                          std::vector<Reading>& short_of);
  Result<void> read_page(const Reading& reading, std::size_t max, std::vector<Delivery>& found,
                         Page& page);
  Result<void> look_up_keys(ChannelNo channel, std::vector<Delivery>& found);
  std::shared_ptr<const Ids> ids() const;

  const Topology& topology_;
  HandedOut& handed_out_;
  Writer& writer_;
  std::vector<std::unique_ptr<Channel>> channels_;

  mutable std::mutex mutex_;  // the reader and ids_
  std::unique_ptr<Database> reader_;
  std::shared_ptr<const Ids> ids_;
};

}  // namespace flow::sqlite
