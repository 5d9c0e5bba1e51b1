#include "store/sqlite/sqlite_store.h"

#include <atomic>
#include <mutex>

#include "store/sqlite/codec.h"
#include "store/sqlite/intake.h"
#include "store/sqlite/operators.h"
#include "store/sqlite/ownership.h"
#include "store/sqlite/reading.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sent.h"
#include "store/sqlite/watch.h"
#include "store/sqlite/writer.h"

namespace flow {

namespace sqlite {
namespace {

// Dead letters replayed or discarded in one transaction: others' units wait for it.
constexpr std::size_t kIdsAtOnceMax = 500;

// A handler may hold the write side for as long as it may run, and a little longer until it is
// fenced.
microseconds patience_of(const Topology& topology) {
  constexpr microseconds kFenced{2'000'000};
  microseconds longest{0};
  for (const ChannelPolicy& channel : topology.channels)
    longest = std::max(longest, channel.timeout);
  return longest + kFenced;
}

Result<Ids> read_ids(Database& reader, const Topology& topology) {
  HandedOut unused(topology.endpoints.size());
  Catalog catalog(topology, unused);
  if (Result<void> begun = reader.run("BEGIN"); !begun) return begun.error();
  const Result<void> read = catalog.read(reader);
  (void)reader.run("COMMIT");
  if (!read) return read.error();
  return ids_of(catalog);
}

class SqliteStore final : public Store {
 public:
  SqliteStore(const Topology& topology, Clock& clock, std::unique_ptr<Database> writer,
              std::unique_ptr<Database> reader, std::unique_ptr<Database> operator_reader,
              std::int64_t found, Ids ids, microseconds patience)
      : topology_(topology),
        clock_(clock),
        version_{found, kSchemaVersion},
        self_(this_process()),
        path_(writer->path()),
        handed_out_(topology.endpoints.size()),
        writer_(std::move(writer), topology, handed_out_, clock, patience),
        intake_(topology, handed_out_, writer_, std::move(reader)),
        readings_(path_),
        reader_(std::move(operator_reader)),
        ids_(std::make_shared<const Ids>(std::move(ids))) {
    intake_.set_ids(ids_);
  }

  ~SqliteStore() override {
    watch_.reset();
    writer_.listen(nullptr);
    writer_.hurry();
    if (!has_claimed_) return;
    // Not a release: whoever claims next recovers what was begun, but need not wait for the lease
    // to end.
    (void)writer_.perform(
        [](Transaction& t) {
          return t.node == 0 ? Result<void>{}
                             : t.database.run("DELETE FROM flow_node WHERE id = ?", t.node);
        },
        false);
  }

  StoreVersion version() const override { return version_; }

  Result<void> register_topology() override {
    Result<void> done =
        writer_.perform([](Transaction& t) { return sqlite::register_topology(t); }, true);
    return done ? refresh_ids() : done;
  }

  Result<std::vector<Orphan>> orphans() override {
    const std::lock_guard lock(reader_mutex_);
    return read_orphans(*reader_, topology_);
  }

  Result<std::uint64_t> retire(const std::string& endpoint) override {
    std::uint64_t moved = 0;
    Result<void> done = writer_.perform(
        [&](Transaction& t) { return sqlite::retire(t, endpoint, clock_.now(), moved); }, true);
    if (!done) return done.error();
    return moved;
  }

  void listen(StoreListener* listener) override {
    watch_.reset();
    writer_.listen(listener);
    if (listener == nullptr) return;
    foreign_ = foreign_commits();
    Result<std::unique_ptr<Watch>> watch = Watch::start(path_, [this, listener] {
      const std::int64_t foreign = foreign_commits();
      if (foreign > foreign_) {
        foreign_ = foreign;
        listener->wake_all();
      }
    });
    if (watch) {
      watch_ = std::move(*watch);
    } else {
      listener->alarm(watch.error().text);
    }
  }

  Result<bool> claim(ChannelNo channel) override {
    if (Result<void> known = check(channel); !known) return known.error();
    if (intake_.owns(channel)) return true;
    {
      // Asked every second while another process serves the channel: no write for that.
      Result<bool> taken = alive_elsewhere(channel);
      if (!taken) return taken.error();
      if (*taken) return false;
    }
    bool claimed = false;
    has_claimed_ = true;
    std::vector<Intake::Reading> start;
    Result<void> done = writer_.perform(
        [&](Transaction& t) -> Result<void> {
          Result<void> tried = sqlite::claim(t, channel, self_, clock_.both(), claimed);
          if (tried && claimed) start = intake_.start_of(channel, t.catalog);
          return tried;
        },
        true);
    if (!done) return done.error();
    if (claimed) intake_.own(channel, std::move(start));
    return claimed;
  }

