#include <doctest/doctest.h>
#include <llvm/ADT/Optional.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Program.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "commands/version.h"

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A directory of its own, which flowc is run in and which goes away.
class Workplace {
 public:
  Workplace() {
    std::string pattern = (fs::temp_directory_path() / "flowc-cli-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
  }
  ~Workplace() { fs::remove_all(root_); }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  std::string path(const std::string& name) const { return (root_ / name).string(); }

  /// Texts have `DIR` where this directory's path was.
  std::string relative(std::string text) const {
    const std::string path = root_.string();
    for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at)) {
      text.replace(at, path.size(), "DIR");
    }
    return text;
  }

 private:
  fs::path root_;
};

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

Outcome run(const Workplace& place, const std::vector<std::string>& arguments) {
  std::vector<llvm::StringRef> all{FLOWC};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const std::string out = place.path("stdout");
  const std::string err = place.path("stderr");
  const llvm::Optional<llvm::StringRef> redirects[] = {llvm::StringRef(""), llvm::StringRef(out),
                                                       llvm::StringRef(err)};
  fs::remove(out);  // the redirection does not cut what is there
  fs::remove(err);
  Outcome outcome;
  outcome.exit_code = llvm::sys::ExecuteAndWait(FLOWC, all, llvm::None, redirects);
  outcome.out = place.relative(read(out));
  outcome.err = place.relative(read(err));
  return outcome;
}

const char* const kGood = R"(module shop

public event OrderPlaced { key order_id: uuid }

channel mail { retry now 1, then 3 times exponential 1s..10m }

handlers Mail { receipt(OrderPlaced) via mail }

service shop { Mail }
)";

const char* const kBad = R"(module shop

public event OrderPlaced { key order_id: uuid }
channel mail { concurrency 0 }
handlers Mail { receipt(OrderPlaced) via mial }
service shop { Mail }
)";

const char* const kWarned = R"(module shop
public event OrderPlaced { key orderId: uuid }
handlers Mail { receipt(OrderPlaced) }
service shop { Mail }
)";

}  // namespace

TEST_CASE("check of a good program says nothing") {
  Workplace place;
  place.write("shop.flow", kGood);
  const Outcome outcome = run(place, {"check", place.path("shop.flow")});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out == "");
  CHECK(outcome.err == "");
}

TEST_CASE("check reports for people on standard error") {
  Workplace place;
  place.write("shop.flow", kBad);
  const Outcome outcome = run(place, {"check", place.path("shop.flow")});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.out == "");
  CHECK(outcome.err == R"(DIR/shop.flow:4:28: error: `concurrency` is at least 1 [FL0414]
     |
   4 | channel mail { concurrency 0 }
     |                            ^

DIR/shop.flow:5:42: error: channel `mial` is not declared [FL0201]
     |
   4 | channel mail { concurrency 0 }
     |         ---- similar name, declared here
   5 | handlers Mail { receipt(OrderPlaced) via mial }
     |                                          ^^^^
     = fix: did you mean `mail`?

2 errors
)");
}

TEST_CASE("check reports for programs on standard output") {
  Workplace place;
  place.write("shop.flow", kBad);
  const Outcome outcome = run(place, {"check", place.path("shop.flow"), "--format", "json"});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err == "");
  CHECK(outcome.out.rfind("{", 0) == 0);
  CHECK(outcome.out.find("\"diagnostics\"") != std::string::npos);
  CHECK(outcome.out.find("\"FL0201\"") != std::string::npos);
}

TEST_CASE("warnings pass, unless asked not to") {
  Workplace place;
  place.write("shop.flow", kWarned);
  const Outcome lenient = run(place, {"check", place.path("shop.flow")});
  CHECK(lenient.exit_code == 0);
  CHECK(lenient.err.find("warning: field `orderId` is not written in lower_snake [FL0802]") !=
        std::string::npos);
  CHECK(lenient.err.find("\n1 warning\n") != std::string::npos);
  CHECK(run(place, {"check", "--werror", place.path("shop.flow")}).exit_code == 1);
}

TEST_CASE("a file that is not there is an error of the program") {
  Workplace place;
  const Outcome outcome = run(place, {"check", place.path("nowhere.flow")});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("there is no file \"DIR/nowhere.flow\" [FL0001]") != std::string::npos);
}

TEST_CASE("build writes the C++ and a dependency file, and touches nothing the second time") {
  Workplace place;
  place.write("shop.flow", kGood);
  const std::vector<std::string> command{"build",     place.path("shop.flow"),
                                         "-o",        place.path("out"),
                                         "--depfile", place.path("out/shop.d")};
  const Outcome outcome = run(place, command);
  CHECK(outcome.err == "");
  CHECK(outcome.exit_code == 0);
  CHECK(place.relative(read(place.path("out/shop.d"))).find("DIR/out/shop.flow.cc:") == 0);
  REQUIRE(fs::exists(place.path("out/shop.flow.h")));
  const auto past = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(place.path("out/shop.flow.h"), past);
  const auto before = fs::last_write_time(place.path("out/shop.flow.h"));
  CHECK(run(place, command).exit_code == 0);
  CHECK(fs::last_write_time(place.path("out/shop.flow.h")) == before);
}

