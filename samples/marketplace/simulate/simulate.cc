#include "simulate/simulate.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "flow/host.h"
#include "handlers/analytics.h"
#include "handlers/catalogue.h"
#include "handlers/matching.h"
#include "handlers/notification.h"
#include "handlers/orders.h"
#include "handlers/tables.h"
#include "input/order_reader.h"
#include "simulate/feed.h"
#include "simulate/progress.h"
#include "simulate/report.h"

namespace shop {
namespace {

using namespace std::chrono_literals;
using Bus = marketplace::MarketplaceService::Bus;

// Until it goes, Ctrl-C and SIGTERM are noted instead of ending the process. It must be there
// before the threads are.
class Signals {
 public:
  Signals() {
    sigemptyset(&watched_);
    sigaddset(&watched_, SIGINT);
    sigaddset(&watched_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  }
  ~Signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  bool stop_asked() const {
    const timespec at_once{};
    return sigtimedwait(&watched_, nullptr, &at_once) > 0;
  }

 private:
  sigset_t watched_{};
  sigset_t before_{};
};

// The usual handlers, each behind its faults, in a service.
struct Marketplace {
  explicit Marketplace(const SimulateOptions& options)
      : notification(options.receipts), faults(options.faults) {}

  Orders orders;
  Notification notification;
  Matching matching;
  Analytics analytics;
  Faults faults;
  FaultyNotification faulty_notification{notification, faults};
  FaultyMatching faulty_matching{matching, faults};
  FaultyAnalytics faulty_analytics{analytics, faults};
  marketplace::MarketplaceService service{{.orders = orders,
                                           .customer_notification = faulty_notification,
                                           .provider_matching = faulty_matching,
                                           .analytics = faulty_analytics}};
};

std::unique_ptr<Source> source_of(const SimulateOptions& options) {
  if (options.data) return std::make_unique<FolderSource>(*options.data);
  return std::make_unique<GeneratedSource>(Generator{options.generator});
}

// Only a SQLite file is removed: a wrong --store must not cost anything else.
void remove_store(const std::filesystem::path& store) {
  std::ifstream file{store, std::ios::binary};
  char start[16] = {};
  file.read(start, sizeof start);
  if (file.gcount() > 0 && std::string_view{start, 15} != "SQLite format 3") {
    throw InputError(store.string() + " is not a store of ours, so --fresh does not remove it");
  }
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(store.string() + suffix);
}

// Makes the store ready for this source, or says why it is not.
void set_up(Marketplace& marketplace, const SimulateOptions& options, const Source& source,
            DirtyLines& dirty) {
  const auto catalogue =
      options.resume ? decltype(read_catalogue(source, dirty)){} : read_catalogue(source, dirty);
  marketplace.service.bus().unit_of_work([&](Bus&, flow::Sql& sql) {
    create_tables(sql);
    create_feed_table(sql);
    const auto fed = read_fed(sql);
    if (options.resume) {
      if (!fed) throw InputError(options.store + " holds no run to resume");
      return;
    }
    if (fed && fed->source != source.name()) {
      throw InputError(options.store + " holds a run of " + fed->source +
                       ": give --fresh to begin anew, or another --store");
    }
    Catalogue::write(sql, catalogue);
  });
}

// Feeds in a thread of its own, and watches. False: stopped before the end.
bool run(flow::Host& host, Feeder* feeder, const Signals& signals, Progress& progress) {
  std::exception_ptr failed;
  std::atomic<bool> feeding = feeder != nullptr;
  std::jthread thread;
  if (feeder != nullptr) {
    thread = std::jthread{[&](const std::stop_token& stop) {
      try {
        feeder->run(stop);
      } catch (...) {
        failed = std::current_exception();
      }
      feeding = false;
    }};
  }
  const auto sent = [&] { return feeder == nullptr ? 0 : feeder->sent(); };
  bool stopped = false;
  while (!stopped) {
    // Whatever is due within a day is waited for: a pending retry is work to do.
    const bool was_feeding = feeding;
    const bool idle = host.wait_idle(200ms, 24h);
    if (idle && !was_feeding) break;
    if (idle) std::this_thread::sleep_for(20ms);
    progress.show(sent(), host);
    stopped = signals.stop_asked() || host.unhealthy();
  }
  thread.request_stop();
  if (thread.joinable()) thread.join();
  progress.finish(sent(), host);
  if (failed) std::rethrow_exception(failed);
  return !stopped;
}

}  // namespace

int simulate(const SimulateOptions& options, std::ostream& out) {
  const auto started = std::chrono::steady_clock::now();
  const std::unique_ptr<Source> source = source_of(options);
  const Signals signals;
  Marketplace marketplace{options};
  if (options.fresh) {
    source->open("orders.csv");  // a mistyped folder must not cost the last run
    remove_store(options.store);
    marketplace.notification.clear();
  }

  flow::HostOptions host_options;
  host_options.store_path = options.store;
  auto opened = flow::Host::open(marketplace.service, host_options);
  if (!opened) throw InputError(opened.error().text);
  flow::Host& host = **opened;

  Feeder feeder{marketplace.service, *source, options.rate};
  set_up(marketplace, options, *source, feeder.dirty());
  host.start();
  Progress progress{out, ::isatty(STDOUT_FILENO) == 1, options.quiet};
  const bool ended = run(host, options.resume ? nullptr : &feeder, signals, progress);

  Fed fed;
  marketplace.service.bus().unit_of_work(
      [&](Bus&, flow::Sql& sql) { fed = read_fed(sql).value(); });
  if (!fed.all && !options.resume) fed.totals = feeder.totals();
  Report report = gather(marketplace.service, host, marketplace.notification, fed);
  if (!options.resume) report.dirty = &feeder.dirty();
  report.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  print(out, report);
  if (options.report) {
    std::ofstream file{*options.report, std::ios::trunc};
    file << to_json(report);
    file.close();
    if (!file) throw InputError("cannot write the report to " + *options.report);
  }
  const bool drained = host.drain();
  if (!ended) out << "Stopped. The same command without --fresh goes on.\n";
  return ended && drained ? 0 : 1;
}

}  // namespace shop
