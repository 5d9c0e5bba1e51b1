#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/transcript.h"
#include "commands/version.h"

namespace flowc::test {
namespace {

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
  CHECK(lenient.err.find(
            "warning: field `orderId` is not written in lower_snake [FL0802 not_lower_snake]") !=
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

TEST_CASE("a file imported by its own path and by a link's is one file") {
  Workplace place;
  place.write("shop.flow",
              "module shop\nimport \"orders.flow\"\nimport \"sent.flow\"\n"
              "handlers Mail { shipped(orders.OrderShipped) }\nservice shop { Mail }\n");
  place.write("orders.flow", "module orders\npublic event OrderShipped { key id: uuid }\n");
  fs::create_symlink("orders.flow", place.path("sent.flow"));
  const Outcome outcome = run(place, {"check", place.path("shop.flow")});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err.find("warning: \"sent.flow\" is imported twice by this file [FL0212") !=
        std::string::npos);
  CHECK(outcome.err.find("\n1 warning\n") != std::string::npos);
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

TEST_CASE("explain of a message, and of the risks of a program") {
  Workplace place;
  place.write("shop.flow", kGood);
  const Outcome message =
      run(place, {"explain", "message", "OrderPlaced", "--file", place.path("shop.flow")});
  CHECK(message.exit_code == 0);
  CHECK(message.out.find("goes to      mail.receipt, DIR/shop.flow:7:17\n") != std::string::npos);
  const Outcome risks = run(place, {"explain", "risks", "--file", place.path("shop.flow")});
  CHECK(risks.exit_code == 0);
  CHECK(risks.out == "no risks of the kinds that flowc knows\n");
  CHECK(run(place, {"explain", "risks"}).exit_code == 2);
}

TEST_CASE("explain prints the page of a diagnostic") {
  Workplace place;
  const Outcome outcome = run(place, {"explain", "FL0201"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out.rfind("# FL0201: ", 0) == 0);
  CHECK(run(place, {"explain", "unused_record"}).out == run(place, {"explain", "FL0311"}).out);
  const Outcome similar = run(place, {"explain", "unused_recrod"});
  CHECK(similar.exit_code == 2);
  CHECK(similar.err == "flowc: nothing is named `unused_recrod`; did you mean `unused_record`?\n");
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

const char* const kWithCoupon =
    "module shop\n"
    "public event OrderPlaced { key order_id: uuid  coupon: string? }\n"
    "handlers Analytics { record(OrderPlaced) }\n"
    "service shop { Analytics }\n";
const char* const kWithoutCoupon =
    "module shop\n"
    "public event OrderPlaced { key order_id: uuid }\n"
    "handlers Analytics { record(OrderPlaced) }\n"
    "service shop { Analytics }\n";

TEST_CASE("lock writes what a program promises, and check holds it against that") {
  const Workplace place;
  const std::string main = place.path("main.flow");
  place.write("main.flow", kWithCoupon);
  CHECK(run(place, {"lock", main, "--check"}).err ==
        "flowc: DIR/flow.lock does not exist: `flowc lock` writes it\n");
  const Outcome first = run(place, {"lock", main});
  CHECK(first.exit_code == 0);
  CHECK(first.err == "flowc: wrote DIR/flow.lock\n");
  CHECK(read(place.path("flow.lock")).find("field coupon: string?") != std::string::npos);
  CHECK(run(place, {"lock", main, "--check"}).exit_code == 0);
  CHECK(run(place, {"lock", main}).err.empty());

  place.write("main.flow", kWithoutCoupon);
  const std::string locked = read(place.path("flow.lock"));
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"check", main},
                                             {"build", main, "-o", place.path("out")},
                                             {"lock", main},
                                             {"lock", main, "--check"}}) {
    const Outcome refused = run(place, arguments);
    CHECK(refused.exit_code == 1);
    CHECK(refused.err.find("main.flow:2:14: error: `OrderPlaced.coupon` is gone, and 1 consumer "
                           "misses what it said [FL0703 field_removed]") != std::string::npos);
    CHECK(refused.err.find("::: DIR/flow.lock:10:9: locked in version 1") != std::string::npos);
    CHECK(refused.err.find("main.flow:3:22: `Analytics.record` takes it") != std::string::npos);
  }
  CHECK(read(place.path("flow.lock")) == locked);
  CHECK_FALSE(fs::exists(place.path("out")));
  CHECK(run(place, {"dump", main}).exit_code == 0);
}

TEST_CASE("what is allowed with a reason is locked with it, once") {
  const Workplace place;
  const std::string main = place.path("main.flow");
  place.write("main.flow", kWithCoupon);
  CHECK(run(place, {"lock", main}).exit_code == 0);
  std::string text = kWithoutCoupon;
  text.insert(text.find('\n') + 1,
              "allow field_removed for OrderPlaced.coupon because \"unused\"\n");
  place.write("main.flow", text);
  CHECK(run(place, {"check", main}).err.empty());
  const Outcome locked = run(place, {"lock", main});
  CHECK(locked.exit_code == 0);
  CHECK(locked.err ==
        "flowc: wrote DIR/flow.lock, which remembers 1 accepted change; its `allow` has done its "
        "work\n");
  CHECK(read(place.path("flow.lock"))
            .find("accepted field_removed shop.OrderPlaced.coupon\n"
                  "  because \"unused\"\n") != std::string::npos);
  const Outcome after = run(place, {"check", main});
  CHECK(after.exit_code == 0);
  CHECK(after.err.find("unused_allow]") != std::string::npos);
  place.write("main.flow", kWithoutCoupon);
  CHECK(run(place, {"lock", main, "--check"}).exit_code == 0);  // the history stays
}

TEST_CASE("a lock that cannot be read is neither believed nor overwritten") {
  const Workplace place;
  place.write("main.flow", kWithCoupon);
  place.write("flow.lock", "flow.lock 1\n<<<<<<< HEAD\n");
  const Outcome outcome = run(place, {"lock", place.path("main.flow")});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("flow.lock:2:1: error: flow.lock cannot be read: a merge left its marks "
                         "[FL0790]") != std::string::npos);
  CHECK(read(place.path("flow.lock")) == "flow.lock 1\n<<<<<<< HEAD\n");
}

TEST_CASE("diff compares programs and locks, and answers what operators ask") {
  const Workplace place;
  place.write("old/main.flow", kWithCoupon);
  place.write("new/main.flow", kWithoutCoupon);
  const std::string before = place.path("old/main.flow");
  const std::string after = place.path("new/main.flow");
  const Outcome removed = run(place, {"diff", before, after});
  CHECK(removed.exit_code == 1);
  CHECK(removed.out ==
        "can the new program drain the queues and sagas of the old one? yes\n"
        "can the old program read what the new one writes?              yes\n"
        "who breaks?                                                    "
        "service shop: Analytics.record (analytics.record)\n"
        "\n"
        "wire: what is in flight, stored, or read elsewhere\n"
        "  field_removed: `OrderPlaced.coupon` is gone, and 1 consumer misses what it said\n"
        "    both read the other\n");
  CHECK(run(place, {"lock", before}).exit_code == 0);
  CHECK(run(place, {"diff", place.path("old/flow.lock"), after}).out == removed.out);
  const Outcome added = run(place, {"diff", after, before, "--format", "json"});
  CHECK(added.exit_code == 0);
  CHECK(added.out.find("\"changes\": []") != std::string::npos);
  CHECK(run(place, {"diff", place.path("no.lock"), after}).exit_code == 2);
}

TEST_CASE("graph draws the whole, or what is around a name") {
  Workplace place;
  place.write("shop.flow",
              "module shop\npublic event Paid { key id: uuid }\ncommand Pay { key id: uuid }\n"
              "handlers Tills { pay(Pay) publishes Paid }\nhandlers Mail { pay(Paid) }\n"
              "service shop { Tills  Mail }\n");
  const std::string file = place.path("shop.flow");
  const Outcome whole = run(place, {"graph", file});
  CHECK(whole.exit_code == 0);
  CHECK(whole.out.find("\"event:shop.Paid\" -> \"handler:mail.pay\"") != std::string::npos);
  const Outcome part = run(place, {"graph", file, "Mail.pay", "--format", "mermaid"});
  CHECK(part.exit_code == 0);
  CHECK(part.out.find("Paid") != std::string::npos);
  CHECK(part.out.find("Tills") == std::string::npos);
  CHECK(run(place, {"graph", file, "handler:mail.pay", "--format=mermaid"}).out == part.out);
  CHECK(run(place, {"graph", file, "--out", place.path("shop.dot")}).exit_code == 0);
  CHECK(read(place.path("shop.dot")) == whole.out);

  const Outcome twice = run(place, {"graph", file, "pay"});
  CHECK(twice.exit_code == 1);
  CHECK(twice.err == "flowc: `pay` may be `handler:mail.pay` or `handler:tills.pay`: say which\n");
  const Outcome unknown = run(place, {"graph", file, "Tils"});
  CHECK(unknown.exit_code == 1);
  CHECK(unknown.err.find("has nothing named `Tils`; did you mean `Tills`?") != std::string::npos);
  CHECK(run(place, {"graph", file, "--format=svg"}).exit_code == 2);
}

TEST_CASE("init makes a project, and never over what is there") {
  Workplace place;
  const Outcome made = run(place, {"init", place.path("Corner-Shop")});
  CHECK(made.exit_code == 0);
  CHECK(made.out.find("the project corner_shop in ") != std::string::npos);
  CHECK(run(place, {"check", place.path("Corner-Shop/corner_shop.flow")}).exit_code == 0);
  const std::string readme = read(place.path("Corner-Shop/README.md"));
  CHECK(readme.find("# corner_shop\n") == 0);
  CHECK(readme.find("{{") == std::string::npos);

  const Outcome again = run(place, {"init", place.path("Corner-Shop"), "--name", "other"});
  CHECK(again.exit_code == 1);
  CHECK(again.err.find("nothing was written") != std::string::npos);
  CHECK(again.err.find("Corner-Shop/README.md\n") != std::string::npos);
  CHECK(again.err.find("corner_shop.flow\n") == std::string::npos);  // nobody wants to write that
  CHECK(read(place.path("Corner-Shop/README.md")) == readme);

  for (const char* name : {"Shop", "1st", "a.b", "a-b", "a__b", "flow", "test", "../up"}) {
    CAPTURE(name);
    const Outcome refused = run(place, {"init", place.path("no"), "--name", name});
    CHECK(refused.exit_code == 2);
    CHECK(refused.err.find("cannot be named `" + std::string{name} + "`: ") != std::string::npos);
  }
  const Outcome nameless = run(place, {"init", place.path("2026")});
  CHECK(nameless.exit_code == 2);
  CHECK(nameless.err.find("--name gives it another") != std::string::npos);
  CHECK(run(place, {"check", place.path("no/no.flow")}).exit_code == 1);

  place.write("file", "");
  const Outcome in_a_file = run(place, {"init", place.path("file"), "--name", "shop"});
  CHECK(in_a_file.exit_code == 1);
  CHECK(in_a_file.err.find("cannot write ") != std::string::npos);

  // A name that is short enough for its folder, and too long with `.flow` behind it.
  const std::string longest(252, 'a');
  const Outcome half = run(place, {"init", place.path(longest)});
  CHECK(half.exit_code == 1);
  CHECK(half.err.find("File name too long") != std::string::npos);
  CHECK_FALSE(fs::exists(place.path(longest)));
  CHECK(run(place, {"init", place.path(longest + longest)}).err.find("longer than 256 bytes") !=
        std::string::npos);
}

TEST_CASE("a command of a later version says so") {
  Workplace place;
  for (const char* command : {"export", "import", "lsp"}) {
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
  CHECK(std::string(kVersion) == FLOW_VERSION);
  CHECK(run(place, {"--help"}).out.find("build") != std::string::npos);
}

}  // namespace flowc::test