TEST_CASE("build of a program with errors writes nothing") {
  Workplace place;
  place.write("shop.flow", kBad);
  CHECK(run(place, {"build", place.path("shop.flow"), "-o", place.path("out")}).exit_code == 1);
  CHECK_FALSE(fs::exists(place.path("out")));
}

TEST_CASE("build of a service that is not declared") {
  Workplace place;
  place.write("shop.flow", kGood);
  const Outcome outcome =
      run(place, {"build", place.path("shop.flow"), "-o", place.path("out"), "--service", "shopp"});
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.err == "flowc: DIR/shop.flow declares no service `shopp`; did you mean `shop`?\n");
}

TEST_CASE("explain writes out a channel's defaults") {
  Workplace place;
  place.write("shop.flow", kGood);
  const Outcome outcome =
      run(place, {"explain", "channel", "mail", "--file", place.path("shop.flow")});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out == R"(channel mail {
  concurrency 8
  retry now 1, then 3 times exponential 1s..10m jitter 20%
  timeout 30s
  dead_letter keep 30d
}
declared at DIR/shop.flow:5:9
no capacity: the store's disk alone bounds it
used by:
  mail.receipt  (Mail.receipt, DIR/shop.flow:7:17)
)");
}

TEST_CASE("explain of an endpoint, and of one that is not there") {
  Workplace place;
  place.write("shop.flow", kGood);
  const Outcome outcome =
      run(place, {"explain", "endpoint", "mail.receipt", "--file", place.path("shop.flow")});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out.find("  takes      event shop.OrderPlaced\n") != std::string::npos);
  CHECK(outcome.out.find("from channel `mail`, in a unit of work of its own") != std::string::npos);
  const Outcome missing =
      run(place, {"explain", "endpoint", "mail.recept", "--file", place.path("shop.flow")});
  CHECK(missing.exit_code == 1);
  CHECK(missing.err ==
        "flowc: DIR/shop.flow has no endpoint `mail.recept`; did you mean `mail.receipt`?\n");
}

TEST_CASE("explain prints the page of a diagnostic") {
  Workplace place;
  const Outcome outcome = run(place, {"explain", "FL0201"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out.rfind("# FL0201: ", 0) == 0);
  CHECK(run(place, {"explain", "FL0999"}).exit_code == 2);
  CHECK(run(place, {"explain", "something"}).exit_code == 2);
}

TEST_CASE("dump prints the model, or the syntax, or what the templates see") {
  Workplace place;
  place.write("shop.flow", kGood);
  const Outcome model = run(place, {"dump", place.path("shop.flow")});
  CHECK(model.exit_code == 0);
  CHECK(model.out.find("\"wire_name\": \"shop.OrderPlaced\"") != std::string::npos);
  CHECK(run(place, {"dump", place.path("shop.flow")}).out == model.out);
  const Outcome syntax = run(place, {"dump", "--after", "parse", place.path("shop.flow")});
  CHECK(syntax.exit_code == 0);
  CHECK(syntax.out.rfind("{", 0) == 0);
  CHECK(run(place, {"dump", "--view", place.path("shop.flow")}).exit_code == 0);
}

TEST_CASE("wrong usage says what would be right, with exit code 2") {
  Workplace place;
  const Outcome nothing = run(place, {});
  CHECK(nothing.exit_code == 2);
  CHECK(nothing.err.find("flowc build FILE -o DIR") != std::string::npos);
  const Outcome unknown = run(place, {"chek"});
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.err.find("there is no command `chek`; did you mean `check`?") != std::string::npos);
  CHECK(run(place, {"check"}).exit_code == 2);
  CHECK(run(place, {"check", "a.flow", "--nonsense"}).exit_code == 2);
  CHECK(run(place, {"build", "a.flow"}).exit_code == 2);
}

TEST_CASE("a command of a later version says so") {
  Workplace place;
  for (const char* command : {"lock", "diff", "graph", "init", "export", "import", "lsp"}) {
    CAPTURE(command);
    const Outcome outcome = run(place, {command, "a.flow"});
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err ==
          std::string("flowc: `flowc ") + command + "` is not supported by this version yet\n");
  }
}

TEST_CASE("the version is that of the project") {
  Workplace place;
  const Outcome outcome = run(place, {"--version"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out == std::string("flowc ") + FLOW_VERSION + "\n");
  CHECK(std::string(flowc::kVersion) == FLOW_VERSION);
  CHECK(run(place, {"--help"}).out.find("build") != std::string::npos);
}
