#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "commands/compile.h"
#include "model/model_json.h"
#include "model/names.h"

namespace flowc {
namespace {

struct Result {
  SourceMap sources;
  Reporter reporter;
  Compilation compilation;
};

void compile_files(const std::string& main, const std::string& other, Result& result) {
  MemoryFileSystem files;
  files.add("main.flow", main);
  files.add("other.flow", other);
  result.compilation = compile(files, "main.flow", result.sources, result.reporter);
  for (const Diagnostic& diagnostic : result.reporter.diagnostics()) MESSAGE(diagnostic.message);
  REQUIRE(result.compilation.program);
}

const model::Endpoint& endpoint(const model::Program& program, std::string_view id) {
  for (const model::Endpoint& endpoint : program.endpoints) {
    if (endpoint.id == id) return endpoint;
  }
  FAIL("no endpoint " << id);
  return program.endpoints.front();
}

const char* const kVersions = R"(module shop
enum Tier { basic  gold }
event Moved v1 { key id: uuid  customer: string @personal  count: int32  old: string }
event Moved v2 @wire("shop.moved") { key id: uuid  customer: string @personal  count: int64 }
event Moved v4 @expires(15m) @hops(8) {
  key id: uuid
  customer: string @personal
  count: int64
  tier: Tier = basic
  many: bool
  coupon: string?
}
upcast Moved v2 -> v4 { many = count != 1 }
upcast Moved v1 -> v4 { count = count  tier = gold  many = true  coupon = old }
handlers Orders {
  move(Moved) publishes Moved
}
service shop { Orders }
)";

TEST_CASE("the newest version is what a name means, and the old ones become it") {
  Result result;
  compile_files(kVersions, "module other\n", result);
  const model::Program& program = *result.compilation.program;
  REQUIRE(program.messages.size() == 3);
  CHECK(program.messages[0].superseded);
  CHECK(program.messages[1].superseded);
  CHECK_FALSE(program.messages[2].superseded);
  for (const model::Message& message : program.messages)
    CHECK(message.wire_name == "shop.moved");  // one pin is for all
  CHECK(program.messages[2].expires_us == 15LL * 60 * 1'000'000);
  CHECK(program.messages[2].hops == 8);
  const model::Endpoint& move = endpoint(program, "orders.move");
  CHECK(std::get<model::MessageId>(move.takes.type) == model::MessageId{2});
  CHECK(move.publishes == std::vector{model::MessageId{2}});

  REQUIRE(program.upcasts.size() == 2);
  const model::Upcast& from_two = program.upcasts[0];
  CHECK(from_two.from == model::MessageId{1});
  CHECK(from_two.to == model::MessageId{2});
  // id, customer and count are carried over; tier has its default, coupon is absent.
  REQUIRE(from_two.fields.size() == 4);
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(from_two.fields[i].field == i);
    CHECK(from_two.fields[i].value.field.path == std::vector{i});
  }
  CHECK(from_two.fields[1].value.field.personal);
  const model::Expression& many = from_two.fields[3].value;
  CHECK(many.kind == model::Expression::Kind::not_equal);
  REQUIRE(many.operands.size() == 2);
  CHECK(many.operands[0].kind == model::Expression::Kind::field);
  CHECK(std::get<std::int64_t>(many.operands[1].literal) == 1);

  const model::Upcast& from_one = program.upcasts[1];
  REQUIRE(from_one.fields.size() == 6);
  CHECK(from_one.fields[2].value.type.primitive == model::Primitive::int32);  // widened
  CHECK(std::get<std::string>(from_one.fields[3].value.literal) == "gold");
  CHECK(from_one.fields[5].value.type.kind == model::Type::Kind::primitive);  // as `string?`
}

