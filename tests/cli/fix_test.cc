#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/transcript.h"

namespace flowc::test {
namespace {

const char* const kTypos = R"(module shop
import "contracts/orders.flow"

recrod Item { sku: strng }
public event Paid { key order_id: uuid  items: [Itm]  tax: nothing_like_it }
handlers Mail { receipt(Paid) }
service shop { Mail }
)";

const char* const kMended = R"(module shop
import "contracts/orders.flow"

record Item { sku: string }
public event Paid { key order_id: uuid  items: [Item]  tax: nothing_like_it }
handlers Mail { receipt(Paid) }
service shop { Mail }
)";

const char* const kOrders = R"(module orders
public event OrderPlaced { key order_id: uiid }
handlers Book { note(OrderPlaced) }
service orders { Book }
}
)";

mode_t mode(const std::string& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

std::size_t files_in(const std::string& directory) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("--fix mends what needs no decision, in imported files too, and reports the rest") {
  Workplace place;
  place.write("a/shop.flow", kTypos);
  place.write("a/contracts/orders.flow", kOrders);
  fs::permissions(place.path("a/shop.flow"), static_cast<fs::perms>(0640));
  const Outcome outcome = run(place, {"check", "--fix", place.path("a/shop.flow")});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err == R"(fixed 2 of 2 in DIR/a/contracts/orders.flow
fixed 3 of 4 in DIR/a/shop.flow
DIR/a/shop.flow:5:61: error: type `nothing_like_it` is not declared [FL0201]
     |
   5 | public event Paid { key order_id: uuid  items: [Item]  tax: nothing_like_it }
     |                                                             ^^^^^^^^^^^^^^^

1 error
)");
  CHECK(read(place.path("a/shop.flow")) == kMended);
  CHECK(read(place.path("a/contracts/orders.flow")).find("uuid }\n") != std::string::npos);
  CHECK(mode(place.path("a/shop.flow")) == 0640);
  CHECK(files_in(place.path("a")) == 2);
}

TEST_CASE("--fix of a program without mistakes touches nothing") {
  Workplace place;
  place.write("shop.flow", "module shop\n");
  const auto past = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(place.path("shop.flow"), past);
  const auto before = fs::last_write_time(place.path("shop.flow"));
  const Outcome outcome = run(place, {"check", "--fix", place.path("shop.flow")});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err == "");
  CHECK(fs::last_write_time(place.path("shop.flow")) == before);
}

TEST_CASE("--fix goes on while a fix brings out another mistake, and keeps marks and line ends") {
  Workplace place;
  place.write("shop.flow",
              "\xEF\xBB\xBFmodule shop\r\nrecord Item {\r\n  sku: strng\r\n\r\nenum Tier { a }\r\n"
              "public event E { items: [Item]  tier: Teir }\r\n");
  const Outcome outcome = run(place, {"check", "--fix", place.path("shop.flow")});
  CHECK(outcome.exit_code == 0);
  CHECK(read(place.path("shop.flow")) ==
        "\xEF\xBB\xBFmodule shop\r\nrecord Item {\r\n  sku: string\r\n\r\n}\r\nenum Tier { a }\r\n"
        "public event E { items: [Item]  tier: Tier }\r\n");
}

TEST_CASE("--fix leaves a tie to the user") {
  Workplace place;
  const std::string text =
      "module shop\nrecord Cat { }\nrecord Hat { }\n"
      "public event E { a: Cat  b: Hat  c: Bat }\n";
  place.write("shop.flow", text);
  const Outcome outcome = run(place, {"check", "--fix", place.path("shop.flow")});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("= help: similar: `Cat` or `Hat`\n") != std::string::npos);
  CHECK(read(place.path("shop.flow")) == text);
}

TEST_CASE("--fix writes no file when one of them is read-only, and says which") {
  Workplace place;
  place.write("shop.flow", kTypos);
  place.write("contracts/orders.flow", kOrders);
  fs::permissions(place.path("shop.flow"), static_cast<fs::perms>(0444));
  const Outcome outcome = run(place, {"check", "--fix", place.path("shop.flow")});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.rfind("flowc: cannot fix DIR/shop.flow: it is read-only\n", 0) == 0);
  CHECK(read(place.path("shop.flow")) == kTypos);
  CHECK(read(place.path("contracts/orders.flow")) == kOrders);
}

