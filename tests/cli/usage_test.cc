#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/transcript.h"

namespace flowc::test {
namespace {

const char* const kMail = R"(module shop
public event OrderPlaced { key order_id: uuid }
channel mail { concurrency 2 }
handlers Mail { receipt(OrderPlaced) via mail }
service shop { Mail }
)";

/// As run(), through the shell, which has more to say about the streams.
Outcome in_shell(const Workplace& place, const std::string& arguments) {
  const std::string err = place.path("err");
  const std::string line = std::string("'") + FLOWC + "' 2>'" + err + "' " + arguments;
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, "", place.relative(read(err))};
}

}  // namespace

TEST_CASE("what is wrong with the arguments is said in the words of the help, once") {
  struct Case {
    std::vector<std::string> arguments;
    std::string expected;
  };
  const std::vector<Case> cases{
      {{"check"}, "`flowc check` needs FILE"},
      {{"check", ""}, "an empty name stands for FILE"},
      {{"check", "a.flow", "b.flow"}, "`b.flow` is one argument too many"},
      {{"check", "a.flow", "--fxi"}, "`flowc check` has no option `--fxi`; did you mean `--fix`?"},
      {{"check", "a.flow", "-x"}, "`flowc check` has no option `-x`"},
      {{"check", "--hlep", "a.flow"},
       "`flowc check` has no option `--hlep`; did you mean `--help`?"},
      {{"check", "--helpme", "a.flow"},
       "`flowc check` has no option `--helpme`; did you mean `--help`?"},
      {{"check", "---fix", "a.flow"},
       "`flowc check` has no option `---fix`; did you mean `--fix`?"},
      {{"check", "--fix", "--fix", "a.flow"}, "`--fix` is given twice"},
      {{"check", "a.flow", "--format"}, "`--format` needs a value"},
      {{"check", "a.flow", "--format=jsn"},
       "for the --format option: there is no `jsn`; did you mean `json`?"},
      {{"graph", "a.flow", "--format", "svg"},
       "for the --format option: there is no `svg`; it takes `dot`, `mermaid`, `json`"},
      {{"check", "--format=", "a.flow"}, "the value of `--format` is empty"},
      {{"diff", "a.flow"}, "`flowc diff` needs NEW"},
      {{"fmt", "--check"}, "`flowc fmt` needs FILE…"},
      {{"graph", "a.flow", "Mail", "Tills"}, "`Tills` is one argument too many"},
      {{"build", "-o", "out"}, "`flowc build` needs FILE"},
      {{"build", "a.flow", "-o", ""}, "the value of `-o` is empty"},
      {{"init"}, "`flowc init` needs DIR"},
  };
  const Workplace place;
  for (const Case& one : cases) {
    CAPTURE(one.expected);
    const Outcome outcome = run(place, one.arguments);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err == "flowc: " + one.expected + "\nflowc: `flowc " + one.arguments.front() +
                             " --help` says what there is\n");
  }
  CHECK(run(place, {"-v"}).err ==
        "flowc: `flowc` has no option `-v`\nflowc: `flowc --help` says what there is\n");
  CHECK(run(place, {"--color", "check", "a.flow"})
            .err.starts_with("flowc: the command stands first: `flowc check`\n"));
  CHECK(run(place, {"--help"}).out.find("color") == std::string::npos);
  CHECK(run(place, {"dump", "a.flow", "--view", "--after", "parse"}).exit_code == 2);
  CHECK(run(place, {"build", "a.flow"}).err ==
        "flowc: `flowc build` needs `--out DIR`, where to write the C++\n");
}

TEST_CASE("options stand anywhere, and behind -- nothing is one") {
  const Workplace place;
  place.write("-odd.flow", kMail);
  place.write("mail.flow", kMail);
  const std::string file = place.path("mail.flow");
  CHECK(run(place, {"check", file, "--format", "text", "--werror"}).exit_code == 0);
  CHECK(run(place, {"check", "-format=text", "--", file}).exit_code == 0);
  CHECK(run(place, {"check", "--", "-odd.flow"}).err.find("no file \"-odd.flow\"") !=
        std::string::npos);
  CHECK(run(place, {"build", "--help"}).out.find("  -o ") != std::string::npos);
}