const char* const kPartners = R"(module provider
import "other.flow"
command Pack { key id: uuid  name: string  city: string  home: customer.Address  again: bool }
event Packed { key id: uuid  who: string @personal }
translate customer.Ordered -> Pack {
  id
  name = declassify(person.name)
  city = person.address.city
  home = declassify(home)
  again = "x" == coupon
}
publisher x { topic "x.packed"  retry now 1  breaker opens after 3  buffer up_to 10  errors lost }
publisher y { topic "y.packed" }
channel lost { concurrency 1 }
channel rich { concurrency 2 }
forward Packed to x, y declassify(who)
handlers Packing {
  pack(Pack) publishes Packed
  feed(Packed) via rich uses y declassify(who)
}
service provider { Packing }
)";

const char* const kCustomer = R"(module customer
record Address { street: string @secret  city: string }
record Person { name: string @personal  address: Address }
public event Ordered { key id: uuid  person: Person  home: Address  coupon: string? }
)";

TEST_CASE("each publisher of a forward has an endpoint and a channel of its own") {
  Result result;
  compile_files(kPartners, kCustomer, result);
  const model::Program& program = *result.compilation.program;
  REQUIRE(program.publishers.size() == 2);
  const model::Publisher& x = program.publishers[0];
  CHECK(x.topic == "x.packed");
  CHECK(x.retry.now == 1);
  CHECK(x.retry.delayed == 0);
  CHECK(x.breaker_failures == 3);
  CHECK(x.probe_us == 10'000'000);
  CHECK(x.buffer == 10);
  CHECK(program[*x.errors].name == "lost");

  REQUIRE(program.forwards.size() == 1);
  const model::Forward& forward = program.forwards[0];
  CHECK(forward.declassified == std::vector<std::uint32_t>{1});
  const model::Component& component = program[forward.component];
  REQUIRE(component.endpoints.size() == 2);
  CHECK(program[component.endpoints[0]].id == "forward.packed.x");
  const model::Endpoint& to_y = program[component.endpoints[1]];
  CHECK(to_y.id == "forward.packed.y");
  CHECK(to_y.uses == std::vector{model::PublisherId{1}});
  CHECK(program[*to_y.channel].name == "forward.packed.y");
  CHECK(program[*to_y.channel].implicit);
  CHECK(model::handler_name(program, component.endpoints[1]) == "forward Packed to y");

  const model::Endpoint& feed = endpoint(program, "packing.feed");
  CHECK(feed.uses == std::vector{model::PublisherId{1}});
  CHECK(feed.declassified == std::vector<std::uint32_t>{1});
}

TEST_CASE("a translation reads through records and says what it lets out") {
  Result result;
  compile_files(kPartners, kCustomer, result);
  const model::Program& program = *result.compilation.program;
  REQUIRE(program.translators.size() == 1);
  const model::Translator& translator = program.translators[0];
  REQUIRE(translator.fields.size() == 5);
  const model::Expression& name = translator.fields[1].value;
  CHECK(name.declassified);
  CHECK(name.field.personal);
  CHECK(name.field.path == std::vector<std::uint32_t>{1, 0});
  const model::Expression& city = translator.fields[2].value;
  CHECK(city.field.path == std::vector<std::uint32_t>{1, 1, 1});
  CHECK_FALSE(city.field.secret);
  CHECK(translator.fields[3].value.declassified);  // the record holds what is secret
  CHECK(translator.fields[4].value.operands[0].kind == model::Expression::Kind::literal);
  const model::Endpoint& made = endpoint(program, "translate.ordered.pack");
  CHECK(made.sends == std::vector{translator.to});
  CHECK(model::handler_name(program, program[translator.component].endpoints[0]) ==
        "translate Pack");
}

TEST_CASE("the dump has versions, partners and translations") {
  Result result;
  compile_files(kPartners, kCustomer, result);
  const std::string json = model::to_json(*result.compilation.program);
  for (const char* part :
       {"\"name\": \"declassify(person.name)\"", "\"again\": \"\\\"x\\\" == coupon\"",
        "\"topic\": \"x.packed\"", "\"declassified\": [", "\"uses\": ["})
    CHECK_MESSAGE(json.find(part) != std::string::npos, part);
}

}  // namespace
}  // namespace flowc