  void release(ChannelNo channel) override {
    if (!check(channel)) return;
    intake_.disown(channel);
    Result<void> done =
        writer_.perform([&](Transaction& t) { return sqlite::release(t, channel); }, true);
    (void)done;  // not released: the next owner recovers, nothing is lost
  }

  Result<void> renew(std::span<const ChannelActivity> activity) override {
    bool any = false;
    for (std::size_t i = 0; i < topology_.channels.size(); ++i)
      any = any || intake_.owns(static_cast<ChannelNo>(i));
    if (!any) return {};
    const std::string text = activity_to_text(topology_, activity);
    std::string lost;
    Result<void> done = writer_.perform(
        [&](Transaction& t) -> Result<void> {
          for (std::size_t i = 0; i < topology_.channels.size(); ++i) {
            const auto no = static_cast<ChannelNo>(i);
            const ChannelState* channel = t.catalog.channel(no);
            if (!intake_.owns(no) || (channel != nullptr && channel->node == t.node)) continue;
            intake_.disown(no);
            lost += (lost.empty() ? "" : ", ") + std::string{topology_.channels[i].name};
          }
          return sqlite::renew(t, text, clock_.both());
        },
        false);
    if (done && !lost.empty()) {
      return Error{Category::fenced, "lease_lost",
                   "another process took over " + lost + ": this one did not renew its lease for " +
                       std::to_string(kLease.count()) + " s"};
    }
    return done;
  }

  Result<void> load(ChannelNo channel, std::size_t max, std::vector<Delivery>& out) override {
    if (Result<void> known = check(channel); !known) return known;
    return intake_.load(channel, max, out);
  }
  Result<void> load_rows(ChannelNo channel, Timestamp now, std::size_t max,
                         std::vector<Delivery>& out) override {
    if (Result<void> known = check(channel); !known) return known;
    return intake_.load_rows(channel, now, max, out);
  }
  Result<std::optional<Timestamp>> next_due(ChannelNo channel) override {
    if (Result<void> known = check(channel); !known) return known.error();
    return intake_.next_due(channel);
  }

  Result<std::unique_ptr<SqlScope>> open_sql(microseconds timeout,
                                             const SqlCaller& caller) override {
    return writer_.open_sql(timeout, caller);
  }
  Result<std::unique_ptr<Sql>> open_reading() override { return readings_.open(); }
  void submit(UnitOfWork unit, CommitListener& listener, std::uint64_t token) override {
    writer_.submit(std::move(unit), listener, token);
  }
  void submit_all(std::vector<Submission>& units, CommitListener& listener) override {
    writer_.submit_all(units, listener);
  }
  bool withdraw(const CommitListener& listener, std::uint64_t token) override {
    return writer_.withdraw(listener, token);
  }
  std::optional<Error> waits_for_itself() const override { return writer_.waits_for_itself(); }
  std::string writer_now() const override { return writer_.holder(); }
  microseconds patience() const override { return writer_.patience(); }
  void hurry() noexcept override { writer_.hurry(); }

  Result<std::optional<Timestamp>> release_due(Timestamp now) override {
    Result<std::optional<Timestamp>> due = next_delayed();
    if (!due) return due;
    if (*due && **due <= now) {
      Result<void> done =
          writer_.perform([&](Transaction& t) { return sqlite::release_due(t, now); }, false);
      if (!done) return done.error();
      due = next_delayed();
      if (!due) return due;
    }
    writer_.set_timer(*due);
    return due;
  }

  Result<StoredChannelStats> stats(ChannelNo channel, Timestamp now) override {
    if (Result<void> known = check(channel); !known) return known.error();
    const std::lock_guard lock(reader_mutex_);
    return read_stats(*reader_, *ids_, topology_, channel, {now, clock_.steady()}, self_);
  }
  Result<std::vector<DeadLetter>> dead_letters(const DeadLetterFilter& filter) override {
    const std::lock_guard lock(reader_mutex_);
    return read_dead_letters(*reader_, topology_, filter);
  }
  Result<std::uint64_t> count_dead_letters(const DeadLetterFilter& filter) override {
    const std::lock_guard lock(reader_mutex_);
    return sqlite::count_dead_letters(*reader_, filter);
  }
  Result<std::uint64_t> replay(std::span<const std::int64_t> ids, Timestamp now) override {
    return in_chunks(
        ids, [&](Transaction& t, std::span<const std::int64_t> chunk, std::uint64_t& count) {
          return sqlite::replay(t, chunk, now, count);
        });
  }
  Result<std::uint64_t> discard(std::span<const std::int64_t> ids) override {
    return in_chunks(ids, [](Transaction& t, std::span<const std::int64_t> chunk,
                             std::uint64_t& count) { return sqlite::discard(t, chunk, count); });
  }
  Result<std::optional<MessageFate>> fate(const Uuid& id) override {
    const std::lock_guard lock(reader_mutex_);
    return read_fate(*reader_, id);
  }
  Result<bool> trim(Timestamp now) override {
    bool more = false;
    Result<void> done =
        writer_.perform([&](Transaction& t) { return sqlite::trim(t, now, more); }, true);
    if (!done) return done.error();
    return more;
  }