TEST_CASE("explain says what its words lack") {
  struct Case {
    std::vector<std::string> arguments;
    std::string expected;
  };
  const std::vector<Case> cases{
      {{"channel"}, "say which channel: `flowc explain channel NAME --file FILE`"},
      {{"endpoint", "--file", "a.flow"},
       "say which endpoint: `flowc explain endpoint ID --file a.flow`"},
      {{"channel", "mail"}, "say of which program: `flowc explain channel mail --file FILE`"},
      {{"risks"}, "say of which program: `flowc explain risks --file FILE`"},
      {{"risks", "x", "--file", "a.flow"},
       "`risks` are of a whole program: `flowc explain risks --file a.flow`"},
      {{"FL0201", "--file", "a.flow"},
       "the page of `FL0201` is of no program: `flowc explain FL0201`"},
      {{"chanel", "mail", "--file", "a.flow"},
       "nothing is named `chanel`; did you mean `channel`?"},
  };
  const Workplace place;
  for (const Case& one : cases) {
    std::vector<std::string> arguments{"explain"};
    arguments.insert(arguments.end(), one.arguments.begin(), one.arguments.end());
    const Outcome outcome = run(place, arguments);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err == "flowc: " + one.expected + "\n");
  }
  place.write("mail.flow", kMail);
  const auto missing = [&](const char* kind, const char* name) {
    return run(place, {"explain", kind, name, "--file", place.path("mail.flow")}).err;
  };
  CHECK(missing("saga", "Returns") == "flowc: DIR/mail.flow has no saga `Returns`; it has none\n");
  CHECK(missing("channel", "orders") ==
        "flowc: DIR/mail.flow has no channel `orders`; it has `mail`\n");
  const std::string all = run(place, {"explain", "something"}).err;
  CHECK(all.find("nothing is named `something`; explained are codes") != std::string::npos);
  CHECK(all.find("`service NAME`, `deploy NAME`, `publisher NAME`, `risks`") != std::string::npos);
}

TEST_CASE("every name that diff shows is explained") {
  const Workplace place;
  CHECK(run(place, {"explain", "slip_changed"}).out ==
        "# slip_changed: a change that only `flowc diff` tells of\n\nNo error, of the category "
        "behaviour: "
        "slips in flight keep their old steps.\n");
  CHECK(run(place, {"explain", "field_removed"}).out.starts_with("# FL0703: "));
  CHECK(run(place, {"explain", "slip_chnged"}).err.ends_with("did you mean `slip_changed`?\n"));
}

TEST_CASE("output that cannot be written fails, and is no bug of flowc") {
  const Workplace place;
  place.write("mail.flow", kMail);
  const std::string file = "'" + place.path("mail.flow") + "'";
  const std::vector<std::string> commands{"dump " + file, "graph " + file, "fmt - <" + file,
                                          "check --format json " + file, "--help"};
  for (const std::string& command : commands) {
    CAPTURE(command);
    const Outcome full = in_shell(place, command + " >/dev/full");
    CHECK(full.exit_code == 1);
    CHECK(full.err == "flowc: cannot write to standard output: No space left on device\n");
  }
  CHECK(in_shell(place, "dump " + file + " >&-").exit_code == 1);
  CHECK(in_shell(place, "check " + file + " >&- 2>&-").exit_code == 0);
  CHECK(in_shell(place, "check nowhere.flow 2>/dev/full").exit_code == 1);
}

TEST_CASE("standard input that cannot be read is no empty file") {
  const Workplace place;
  const Outcome closed = in_shell(place, "fmt - <&-");
  CHECK(closed.exit_code == 1);
  CHECK(closed.err.find("\"<stdin>\" cannot be read: ") != std::string::npos);
}

TEST_CASE("a pipe as output takes the bytes, and is not replaced by a file") {
  const Workplace place;
  place.write("mail.flow", kMail);
  const std::string pipe = place.path("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const std::string graph = "graph '" + place.path("mail.flow") + "' ";
  const Outcome outcome = in_shell(
      place, graph + "-o '" + pipe + "' & cat '" + pipe + "' >'" + place.path("got") + "'; wait");
  CHECK(outcome.err == "");
  CHECK(fs::is_fifo(pipe));
  CHECK(read(place.path("got")) == run(place, {"graph", place.path("mail.flow")}).out);
  const Outcome directory = in_shell(place, graph + "-o '" + place.path(".") + "'");
  CHECK(directory.exit_code == 1);
  CHECK(directory.err == "flowc: cannot write DIR/.: it is a directory\n");
}

}  // namespace flowc::test