TEST_CASE("--fix writes no file when one cannot be replaced where it is") {
  if (::geteuid() == 0) return;  // to whom no directory is read-only
  Workplace place;
  place.write("a/shop.flow", "module shop\nimport \"../b/orders.flow\"\nevnt E { a: string }\n");
  place.write("b/orders.flow", kOrders);
  const std::string text = read(place.path("a/shop.flow"));
  fs::permissions(place.path("b"), fs::perms::owner_read | fs::perms::owner_exec);
  const Outcome outcome = run(place, {"check", "--fix", place.path("a/shop.flow")});
  fs::permissions(place.path("b"), fs::perms::owner_all);
  CHECK(outcome.exit_code == 1);
  CHECK(
      outcome.err.starts_with("flowc: cannot fix DIR/b/orders.flow: its directory is read-only\n"));
  CHECK(read(place.path("a/shop.flow")) == text);
}

TEST_CASE("--fix of a symbolic link mends the file it leads to") {
  Workplace place;
  place.write("real/shop.flow", "module shop\nrecrod Item { }\npublic event E { a: Item }\n");
  fs::create_symlink(place.path("real/shop.flow"), place.path("shop.flow"));
  CHECK(run(place, {"check", "--fix", place.path("shop.flow")}).exit_code == 0);
  CHECK(fs::is_symlink(place.path("shop.flow")));
  CHECK(read(place.path("real/shop.flow")) ==
        "module shop\nrecord Item { }\npublic event E { a: Item }\n");
}

TEST_CASE("--fix takes away what is not needed, lines and all") {
  Workplace place;
  place.write(
      "shop.flow",
      "module shop\nimport \"none.flow\"\nallow unused_enum\npublic event E { a: string }\n");
  place.write("none.flow", "module none\npublic event F { a: string }\n");
  const Outcome outcome = run(place, {"check", "--fix", place.path("shop.flow")});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err == "fixed 2 of 2 in DIR/shop.flow\n");
  CHECK(read(place.path("shop.flow")) == "module shop\npublic event E { a: string }\n");
}

TEST_CASE("--fix and --format go together: what remains is reported in the form asked for") {
  Workplace place;
  place.write("shop.flow", kTypos);
  place.write("contracts/orders.flow", kOrders);
  const Outcome outcome =
      run(place, {"check", "--fix", "--format", "json", place.path("shop.flow")});
  CHECK(outcome.exit_code == 1);
  const auto json = nlohmann::json::parse(outcome.out);
  REQUIRE(json["diagnostics"].size() == 1);
  CHECK(json["diagnostics"][0]["code"] == "FL0201");
  CHECK(outcome.err.rfind("fixed ", 0) == 0);
}

TEST_CASE("SARIF and GitHub's annotations go to standard output, of check and build") {
  Workplace place;
  place.write("shop.flow", "module shop\nrecord Unused { a: string }\n");
  for (const char* command : {"check", "build"}) {
    CAPTURE(command);
    const auto with = [&](const char* form) {
      return run(place, {command, place.path("shop.flow"), "--format", form,
                         command == std::string("build") ? "-o" : "--werror=false",
                         command == std::string("build") ? place.path("out") : "--fix=false"});
    };
    const Outcome github = with("github");
    CHECK(github.exit_code == 0);
    CHECK(github.err == "");
    CHECK(github.out ==
          "::warning file=DIR/shop.flow,line=2,col=8,endLine=2,endColumn=14,title=FL0311 "
          "unused_record::record `Unused` is not used\n");
    const Outcome sarif = with("sarif");
    CHECK(sarif.exit_code == 0);
    const auto log = nlohmann::json::parse(sarif.out);
    CHECK(log["version"] == "2.1.0");
    CHECK(log["runs"][0]["tool"]["driver"]["version"] == FLOW_VERSION);
    CHECK(log["runs"][0]["results"][0]["ruleId"] == "FL0311");
  }
  CHECK(run(place, {"check", place.path("shop.flow"), "--format", "xml"}).exit_code == 2);
}

}  // namespace flowc::test
