// The whole command line on SQLite, with `run` in a process of its own: send, run, channels, dead
// letters, replay, SIGTERM. Waits are for conditions, with a limit that fails the test.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "cli_support.h"
#include "flow/handling.h"
#include "store/sqlite/sqlite_store.h"

using namespace cli_test;

namespace {

constexpr auto kPatience = 20s;

template <typename Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

void append(const std::string& path, const std::string& line) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const std::string whole = line + "\n";
  [[maybe_unused]] const ssize_t written = ::write(file, whole.data(), whole.size());
  ::close(file);
}

// What the handlers did, one line each.
int count(const std::string& path, const std::string& wanted) {
  std::ifstream in{path};
  int found = 0;
  for (std::string line; std::getline(in, line);) found += line == wanted ? 1 : 0;
  return found;
}

struct Fixture {
  Fixture()
      : path(directory.file("shop.db")),
        effects(directory.file("effects")),
        shop(flow::open_sqlite, path) {
    handlers.on = [this](flow::Handling& handling) { handle(handling); };
  }

  void handle(flow::Handling& handling) const {
    const std::string what =
        std::string{handling.endpoint_id()} + " " + handling.message().key.value_or("-");
    append(effects, "begin " + what);
    if (handling.endpoint_id() == "totals.total") return handling.reply("{\"total\":42}");
    if (what == "mail.receipt bad" && !std::filesystem::exists(directory.file("fixed"))) {
      throw flow::Reject("printer on fire");
    }
    if (what == "totals.add slow") {  // finishes only when the drain has been asked for
      while (!std::filesystem::exists(directory.file("finish"))) std::this_thread::sleep_for(2ms);
    }
    if (what == "totals.add stuck" || what.starts_with("mail.receipt jam")) {  // does not listen
      while (true) std::this_thread::sleep_for(10ms);
    }
    append(effects, what);
  }

  int run(std::vector<std::string> words) {
    words.insert(words.begin(), "shop");
    TestService service{shop.topology, handlers};
    console.output.clear();
    console.errors.clear();
    return flow::detail::run_command_line(service, words, console, clock);
  }
  void publish(const std::string& order) {
    REQUIRE(run({"publish", "Placed", "{\"order\":\"" + order + "\"}"}) == 0);
  }
  // The running process said so on its standard error.
  bool logged(const std::string& part) const {
    std::ifstream in{directory.file("stderr")};
    return std::string{std::istreambuf_iterator<char>{in}, {}}.find(part) != std::string::npos;
  }
  nlohmann::json json(std::vector<std::string> words) {
    words.emplace_back("--json");
    REQUIRE(run(std::move(words)) == 0);
    return nlohmann::json::parse(console.output);
  }

  TempDirectory directory;
  std::string path, effects;
  Shop shop;
  Handlers handlers;
  flow::SystemClock clock;
  TestConsole console;
};

// `run` in a forked process; its standard output comes through a pipe.
class Running {
 public:
  Running(Fixture& fixture, std::vector<std::string> more = {}) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      const int errors =
          ::open(fixture.directory.file("stderr").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
      ::dup2(errors, STDERR_FILENO);
      std::signal(SIGTERM, SIG_DFL);  // not the test program's
      std::signal(SIGINT, SIG_DFL);
      std::vector<std::string> words{"shop", "run"};
      words.insert(words.end(), more.begin(), more.end());
      std::vector<char*> argv;
      for (std::string& word : words) argv.push_back(word.data());
      TestService service{fixture.shop.topology, fixture.handlers};
      ::_exit(flow::main(service, static_cast<int>(argv.size()), argv.data()));
    }
    ::close(ends[1]);
    out_ = ends[0];
  }
  ~Running() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(out_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  bool says(const std::string& part) {
    return eventually([&] {
      pollfd ready{out_, POLLIN, 0};
      char buffer[512];
      while (output_.find(part) == std::string::npos && ::poll(&ready, 1, 0) > 0) {
        const ssize_t count = ::read(out_, buffer, sizeof(buffer));
        if (count <= 0) break;
        output_.append(buffer, static_cast<std::size_t>(count));
      }
      return output_.find(part) != std::string::npos;
    });
  }
  void signal(int number) const { ::kill(pid_, number); }
  // It watches for signals: SIGPIPE is ignored then, and not before.
  bool watches_signals() const {
    std::ifstream status{"/proc/" + std::to_string(pid_) + "/status"};
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with("SigIgn:")) continue;
      return (std::stoull(line.substr(7), nullptr, 16) >> (SIGPIPE - 1) & 1U) != 0;
    }
    return false;
  }
  // The exit code; -1 when it does not end.
  int exit_code() {
    int status = 0;
    if (!eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; })) return -1;
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  const std::string& output() const { return output_; }

 private:
  pid_t pid_ = 0;
  int out_ = -1;
  std::string output_;
};

}  // namespace

