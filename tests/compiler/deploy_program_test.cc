#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands/compile.h"
#include "commands/explain_deploy.h"
#include "diagnostics/render_text.h"
#include "lock/lock.h"
#include "model/homes.h"
#include "model/model_json.h"
#include "model/service_map.h"
#include "sema/literal_text.h"

namespace flowc {
namespace {

struct Result {
  SourceMap sources;
  Reporter reporter;
  Compilation compilation;
};

void compile_text(const std::string& text, Result& result) {
  MemoryFileSystem files;
  files.add("main.flow", text);
  result.compilation = compile(files, "main.flow", result.sources, result.reporter);
}

const model::Program& program_of(const std::string& text, Result& result) {
  compile_text(text, result);
  for (const Diagnostic& diagnostic : result.reporter.diagnostics()) MESSAGE(diagnostic.message);
  REQUIRE(result.compilation.program);
  return *result.compilation.program;
}

const char* const kShop = R"(module shop
record Item { sku: string was "s"  quantity: int32 = 1 }
public event Paid { key order_id: uuid }
command Pay { key order_id: uuid  items: [Item]  wait: duration?  labels: {string: decimal} = {} }
channel matching { ordered by key  capacity 100 }
channel mails { concurrency 2 }
handlers Payments { pay(Pay) publishes Paid }
handlers Matching { match(Paid) via matching  more(Paid) }
handlers Mail { receipt(Paid) via mails }
service payments { Payments }
service matching { Matching }
service mail { Mail }
deploy prod {
  store main: postgres(url: env("DATABASE_URL"))
  store side: sqlite(path: env("SIDE", "side.db"))
  broker backbone: kafka(servers: env("KAFKA", "k:9092"))
  broker queues: sqs(region: "eu-west-1", fifo: true)
  service payments { channels on main }
  service mail { channels on main }
  service matching { listens queues  channels on side  channel matching on backbone partitions 12 }
}
scenario "paid" {
  given Pay {
    wait: 90_000ms
    items: [{ quantity: 2, sku: "a" }]
    order_id: "0B5E7C3A-1D2E-4F60-8A7B-9C0D1E2F3A4B"
    labels: { "a b": 1.50 }
  }
  advance 1s
  expect Paid
}
)";

TEST_CASE("every channel and service has its place") {
  Result result;
  const model::Program& program = program_of(kShop, result);
  const model::Deployment& prod = program.deployments.at(0);
  REQUIRE(prod.channel_places.size() == program.channels.size());
  using Kind = model::PlaceRef::Kind;
  for (std::size_t i = 0; i < program.channels.size(); ++i) {
    const std::string& name = program.channels[i].name;
    CAPTURE(name);
    const model::PlaceRef wanted = name == "matching"        ? model::PlaceRef{Kind::broker, 0}
                                   : name == "matching.more" ? model::PlaceRef{Kind::store, 1}
                                                             : model::PlaceRef{Kind::store, 0};
    CHECK(prod.channel_places[i] == wanted);
  }
  CHECK(prod.service_stores == std::vector<std::uint32_t>{0, 1, 0});
  const model::ServicePlacement* matching = model::find_placement(prod, model::ServiceId{1});
  REQUIRE(matching != nullptr);
  CHECK(matching->listens == model::PlaceRef{Kind::broker, 1});
  CHECK(matching->channels.at(0).partitions == 12);
  CHECK(prod.stores[0].options.at(0).value.environment == "DATABASE_URL");
  CHECK_FALSE(prod.stores[0].options.at(0).value.has_default);
  CHECK(prod.stores[1].path.text == "side.db");
}

TEST_CASE("what a scenario gives is the message as it travels") {
  Result result;
  const model::Program& program = program_of(kShop, result);
  const model::Scenario& scenario = program.scenarios.at(0);
  REQUIRE(scenario.steps.size() == 3);
  CHECK(scenario.steps[0].fields ==
        R"({"order_id":"0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b","items":[{"s":"a","quantity":2}],)"
        R"("wait":"PT1M30S","labels":{"a b":"1.50"}})");
  CHECK(scenario.steps[1].advance_us == 1'000'000);
  CHECK(scenario.steps[2].kind == model::ScenarioStep::Kind::expect);
  CHECK_FALSE(scenario.steps[2].fields.has_value());
}

TEST_CASE("the service map says who takes what and where, and no secret") {
  Result result;
  const model::Program& program = program_of(kShop, result);
  const std::string text = model::service_map_json(program, program.deployments[0]);
  const auto map = nlohmann::json::parse(text);
  REQUIRE(map["services"].size() == 3);
  CHECK(map["services"][0]["name"] == "mail");
  CHECK(map["services"][2]["name"] == "payments");
  CHECK(map["services"][2]["emits"] == nlohmann::json{"shop.Paid"});
  const auto& matching = map["services"][1];
  CHECK(matching["listens"] == "queues");
  CHECK(matching["store"] == "side");
  CHECK(matching["subscribes"][0]["endpoint"] == "matching.match");
  CHECK(matching["subscribes"][0]["place"] == "backbone");
  CHECK(matching["subscribes"][1]["channel"] == "matching.more");
  CHECK(matching["handles"].empty());
  CHECK(text.find("DATABASE_URL") == std::string::npos);
  CHECK(text == model::service_map_json(program, program.deployments[0]));
}

TEST_CASE("a publisher has one home, whoever asks") {
  Result result;
  const model::Program& program = program_of(R"(module shop
public event Paid { key order_id: uuid }
public event Shipped { key order_id: uuid }
command Pay { key order_id: uuid }
command Ship { key order_id: uuid }
publisher cards { topic "cards" }
publisher said { topic "said" }
publisher own { topic "own" }
handlers Payments { pay(Pay) publishes Paid }
handlers Shipping { ship(Ship) publishes Shipped  scheme(Shipped) uses cards }
forward Paid to cards, own
forward Shipped to said in payments
forward Paid to said
service payments { Payments }
service shipping { Shipping }
)",
                                             result);
  const std::map<std::string, std::string> homes{
      {"cards", "shipping"}, {"said", "payments"}, {"own", "payments"}};
  const auto services = model::publisher_services(program);
  const auto components = model::component_services(program);
  const lock::Lock lock = lock::lock_of(program);
  const auto map =
      nlohmann::json::parse(model::service_map_json(program, program.deployments.at(0)));
  for (std::size_t i = 0; i < program.publishers.size(); ++i) {
    const std::string& name = program.publishers[i].name;
    const std::string& home = homes.at(name);
    CAPTURE(name);
    REQUIRE(services[i]);
    CHECK(program[*services[i]].name == home);
    for (const model::Endpoint& endpoint : program.endpoints) {
      if (endpoint.uses != std::vector{model::PublisherId{static_cast<std::uint32_t>(i)}}) continue;
      CHECK(components[static_cast<std::size_t>(endpoint.component)] == services[i]);
      CHECK(lock.endpoints.at(endpoint.id).service == home);
    }
    for (const auto& service : map["services"]) {
      const auto said = service.value("publishers", std::vector<std::string>{});
      const bool has = std::find(said.begin(), said.end(), name) != said.end();
      CHECK(has == (service["name"] == home));
    }
  }
}

