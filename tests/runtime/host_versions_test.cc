// Two programs with two contracts on one store, both running.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "host_support.h"
#include "store/sqlite/sqlite_store.h"
#include "store_fixture.h"

using namespace host_test;

namespace {

using flow::Handling;

/// What was handled, by whom: `program endpoint` to the keys in order.
struct Seen {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, std::vector<std::string>> keys;
  bool unreadable = false;

  void note(const std::string& who, const flow::Message& message) {
    const std::lock_guard lock(mutex);
    keys[who].push_back(message.key.value_or(""));
    changed.notify_all();
  }
  template <typename Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 30s, condition);
  }
};

World versioned(std::uint16_t version, bool with_totals, const std::string& path) {
  World world;
  world.messages = {{"shop.Placed", version, flow::MessageKind::event, true}};
  flow::ChannelPolicy work{.name = "work", .ordered_by_key = true};
  world.channels = {work};
  world.endpoints = {{.id = "mail", .handler = "mail", .message = 0, .channel = 0, .call = call}};
  if (with_totals) {
    world.endpoints.push_back(
        {.id = "totals", .handler = "totals", .message = 0, .channel = 0, .call = call});
  }
  world.deployments = {{.name = "dev",
                        .store_kind = flow::StoreKind::sqlite,
                        .store_path = {.text = path},
                        .open_store = flow::open_sqlite}};
  return world;
}

std::unique_ptr<Running> run(const std::string& name, std::uint16_t version, bool with_totals,
                             const std::string& path, Seen& seen) {
  auto running = std::make_unique<Running>(
      versioned(version, with_totals, path), [name, version, &seen](Handling& handling) {
        if (flow::version_of(handling.message()).value_or(0) > version) {
          const std::lock_guard lock(seen.mutex);
          seen.unreadable = true;
        }
        seen.note(name + " " + std::string{handling.endpoint_id()}, handling.message());
      });
  running->host->start();
  return running;
}

}  // namespace

TEST_CASE("two contracts side by side: each handles what it knows, nothing is lost or doubled") {
  store_test::TempDir folder;
  const std::string path = folder.file("store.db");
  Seen seen;
  std::set<std::string> sent;
  const auto publish = [&](Running& by, const std::string& prefix) {
    for (int i = 0; i < 20; ++i) {
      sent.insert(prefix + std::to_string(i));
      by.emit(0, prefix + std::to_string(i));
    }
  };
  auto old = run("old", 1, false, path, seen);
  auto newer = run("new", 2, true, path, seen);
  publish(*old, "a");
  publish(*newer, "b");  // of version 2
  REQUIRE(seen.wait([&] { return seen.keys["new totals"].size() == sent.size(); }));
  old.reset();
  old = run("old", 1, false, path, seen);  // a restart of the old one takes nothing away
  publish(*newer, "c");
  publish(*old, "d");
  REQUIRE(seen.wait([&] {
    return seen.keys["new totals"].size() == sent.size() &&
           seen.keys["old mail"].size() + seen.keys["new mail"].size() == sent.size();
  }));
  newer.reset();
  old.reset();
  const auto& totals = seen.keys["new totals"];
  CHECK(std::set<std::string>(totals.begin(), totals.end()) == sent);
  std::vector<std::string> mails = seen.keys["old mail"];
  mails.insert(mails.end(), seen.keys["new mail"].begin(), seen.keys["new mail"].end());
  CHECK(std::set<std::string>(mails.begin(), mails.end()) == sent);
  CHECK(mails.size() == sent.size());
  CHECK_FALSE(seen.unreadable);
}

TEST_CASE("a rollback starts, says what waits, and goes on with what it reads") {
  store_test::TempDir folder;
  const std::string path = folder.file("store.db");
  Seen seen;
  {
    auto newer = run("new", 2, true, path, seen);
    REQUIRE(newer->host->drain());
    newer->emit(0, "waits");
  }
  auto old = run("old", 1, false, path, seen);
  CHECK(old->logged("endpoint `totals` on channel `work` has 1 delivery"));
  old->emit(0, "waits");  // behind the other, of its key
  old->emit(0, "goes on");
  REQUIRE(seen.wait([&] { return seen.keys["old mail"].size() == 1; }));
  CHECK(seen.keys["old mail"][0] == "goes on");
  REQUIRE(old->host->wait_idle(10s));  // what it cannot handle is no work of its
  CHECK(old->host->channel_stats().value().at(0).dead == 0);
  auto newer = run("new", 2, true, path, seen);
  REQUIRE(seen.wait(
      [&] { return seen.keys["new totals"].size() == 3 && seen.keys["new mail"].size() == 2; }));
  CHECK(seen.keys["new mail"] == std::vector<std::string>{"waits", "waits"});
  CHECK_FALSE(seen.unreadable);
}