TEST_CASE("send, run, channels, dead letters, replay") {
  Fixture f;
  CHECK(f.run({"channels"}) == 1);
  CHECK(f.console.errors.find("there is no store at") != std::string::npos);
  f.publish("bad");
  f.publish("good");
  CHECK(f.json({"channels"})["channels"][0]["depth"] == 2);

  Running running{f};
  REQUIRE(running.says("shop is running: 2 channels on " + f.path + " (deployment dev)\n"));
  REQUIRE(eventually([&] {
    return count(f.effects, "totals.add bad") == 1 && count(f.effects, "mail.receipt good") == 1;
  }));
  REQUIRE(eventually([&] { return f.json({"dead-letters", "list"})["total"] == 1; }));
  const auto dead = f.json({"dead-letters", "list"})["dead_letters"][0];
  CHECK(dead["endpoint"] == "mail.receipt");
  CHECK(dead["key"] == "bad");
  CHECK(dead["reason"] == "printer on fire");
  CHECK(dead["category"] == "rejected");
  CHECK(f.run({"dead-letters", "show", std::to_string(dead["id"].get<int>()), "--payload"}) == 0);
  CHECK(f.console.output.find("{\"order\":\"bad\"}") != std::string::npos);
  REQUIRE(eventually([&] { return f.json({"channels"})["channels"][0]["depth"] == 0; }));
  CHECK(f.json({"channels"})["channels"][0]["dead"] == 1);

  REQUIRE(f.run({"ask", "Total", "{\"order\":\"good\"}"}) == 0);
  CHECK(f.console.output == "{\"total\":42}\n");

  f.publish("late");  // beside the running process, which is woken
  CHECK(eventually([&] { return count(f.effects, "totals.add late") == 1; }));

  append(f.directory.file("fixed"), "");
  REQUIRE(f.run({"dead-letters", "replay", "--endpoint", "mail.receipt"}) == 0);
  CHECK(f.console.output == "replayed 1 dead letter\n");
  CHECK(eventually([&] { return count(f.effects, "mail.receipt bad") == 1; }));
  CHECK(eventually([&] { return f.json({"channels"})["channels"][0]["depth"] == 0; }));
  CHECK(count(f.effects, "begin totals.add bad") == 1);  // a replay goes to that endpoint only
  CHECK(f.json({"dead-letters", "list"})["total"] == 0);

  running.signal(SIGTERM);
  CHECK(running.exit_code() == 0);
}

TEST_CASE("SIGTERM lets what runs finish, and hands over nothing twice") {
  Fixture f;
  Running running{f, {"--drain-deadline", "15s"}};
  REQUIRE(running.says("is running"));
  f.publish("slow");
  REQUIRE(eventually([&] { return count(f.effects, "begin totals.add slow") == 1; }));
  running.signal(SIGTERM);
  REQUIRE(eventually([&] { return f.logged("draining after SIGTERM"); }));
  append(f.directory.file("finish"), "");
  CHECK(running.says("shop has drained\n"));
  CHECK(running.exit_code() == 0);
  CHECK(count(f.effects, "totals.add slow") == 1);

  Running again{f};
  REQUIRE(again.says("is running"));
  REQUIRE(eventually([&] { return f.json({"channels"})["channels"][1]["depth"] == 0; }));
  again.signal(SIGINT);
  CHECK(again.exit_code() == 0);
  CHECK(count(f.effects, "begin totals.add slow") == 1);
}

TEST_CASE("a handler that does not stop cannot hold the process beyond the deadline") {
  Fixture f;
  f.publish("stuck");
  Running running{f, {"--drain-deadline", "200ms"}};
  REQUIRE(eventually([&] { return count(f.effects, "begin totals.add stuck") == 1; }));
  running.signal(SIGTERM);
  CHECK(running.says("shop has left after 200ms: what still ran will be handled again (exit 3)\n"));
  CHECK(running.exit_code() == 3);
  CHECK(f.json({"channels"})["channels"][1]["depth"] == 1);
}

TEST_CASE("in JSON, too: what was left behind, and the exit code") {
  Fixture f;
  f.publish("stuck");
  Running running{f, {"--drain-deadline", "200ms", "--json"}};
  REQUIRE(eventually([&] { return count(f.effects, "begin totals.add stuck") == 1; }));
  running.signal(SIGTERM);
  CHECK(running.says("{\"drained\":false,\"exit_code\":3}\n"));
  CHECK(running.exit_code() == 3);
}

