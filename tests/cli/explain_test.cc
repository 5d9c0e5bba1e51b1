#include <doctest/doctest.h>

#include <string>

#include "cli/transcript.h"

namespace flowc::test {
namespace {

const char* const kPartners = R"(module shop
public event LeadOffered { key lead_id: uuid }
channel partner_errors { concurrency 1 }
publisher partner_x { topic "x.leads"  errors partner_errors }
handlers Feed { rich(LeadOffered) uses partner_x  starts Leads }
saga Leads {
  key lead_id: uuid
  start on LeadOffered -> waiting
  state waiting { after 5m -> done }
  final done
}
service shop { Feed  Leads }
)";

std::string explained(const char* kind, const char* name) {
  const Workplace place;
  place.write("shop.flow", kPartners);
  const Outcome outcome = run(place, {"explain", kind, name, "--file", place.path("shop.flow")});
  CHECK(outcome.err == "");
  CHECK(outcome.exit_code == 0);
  return outcome.out;
}

}  // namespace

TEST_CASE("explain writes out a publisher's defaults, and who uses it") {
  CHECK(explained("publisher", "partner_x") == R"(publisher partner_x {
  topic "x.leads"
  retry now 2, then 6 times exponential 1s..10m jitter 20%
  breaker opens after 5, probes every 10s
  errors partner_errors
}
declared at DIR/shop.flow:4:11
at home in service shop
no limit of its buffer: the store's disk alone bounds it
used by:
  feed.rich  (Feed.rich, DIR/shop.flow:5:17)
)");
}

TEST_CASE("explain takes a saga's full name, and asks for the group of a step that two have") {
  CHECK(explained("saga", "shop.Leads") == explained("saga", "Leads"));
  const Workplace place;
  place.write("steps.flow",
              "module shop\nrecord R { a: string }\ncommand Go { key id: uuid }\n"
              "steps A { one(Go) -> R  two(R) -> R }\nsteps B { two(R) -> R }\n"
              "orchestrator O(Go) { one  A.two  B.two }\nservice shop { A  B  O }\n");
  const Outcome both = run(place, {"explain", "step", "two", "--file", place.path("steps.flow")});
  CHECK(both.exit_code == 1);
  CHECK(both.err == "flowc: `two` may be `A.two` or `B.two`: say which\n");
}

TEST_CASE("explain shows every effect of an endpoint, and whose errors a channel takes") {
  const std::string endpoint = explained("endpoint", "feed.rich");
  CHECK(endpoint.find("  uses       publisher partner_x\n") != std::string::npos);
  CHECK(endpoint.find("  starts     saga Leads\n") != std::string::npos);
  CHECK(explained("channel", "partner_errors")
            .ends_with("  the errors of publisher partner_x, DIR/shop.flow:4:11\n"));
}

TEST_CASE(
    "explain shows of a forward's endpoint how its publisher sends, not how its channel retries") {
  const Workplace place;
  place.write(
      "shop.flow",
      "module shop\npublic event Paid @expires(2m) { key id: uuid }\n"
      "publisher p { topic \"t\"  retry 2 times every 1m jitter 0%  buffer up_to 9 }\n"
      "command Pay { key id: uuid }\nforward Paid to p\nhandlers H { h(Pay) publishes Paid }\n"
      "service shop { H }\n");
  const Outcome outcome =
      run(place, {"explain", "endpoint", "forward.paid.p", "--file", place.path("shop.flow")});
  CHECK(outcome.out.ends_with(R"(  uses       publisher p
  topic "t"
  retry now 0, then 2 times every 1m jitter 0%
  breaker opens after 5, probes every 10s
  buffer up_to 9
from the buffer of publisher p, while its breaker is not open
  attempt   delay at most   begins at worst after
  1         -               0s
  2         1m              1m
  3         1m              2m
  given up at worst after 2m, and what each sending takes
  the message expires after   2m
)"));
}

}  // namespace flowc::test
