#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "cli/transcript.h"

namespace flowc::test {
namespace {

const char* const kMail = R"(module shop
public event OrderPlaced { key order_id: uuid }
handlers Mail { receipt(OrderPlaced) }
service shop { Mail }
)";

std::string with_crlf(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

}  // namespace

TEST_CASE("a lock with the line ends of another system is the same lock") {
  const Workplace place;
  place.write("mail.flow", kMail);
  const std::string file = place.path("mail.flow");
  REQUIRE(run(place, {"lock", file}).exit_code == 0);
  const std::string text = read(place.path("flow.lock"));
  place.write("flow.lock", with_crlf(text));
  CHECK(run(place, {"check", file}).exit_code == 0);
  CHECK(run(place, {"lock", "--check", file}).exit_code == 0);
  CHECK(run(place, {"lock", file}).err == "");
  CHECK(read(place.path("flow.lock")) == with_crlf(text));

  place.write("flow.lock", "\xEF\xBB\xBF" + text);
  CHECK(run(place, {"check", file}).exit_code == 0);
  CHECK(run(place, {"lock", file}).exit_code == 0);
  CHECK(read(place.path("flow.lock")) == text);
}

TEST_CASE("a folder's second program is not compared with the lock of the first") {
  const Workplace place;
  place.write("mail.flow", kMail);
  place.write("leads.flow",
              "module leads\npublic event LeadMade { key id: uuid }\n"
              "handlers Leads { made(LeadMade) }\nservice leads { Leads }\n");
  REQUIRE(run(place, {"lock", place.path("mail.flow")}).exit_code == 0);
  const std::string lock = read(place.path("flow.lock"));
  CHECK(lock.find("\nmain mail.flow\n") != std::string::npos);
  for (const char* command : {"check", "lock"}) {
    const Outcome second = run(place, {command, place.path("leads.flow")});
    CHECK(second.exit_code == 1);
    CHECK(second.err.find("flow.lock is of `mail.flow`, and `leads.flow` does not keep what it "
                          "promises [FL0793]") != std::string::npos);
    CHECK(second.err.find("1 error\n") != std::string::npos);
    CHECK(read(place.path("flow.lock")) == lock);
  }
}

TEST_CASE("a main file that is renamed keeps its lock") {
  const Workplace place;
  place.write("mail.flow", kMail);
  REQUIRE(run(place, {"lock", place.path("mail.flow")}).exit_code == 0);
  fs::rename(place.path("mail.flow"), place.path("post.flow"));
  CHECK(run(place, {"check", place.path("post.flow")}).exit_code == 0);
  REQUIRE(run(place, {"lock", place.path("post.flow")}).exit_code == 0);
  CHECK(read(place.path("flow.lock")).find("\nmain post.flow\n") != std::string::npos);
}

TEST_CASE("diff knows a lock by its text, whatever its name") {
  const Workplace place;
  place.write("mail.flow", kMail);
  const std::string file = place.path("mail.flow");
  REQUIRE(run(place, {"lock", file}).exit_code == 0);
  place.write("released.txt", read(place.path("flow.lock")));
  const Outcome same = run(place, {"diff", place.path("released.txt"), file});
  CHECK(same.exit_code == 0);
  CHECK(same.out.find("nothing that was promised has changed") != std::string::npos);
}

TEST_CASE("diff says why a lock cannot be read") {
  const Workplace place;
  place.write("mail.flow", kMail);
  fs::create_directory(place.path("old.lock"));
  const Outcome outcome = run(place, {"diff", place.path("old.lock"), place.path("mail.flow")});
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.err.find("old.lock\" is a directory, not a file [FL0002]") != std::string::npos);
}

TEST_CASE("a lock that is read-only is not written") {
  const Workplace place;
  place.write("mail.flow", kMail);
  place.write("flow.lock", "flow.lock 1\n");
  fs::permissions(place.path("flow.lock"), fs::perms::owner_read);
  const Outcome outcome = run(place, {"lock", place.path("mail.flow")});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err == "flowc: cannot write DIR/flow.lock: it is read-only\n");
}

}  // namespace flowc::test