TEST_CASE("too many stuck handlers: it drains, and leaves with 75 to be started again") {
  Fixture f;
  f.shop.channels[0].timeout = 20ms;  // of `mail`, two at once: more than two stuck are too many
  f.shop.channels[0].retry = {.now = 0, .delayed = 0};
  for (const char* order : {"jam1", "jam2", "jam3"}) f.publish(order);
  Running running{f, {"--drain-deadline", "200ms", "--json"}};
  CHECK(running.says("{\"drained\":false,\"exit_code\":75}\n"));
  CHECK(running.exit_code() == 75);
  CHECK(f.logged("too many handlers are stuck"));
}

TEST_CASE("a resent id says what became of the first, beside the process that handles it") {
  Fixture f;
  Running running{f};
  REQUIRE(running.says("is running"));
  const std::string id = "0190163d-8694-739b-aea5-966c26f8ad91";
  const std::vector<std::string> words{"publish", "Placed", "{\"order\":\"bad\"}", "--id", id};
  REQUIRE(f.run(words) == 0);
  REQUIRE(eventually([&] { return f.json({"dead-letters", "list"})["total"] == 1; }));
  REQUIRE(eventually([&] { return f.json({"channels"})["channels"][1]["depth"] == 0; }));
  REQUIRE(f.run(words) == 0);
  CAPTURE(f.console.output);
  CHECK(f.console.output.starts_with(id + "\nwas sent before at 20"));
  CHECK(f.console.output.ends_with(
      ": mail.receipt dead: printer on fire (dead letter 1); totals.add handled\n"));
  running.signal(SIGTERM);
  CHECK(running.exit_code() == 0);
  CHECK(count(f.effects, "begin totals.add bad") == 1);
}

TEST_CASE("a second signal ends now") {
  for (const auto& [number, code] : {std::pair{SIGTERM, 143}, std::pair{SIGINT, 130}}) {
    Fixture f;
    f.publish("stuck");
    Running running{f, {"--drain-deadline", "1h"}};
    REQUIRE(eventually([&] { return count(f.effects, "begin totals.add stuck") == 1; }));
    running.signal(number);
    REQUIRE(eventually([&] { return f.logged("draining after"); }));
    running.signal(number);
    CHECK(running.exit_code() == code);
  }
}

TEST_CASE("run waits for another process's transaction when it starts, and a signal ends that") {
  Fixture f;
  f.publish("good");
  // In a process of its own: SQLite takes a forked child for the same process.
  int held[2], go_on[2];
  REQUIRE(::pipe2(held, O_CLOEXEC) == 0);
  REQUIRE(::pipe2(go_on, O_CLOEXEC) == 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    sqlite3* shell = nullptr;
    sqlite3_open(f.path.c_str(), &shell);
    const int begun = sqlite3_exec(shell, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    [[maybe_unused]] const ssize_t told = ::write(held[1], begun == SQLITE_OK ? "y" : "n", 1);
    char end = 0;
    [[maybe_unused]] const ssize_t asked = ::read(go_on[0], &end, 1);
    ::_exit(0);
  }
  char is = 0;
  REQUIRE(::read(held[0], &is, 1) == 1);
  REQUIRE(is == 'y');
  {
    Running stopped{f};
    REQUIRE(eventually([&] { return stopped.watches_signals(); }));
    stopped.signal(SIGTERM);
    CHECK(stopped.exit_code() == 0);
    CHECK(f.logged("ended by a signal before it was running"));
  }
  Running running{f};
  REQUIRE(eventually([&] { return running.watches_signals(); }));
  REQUIRE(::write(go_on[1], "g", 1) == 1);
  CHECK(::waitpid(holder, nullptr, 0) == holder);
  REQUIRE(running.says("shop is running"));
  running.signal(SIGTERM);
  CHECK(running.exit_code() == 0);
  for (const int end : {held[0], held[1], go_on[0], go_on[1]}) ::close(end);
}

TEST_CASE("run says what is wrong, and writes metrics when asked") {
  Fixture f;
  CHECK(f.run({"run", "--deploy", "prod"}) == 1);
  CHECK(f.console.errors.find("there is `dev`, `test`") != std::string::npos);
  CHECK(f.run({"run", "--store", f.directory.file("no/folder/x.db")}) == 1);
  f.publish("good");
  const std::string metrics = f.directory.file("metrics.prom");
  Running running{f, {"--metrics-file", metrics, "--json"}};
  REQUIRE(running.says("\"running\":{\"service\":\"shop\",\"deployment\":\"dev\""));
  REQUIRE(eventually([&] { return count(f.effects, "totals.add good") == 1; }));
  running.signal(SIGTERM);
  CHECK(running.exit_code() == 0);
  std::ifstream in{metrics};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  CHECK(
      text.find(
          "flow_handled_total{service=\"shop\",endpoint=\"totals.add\",channel=\"totals\"} 1\n") !=
      std::string::npos);
}