 private:
  Result<void> check(ChannelNo channel) const {
    if (channel < topology_.channels.size()) return {};
    return Error{Category::bug, "no_such_channel",
                 "there is no channel number " + std::to_string(channel)};
  }

  Result<void> refresh_ids() {
    const std::lock_guard lock(reader_mutex_);
    Result<Ids> read = read_ids(*reader_, topology_);
    if (!read) return read.error();
    ids_ = std::make_shared<const Ids>(std::move(*read));
    intake_.set_ids(ids_);
    return {};
  }

  Result<bool> alive_elsewhere(ChannelNo channel) {
    const std::lock_guard lock(reader_mutex_);
    Run run = reader_->query(
        "SELECT " FLOW_NODE_COLUMNS
        " FROM flow_channel AS c JOIN flow_node AS n ON n.id = c.node WHERE c.id = ?",
        ids_->channels[channel]);
    if (!run.next()) {
      if (!run.ok()) return run.error();
      return false;
    }
    return read_alive(run, 0, self_, clock_.both());
  }

  // What other processes committed, counted from when the store was made.
  std::int64_t foreign_commits() {
    const std::int64_t own = writer_.own_commits();
    const std::lock_guard lock(reader_mutex_);
    Result<std::int64_t> all = reader_->scalar("SELECT commits FROM flow_state");
    return all ? *all - own : foreign_;
  }

  Result<std::optional<Timestamp>> next_delayed() {
    const std::lock_guard lock(reader_mutex_);
    Run run = reader_->query("SELECT min(due) FROM flow_delayed");
    if (!run.next()) return run.error();
    if (run.is_null(0)) return std::optional<Timestamp>{};
    return std::optional{from_sql(run.integer(0))};
  }

  template <typename Work>
  Result<std::uint64_t> in_chunks(std::span<const std::int64_t> ids, Work work) {
    std::uint64_t total = 0;
    while (!ids.empty()) {
      const auto chunk = ids.first(std::min(ids.size(), kIdsAtOnceMax));
      ids = ids.subspan(chunk.size());
      std::uint64_t count = 0;
      Result<void> done = writer_.perform(
          [&](Transaction& t) {
            count = 0;  // it may be applied again
            return work(t, chunk, count);
          },
          false);
      if (!done) return done.error();
      total += count;
    }
    return total;
  }

  const Topology& topology_;
  Clock& clock_;
  const StoreVersion version_;
  const ProcessIdentity self_;
  const std::string path_;
  std::atomic<bool> has_claimed_{false};  // it may have a node's row
  HandedOut handed_out_;
  Writer writer_;
  Intake intake_;
  ReadingPool readings_;

  std::mutex reader_mutex_;  // the operators' reader and ids_
  std::unique_ptr<Database> reader_;
  std::shared_ptr<const Ids> ids_;
  std::int64_t foreign_ = 0;  // the watch's
  std::unique_ptr<Watch> watch_;
};

Result<std::unique_ptr<Store>> open(const std::string& path, const Topology& topology,
                                    Clock& clock) {
  std::int64_t found = 0;
  const microseconds patience = patience_of(topology);
  Result<std::unique_ptr<Database>> writer =
      open_writer(path, found, std::max(kPatience, patience));
  if (!writer) {
    if (writer.error().category != Category::busy) return writer.error();
    const std::optional<Holding> holder = HolderFile(path, this_process()).read();
    return not_free("busy", "the write lock of " + path + " was not free, so it cannot be opened",
                    holder ? holder->text() : "");
  }
  Result<std::unique_ptr<Database>> reader = open_reader(path);
  if (!reader) return reader.error();
  Result<std::unique_ptr<Database>> operators = open_reader(path);
  if (!operators) return operators.error();
  Result<Ids> ids = read_ids(**operators, topology);
  if (!ids) return ids.error();
  return std::unique_ptr<Store>(
      std::make_unique<SqliteStore>(topology, clock, std::move(*writer), std::move(*reader),
                                    std::move(*operators), found, std::move(*ids), patience));
}

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const Topology& topology,
                                           Clock& clock) {
  return sqlite::open(path, topology, clock);
}

}  // namespace flow
