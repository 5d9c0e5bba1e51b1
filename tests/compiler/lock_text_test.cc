#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "compiler/emit_programs.h"
#include "compiler/lock_fixtures.h"

namespace flowc::test {
namespace {

std::string problem_of(const std::string& text) {
  const auto lock = lock::read_lock(text, FileId{0});
  return lock ? "" : lock.error().problem;
}

const char* const kEverything = R"(flow.lock 1

enum shop.Tier
  value basic
  value "odd value"

record shop.Item
  field quantity: int32 = 1
  field sku: string secret

message shop.OrderPlaced v1
  kind event
  public
  key order_id
  expires 15m
  hops 8
  upcast v2
  field at: timestamp as placed_at
  field items: [{string: shop.Item?}]
  field labels: {string: string} = {}
  field note: string = "a \"quote\" \\ \u000a"
  field order_id: uuid personal

message shop.OrderPlaced v2
  kind event
  field tags: [string] = []
  field tier: shop.Tier = "odd value"

message shop.find v1
  kind query
  name shop.Find
  answer shop.Item

endpoint a.b
  steps Lead.b
  service shop
  takes message shop.OrderPlaced
  gives record shop.Item
  ordered
  was "old id"

endpoint nightly
  handlers Jobs.nightly
  takes nothing

slip a.start
  chooses
  within 3h
  step a.b
  step a.c if "when input.tier == gold"

saga acceptance
  name shop.Acceptance
  key uuid
  within 2h
  field rounds: int32 = 0
  final accepted
  state awaiting after 15m after 1h

publisher partner_x
  topic "x.orders.v1"

retired gone.id

accepted field_removed shop.OrderPlaced.coupon
  because "never written"
)";

TEST_CASE("what is read is written again, byte by byte") {
  const std::string written = lock::to_text(parsed(kEverything));
  CHECK(written == lock::to_text(parsed(written)));
  std::string without_remark = written;
  const std::size_t remark = without_remark.find("//");
  without_remark.erase(remark, without_remark.find('\n', remark) - remark + 1);
  CHECK(without_remark == kEverything);
}

TEST_CASE("remarks, empty lines and the line ends of another system change nothing") {
  std::string text = kEverything;
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
    text.replace(at, 1, "\r\n");
  CHECK(lock::to_text(parsed(text + "// a remark\r\n\r\n")) == lock::to_text(parsed(kEverything)));
}

TEST_CASE("a lock that is not understood is refused, with its line") {
  CHECK(problem_of("") == "the file is empty");
  CHECK(problem_of("{}") == "the first line of a lock is `flow.lock 1`");
  CHECK(problem_of("flow.lock one") == "expected the number of its format");
  CHECK(problem_of("flow.lock 0") == "there is no format 0");
  CHECK(problem_of("flow.lock 1\nthing x") == "this begins nothing that flow.lock has");
  CHECK(problem_of("flow.lock 1\n  value x") == "flow.lock does not say this here");
  CHECK(problem_of("flow.lock 1\nenum a\n  value x\n  value x") == "this is already said above");
  CHECK(problem_of("flow.lock 1\nenum a b") == "this is too much on the line");
  CHECK(problem_of("flow.lock 1\nenum \"a") == "the quotes of the name of an enum are not closed");
  CHECK(problem_of("flow.lock 1\nenum \"\\ud800\"").find("escape") != std::string::npos);
  CHECK(problem_of("flow.lock 1\nmessage a v1\n  expires 9999999999999d") ==
        "expected a duration, such as `15m`");
  const std::string deep(1000, '[');
  CHECK(problem_of("flow.lock 1\nrecord a\n  field b: " + deep) == "a type nested too deep");
  const std::string questions(1000, '?');
  CHECK(problem_of("flow.lock 1\nrecord a\n  field b: bool" + questions) ==
        "a type nested too deep");
  const auto marks = lock::read_lock("flow.lock 1\n<<<<<<< HEAD\nenum a\n", FileId{3});
  REQUIRE_FALSE(marks.ok());
  CHECK(marks.error().problem == "a merge left its marks");
  CHECK(marks.error().span.file == FileId{3});
  CHECK(marks.error().span.begin == 12);
  const auto newer = lock::read_lock("flow.lock 2\nwhatever", FileId{0});
  REQUIRE_FALSE(newer.ok());
  CHECK(newer.error().newer);
}

TEST_CASE("every prefix of a lock is read or refused") {
  const std::string text = kEverything;
  for (std::size_t length = 0; length <= text.size(); ++length)
    (void)lock::read_lock(std::string_view(text).substr(0, length), FileId{0}).ok();
}

TEST_CASE("the lock of a program has what travels, and nothing of how it is built") {
  const std::string text = lock::to_text(compiled(R"(module shop
record Unused { a: string  of: Used? }
record Used { b: string }
enum Tier { gold  basic }
event Seen @wire("shop.seen") @hops(4) { key id: uuid  tier: Tier = gold  deep: [{string: Used}] }
query Find -> Used { id: uuid }
channel work { ordered by key }
handlers Jobs {
  see(Seen) via work at "jobs.look"  publishes Seen
  again(Seen) inline
  find(Find)
}
service shop { Jobs }
)"));
  CHECK(text.find("Unused") == std::string::npos);
  CHECK(text.find("record shop.Used") != std::string::npos);
  CHECK(text.find("message shop.seen v1\n  kind event\n  name shop.Seen\n") != std::string::npos);
  CHECK(text.find("field deep: [{string: shop.Used}]") != std::string::npos);
  CHECK(text.find("field tier: shop.Tier = gold") != std::string::npos);
  CHECK(text.find("endpoint jobs.look\n  handlers Jobs.see\n  service shop\n"
                  "  takes message shop.seen\n  ordered\n") != std::string::npos);
  CHECK(text.find("jobs.again") == std::string::npos);
  CHECK(text.find("jobs.find") == std::string::npos);
}

TEST_CASE("the lock of a program has its slips, sagas and partners") {
  using namespace emit_test;
  Builder builder;
  const MessageId offered = builder.event("LeadOffered", {field("id", primitive(Primitive::uuid))});
  const ComponentId component = builder.component("Acceptance");
  builder.program.components[0].kind = ComponentKind::saga;
  builder.handler(component, "lead_offered", Payload{offered}, "lead.acceptance.lead_offered")
      .old_ids = {"acceptance.lead_offered"};
  Saga saga;
  saga.component = component;
  saga.key = field("id", primitive(Primitive::uuid));
  saga.data = {field("rounds", primitive(Primitive::int32))};
  State awaiting;
  awaiting.name = "awaiting";
  Transition after;
  after.after_us = 900'000'000;
  awaiting.transitions.push_back(after);
  State done;
  done.name = "done";
  done.final = true;
  saga.states = {awaiting, done};
  saga.deadline = SagaDeadline{7'200'000'000, 1, {}, {}};
  builder.program.sagas.push_back(saga);
  const ComponentId lead = builder.component("Lead");
  builder.program.components[1].kind = ComponentKind::steps;
  builder.handler(lead, "match", Payload{offered}, "lead.match").gives = Payload{offered};
  const ComponentId routing = builder.component("Routing");
  builder.program.components[2].kind = ComponentKind::orchestrator;
  builder.program.components[2].retired = {"routing.old"};
  builder.handler(routing, "start", Payload{offered}, "routing.start");
  Orchestrator orchestrator;
  orchestrator.component = routing;
  orchestrator.endpoint = EndpointId{2};
  SlipItem item;
  item.step = EndpointId{1};
  Expression condition;
  condition.kind = Expression::Kind::field;
  condition.field.root = FieldRef::Root::input;
  condition.field.path = {0};
  item.condition = condition;
  item.unless = true;
  orchestrator.items = {item};
  builder.program.orchestrators.push_back(orchestrator);
  Publisher partner;
  partner.name = "partner_x";
  partner.topic = "x.v1";
  builder.program.publishers.push_back(partner);

  const std::string text = lock::to_text(lock::lock_of(builder.program));
  CHECK(text.find("saga lead.acceptance\n  name shop.Acceptance\n  key uuid\n  within 2h\n"
                  "  field rounds: int32\n  state awaiting after 15m\n  final done\n") !=
        std::string::npos);
  CHECK(text.find("  was acceptance.lead_offered\n") != std::string::npos);
  CHECK(text.find("slip routing.start\n  step lead.match if \"unless input.id\"\n") !=
        std::string::npos);
  CHECK(text.find("  gives message shop.LeadOffered\n") != std::string::npos);
  CHECK(text.find("publisher partner_x\n  topic \"x.v1\"\n") != std::string::npos);
  CHECK(text.find("retired routing.old\n") != std::string::npos);
  CHECK(text == lock::to_text(parsed(text)));
}

}  // namespace
}  // namespace flowc::test
