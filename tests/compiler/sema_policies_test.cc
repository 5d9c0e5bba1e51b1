#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "base/file_system.h"
#include "commands/compile.h"
#include "commands/explain_retries.h"
#include "model/model_json.h"

namespace flowc {
namespace {

const char* const kShop = R"(module shop
public event OrderPlaced @expires(15m) { key order_id: uuid }
command Remind { key order_id: uuid }
channel work { ordered by key  retry now 2, then 20 times every 1m jitter 0%  isolated }
handlers Orders {
  store(OrderPlaced) via work  schedules Remind  idempotent by order_id  at "o.s" was "o.t"
  bulk(OrderPlaced) batch up_to 500 within 50ms  on_failure dead_letter
  prune() every "0 3 * * *" in "Europe/Paris"
  sweep() every 5m
  remind(Remind) via work  on_failure park_key
  retired "gone"
}
service shop { Orders }
)";

struct Result {
  SourceMap sources;
  Reporter reporter;
  Compilation compilation;

  const model::Program& compile_shop(const char* text = kShop) {
    MemoryFileSystem files;
    files.add("main.flow", text);
    compilation = compile(files, "main.flow", sources, reporter);
    REQUIRE(compilation.program);
    return *compilation.program;
  }
};

TEST_CASE("what a handler says of its treatment is in the model") {
  Result result;
  const model::Program& program = result.compile_shop();
  const model::Endpoint& store = program.endpoints[0];
  CHECK(store.old_ids == std::vector<std::string>{"o.t"});
  CHECK(store.idempotent_by == 0);
  CHECK(store.schedules == std::vector<model::MessageId>{model::MessageId{1}});
  const model::Endpoint& bulk = program.endpoints[1];
  REQUIRE(bulk.batch);
  CHECK(bulk.batch->up_to == 500);
  CHECK(bulk.batch->within_us == 50'000);
  CHECK(bulk.on_failure == model::OnFailure::dead_letter);
  const model::Endpoint& prune = program.endpoints[2];
  REQUIRE(prune.schedule);
  CHECK(prune.schedule->cron == "0 3 * * *");
  CHECK(prune.schedule->zone == "Europe/Paris");
  CHECK(std::holds_alternative<model::Nothing>(prune.takes.type));
  REQUIRE(prune.channel);
  CHECK(program[*prune.channel].implicit);
  CHECK(program.endpoints[3].schedule->period_us == 300'000'000);
  CHECK(program.endpoints[4].on_failure == model::OnFailure::park_key);
  CHECK(program.components[0].retired == std::vector<std::string>{"gone"});
  CHECK(program.channels[0].isolated);
}

TEST_CASE("the dump has it too") {
  Result result;
  const std::string json = model::to_json(result.compile_shop());
  for (const char* part :
       {"\"retired\": [", "\"isolated\": true", "\"idempotent_by\": \"order_id\"",
        "\"zone\": \"Europe/Paris\"", "\"period_us\": 300000000", "\"on_failure\": \"park_key\""}) {
    CAPTURE(std::string(part));
    CHECK(json.find(part) != std::string::npos);
  }
}

TEST_CASE("explain shows each attempt and what the horizon is compared with") {
  Result result;
  const model::Program& program = result.compile_shop();
  const std::string text = retries_text(program, program.endpoints[0]);
  CHECK(text.find("  4         1m              2m 30s\n") != std::string::npos);
  CHECK(text.find("  … and 11 more\n") != std::string::npos);
  CHECK(text.find("dead letter at worst after 31m 30s") != std::string::npos);
  CHECK(text.find("the message expires after   15m, which is shorter") != std::string::npos);
  CHECK(retries_text(program, program.endpoints[1]).find("  2  ") == std::string::npos);
}

TEST_CASE("explain compares an endpoint's retries with sagas, and its timeout with brokers") {
  Result result;
  const model::Program& program = result.compile_shop(R"(module shop
public event OrderPlaced { key order_id: uuid }
public event Charged { key order_id: uuid }
command Charge { key order_id: uuid }
channel payments { retry now 1  timeout 6m }
handlers Payments { charge(Charge) via payments publishes Charged }
saga Payment {
  key order_id: uuid
  start on OrderPlaced -> charging  sends Charge { order_id }
  state charging { on Charged -> paid  after 10m -> paid }
  final paid
}
service shop { Payments  Payment }
deploy prod {
  store main: postgres(url: env("U"))
  broker spine: kafka(servers: env("K"))
  service shop { channel payments on spine }
}
)");
  const std::string text = retries_text(program, program.endpoints[0]);
  CHECK(text.find("  saga Payment waits in `charging` 10m, which is shorter\n") !=
        std::string::npos);
  CHECK(text.find("  deploy prod: `spine` waits  5m for a handling, shorter than `timeout`\n") !=
        std::string::npos);
}

TEST_CASE("explain names the risks of a program") {
  Result result;
  const model::Program& program = result.compile_shop();
  const std::string text = explain_risks(program, result.sources);
  CHECK(text.find("holds back its key while it is retried") != std::string::npos);
  CHECK(text.find("until somebody decides about its dead letter:\n  -            orders.remind") !=
        std::string::npos);
  CHECK(text.find("expires while it is still retried:\n  -            o.s") != std::string::npos);
  const auto message = explain_message(program, "shop.OrderPlaced", result.sources);
  REQUIRE(message);
  CHECK(message->find("at most 3 deliveries\n") != std::string::npos);
  CHECK_FALSE(explain_message(program, "OrderPlacd", result.sources));
}

}  // namespace
}  // namespace flowc