TEST_CASE("the dump has placements, what follows from them, and scenarios") {
  Result result;
  const auto json = nlohmann::json::parse(model::to_json(program_of(kShop, result)));
  const auto& prod = json["deployments"][0];
  CHECK(prod["stores"][0]["options"]["url"] == nlohmann::json{{"env", "DATABASE_URL"}});
  CHECK(prod["services"][2]["channels"][0]["partitions"] == 12);
  CHECK(prod["channel_places"]["matching"] == "backbone");
  CHECK(prod["service_stores"]["matching"] == "side");
  CHECK(json["scenarios"][0]["steps"][0]["fields"]["wait"] == "PT1M30S");
}

TEST_CASE("explain says who does what a channel asks for") {
  Result result;
  const model::Program& program = program_of(kShop, result);
  const std::string prod = explain_deployment(program, "prod", result.sources).value();
  CHECK(prod.find("    channel matching on backbone (kafka)\n"
                  "      ordered by key   backbone\n"
                  "      delayed retries  side\n"
                  "      dead letters     side\n"
                  "      capacity         side\n") != std::string::npos);
  CHECK(prod.find("messages of other services over queues (sqs fifo)") != std::string::npos);
  const std::string mail = explain_service(program, "mail", result.sources).value();
  CHECK(mail.find("  shop.Paid  by mail.receipt via mails\n") != std::string::npos);
  CHECK(mail.find("under prod: its store is main (postgres)\n") != std::string::npos);
  CHECK_FALSE(explain_service(program, "nothing", result.sources));
  CHECK_FALSE(explain_deployment(program, "nothing", result.sources));
}

TEST_CASE("a secret that was written down is not shown") {
  Result result;
  compile_text(
      "module shop\npublic event Paid { key order_id: uuid }\nhandlers Mail { receipt(Paid) }\n"
      "service shop { Mail }\n"
      "deploy a { store postgres(url: \"postgres://me:hunter2@db\") }\n"
      "deploy b { store mysql(ulr: env(\"X\", \"mysql://me:hunter2@db\")) }\n"
      "deploy c { store postgress(url: \"postgres://me:hunter2@db\") }\n",
      result);
  CHECK(result.reporter.error_count() == 3);
  const std::string text = render_text(result.reporter.diagnostics(), result.sources, {false});
  CHECK(text.find("hunter2") == std::string::npos);
  CHECK(text.find("***") != std::string::npos);
  CHECK(result.sources.text(FileId{0}).find("hunter2") != std::string::npos);
}

TEST_CASE("a secret in a place that does not parse is not told either") {
  for (const std::string place :
       {"webhook(url: env(\"U\"), secret = \"hunter2\")", "webhook(secret 'hunter2')",
        "kafka(password: \"hunter2\" \"hunter\")", "redis(url: \"hunter2)",
        "redis(url: env(\"U\", \"hunter2\" }", "sqs(token: = 1, token \"hunter2\")"}) {
    Result result;
    compile_text("module shop\ndeploy a { store sqlite(\"x\") publisher p on " + place + " }\n",
                 result);
    const std::string text = render_text(result.reporter.diagnostics(), result.sources, {false});
    CAPTURE(text);
    CHECK(result.reporter.error_count() > 0);
    CHECK(text.find("hunter2") == std::string::npos);
    CHECK(text.find("***") != std::string::npos);
  }
}

TEST_CASE("lengths of time and base64 as they travel") {
  CHECK(sema::iso_duration(0) == "PT0S");
  CHECK(sema::iso_duration(250'000) == "PT0.25S");
  CHECK(sema::iso_duration(90'000'000) == "PT1M30S");
  CHECK(sema::iso_duration(129'600'000'000) == "PT36H");
  CHECK(sema::iso_duration(3'600'000'001) == "PT1H0.000001S");
  for (const char* good : {"", "aGk=", "aA==", "aGkh", "+/+/"}) {
    CAPTURE(std::string(good));
    CHECK(sema::is_base64(good));
  }
  for (const char* bad : {"a", "aGk", "a===", "====", "aG=k", "a-_b"}) {
    CAPTURE(std::string(bad));
    CHECK_FALSE(sema::is_base64(bad));
  }
}

}  // namespace
}  // namespace flowc
