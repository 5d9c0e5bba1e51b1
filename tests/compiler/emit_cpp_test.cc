#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "emit/emit.h"
#include "emit_programs.h"

using namespace emit_test;

namespace {

flowc::model::Program orders() {
  Builder b;
  b.program.records.push_back(make_record("Item", {field("sku", primitive(Primitive::string))}));
  Field key = field("order_id", primitive(Primitive::uuid));
  key.key = true;
  Message placed =
      message(MessageKind::event, "OrderPlaced", {key, field("items", list(record(0)))});
  placed.key = 0;
  placed.is_public = true;
  const MessageId order_placed = b.add(placed);
  Message find = message(MessageKind::query, "FindOrder", {key});
  find.answer = record(0);
  const MessageId find_order = b.add(find);
  const MessageId private_event = b.event("Counted", {});
  const ComponentId component = b.component("Orders");
  b.handler(component, "find", {find_order}, "orders.find", Dispatch::caller);
  b.handler(component, "count", {order_placed}, "orders.count").publishes = {private_event};
  const ComponentId mail = b.component("CustomerMail");
  b.handler(mail, "receipt", {private_event}, "customer_mail.receipt");
  b.service("shop", {component});
  b.service("post", {mail});
  return b.program;
}

std::string bytes_of(const std::vector<flowc::OutputFile>& files, const std::string& path) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.path == path; });
  REQUIRE(found != files.end());
  return found->bytes;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a program gives three files a module, the same every time") {
  const auto files = flowc::emit_cpp(orders(), {});
  REQUIRE(files.size() == 3);
  CHECK(files[0].path == "shop.flow_fwd.h");
  CHECK(files[1].path == "shop.flow.h");
  CHECK(files[2].path == "shop.flow.cc");
  const auto again = flowc::emit_cpp(orders(), {});
  for (std::size_t i = 0; i < files.size(); ++i) CHECK(files[i].bytes == again[i].bytes);
}

TEST_CASE("the main file's outputs are named as asked, imports as they are imported") {
  auto program = orders();
  program.modules.push_back(module("shop.contracts", "../contracts/leads.flow"));
  program.modules[0].imports = {ModuleId{1}};
  for (const std::string name : {"main", "main.flow"}) {
    const auto files = flowc::emit_cpp(program, {.base_name = name, .service = ""});
    REQUIRE(files.size() == 6);
    CHECK(files[1].path == "main.flow.h");
    CHECK(files[4].path == "__/contracts/leads.flow.h");
    CHECK(has(files[1].bytes, "#include \"__/contracts/leads.flow.h\""));
  }
}

TEST_CASE("one service can be picked: the others are known, and not generated") {
  const auto files = flowc::emit_cpp(orders(), {.base_name = "", .service = "post"});
  const std::string header = bytes_of(files, "shop.flow.h");
  const std::string source = bytes_of(files, "shop.flow.cc");
  CHECK(has(header, "class PostService"));
  CHECK_FALSE(has(header, "class ShopService"));
  CHECK(has(source, "call_customer_mail_receipt"));
  CHECK_FALSE(has(source, "call_orders_count"));
  CHECK(has(source, ".id = \"orders.count\""));
  CHECK(has(source, "\"shop\",  // 0"));
}

TEST_CASE("the bus takes public events, any command, and queries of its own handlers") {
  auto program = orders();
  program.messages.push_back(message(MessageKind::command, "Count", {}));
  const std::string header = bytes_of(flowc::emit_cpp(program, {}), "shop.flow.h");
  const std::size_t post = header.find("class PostService");
  REQUIRE(post != std::string::npos);
  const std::string first = header.substr(header.find("class ShopService"), post);
  CHECK(has(first, "publish(const OrderPlaced& event"));
  CHECK(has(first, "send(const Count& command"));
  CHECK(has(first, "Item ask(const FindOrder& query) const;"));
  CHECK_FALSE(has(first, "publish(const Counted&"));
  CHECK_FALSE(has(header.substr(post), "ask("));
}

TEST_CASE("a context has what its handler declared, and nothing else") {
  const std::string header = bytes_of(flowc::emit_cpp(orders(), {}), "shop.flow.h");
  const std::size_t count = header.find("class CountContext");
  const std::string context = header.substr(count, header.find("};", count) - count);
  CHECK(has(context, "void publish(const Counted& event"));
  CHECK_FALSE(has(context, "OrderPlaced"));
  CHECK_FALSE(has(context, "send"));
}

TEST_CASE("only stores that a deployment uses are named") {
  auto program = orders();
  CHECK(has(bytes_of(flowc::emit_cpp(program, {}), "shop.flow.cc"), "&::flow::open_sqlite"));
  CHECK_FALSE(has(bytes_of(flowc::emit_cpp(program, {}), "shop.flow.cc"), "open_memory"));
  program.deployments[0].stores[0].kind = StoreKind::memory;
  CHECK(has(bytes_of(flowc::emit_cpp(program, {}), "shop.flow.cc"), "&::flow::open_memory"));
  CHECK_FALSE(has(bytes_of(flowc::emit_cpp(program, {}), "shop.flow.cc"), "open_sqlite"));
}

TEST_CASE("a name too long for a line turns the formatter off, and nothing else") {
  auto program = orders();
  CHECK_FALSE(has(bytes_of(flowc::emit_cpp(program, {}), "shop.flow.h"), "clang-format"));
  program.messages[0].name = std::string(200, 'X');
  CHECK(has(bytes_of(flowc::emit_cpp(program, {}), "shop.flow.h"),
            "// clang-format off\n#pragma once"));
}

TEST_CASE("the contract's hash follows the contract, not its wording") {
  const auto program = orders();
  const std::string hash = flowc::contract_hash(program);
  CHECK(hash.size() == 64);

  auto same = program;
  same.messages[0].documentation = "said otherwise";
  same.messages[0].name = "Renamed";
  same.channels[0].concurrency = 99;
  same.channels[0].retry.now = 7;
  std::swap(same.messages[0].fields[0], same.messages[0].fields[1]);
  CHECK(flowc::contract_hash(same) == hash);

  auto type = program;
  type.messages[0].fields[0].type = primitive(Primitive::string);
  CHECK(flowc::contract_hash(type) != hash);
  auto id = program;
  id.endpoints[1].id = "orders.other";
  CHECK(flowc::contract_hash(id) != hash);
  auto wire = program;
  wire.records[0].fields[0].wire_name = "other";
  CHECK(flowc::contract_hash(wire) != hash);
  auto ordered = program;
  ordered.channels[0].ordered_by_key = true;
  CHECK(flowc::contract_hash(ordered) != hash);
}

TEST_CASE("the view is JSON, and the same every time") {
  const std::string view = flowc::emit_view(orders(), {});
  CHECK(view == flowc::emit_view(orders(), {}));
  const auto json = nlohmann::json::parse(view);
  REQUIRE(json.size() == 1);
  CHECK(json[0]["name_space"] == "shop");
  CHECK(json[0]["types"].size() == 4);
}

TEST_CASE("a thousand messages are generated in one go") {
  Builder b;
  const ComponentId component = b.component("Many");
  for (int i = 0; i < 1000; ++i) {
    const MessageId id =
        b.event("Event" + std::to_string(i), {field("x", primitive(Primitive::int32))});
    b.handler(component, "on_" + std::to_string(i), {id}, "many." + std::to_string(i));
  }
  b.service("many", {component});
  const auto files = flowc::emit_cpp(b.program, {});
  CHECK(has(files[2].bytes, "std::array<::flow::Endpoint, 1000>"));
}
