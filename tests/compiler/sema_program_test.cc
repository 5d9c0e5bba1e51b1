#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>

#include "base/limits.h"
#include "commands/compile.h"
#include "diagnostics/catalog.h"
#include "model/model_json.h"
#include "model/names.h"
#include "sema/literal_text.h"

namespace flowc {
namespace {

struct Result {
  SourceMap sources;
  Reporter reporter;
  Compilation compilation;
};

void compile_main(const MemoryFileSystem& files, Result& result) {
  result.compilation = compile(files, "main.flow", result.sources, result.reporter);
}

void compile_text(const std::string& text, Result& result) {
  MemoryFileSystem files;
  files.add("main.flow", text);
  compile_main(files, result);
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

const char* const kShop = R"(module shop
record Order { order_id: uuid }
command PlaceOrder { key order_id: uuid }
command RawOrder { key line: string }
query FindOrder -> Order { order_id: uuid }
/// A customer has paid.
/// In full.
public event OrderPlaced @wire("shop.placed") {
  key order_id: uuid = "0B5E7C3A-1D2E-4F60-8A7B-9C0D1E2F3A4B"
  count: int32 = 1_000 was "n"
  tags: [string] = []
  wait: duration = 90s
}
channel work {
  retry now 3
  rate 50 per 1s
}
channel slow { retry 4 times every 2s jitter 0% }
handlers HTTPOrders {
  place(PlaceOrder) publishes OrderPlaced
  normalise(RawOrder) -> PlaceOrder then place via work
  find(FindOrder)
  audit(OrderPlaced)
  reserve(OrderPlaced) inline
  pinned(OrderPlaced) at "old.id" via slow
  collect(OrderPlaced) -> Order then keep via slow
  keep(Order)
}
service shop { HTTPOrders }
)";

TEST_CASE("handlers run where the language says") {
  Result result;
  compile_text(kShop, result);
  const model::Program& program = *result.compilation.program;
  CHECK(endpoint(program, "http_orders.place").dispatch == model::Dispatch::caller);
  CHECK(endpoint(program, "http_orders.find").dispatch == model::Dispatch::caller);
  CHECK(endpoint(program, "http_orders.reserve").dispatch == model::Dispatch::caller);
  CHECK(endpoint(program, "http_orders.keep").dispatch == model::Dispatch::chained);
  CHECK(endpoint(program, "old.id").dispatch == model::Dispatch::channel);
  const model::Endpoint& normalise = endpoint(program, "http_orders.normalise");
  REQUIRE(normalise.then);
  CHECK(program[*normalise.then].name == "place");
  const model::Endpoint& audit = endpoint(program, "http_orders.audit");
  REQUIRE(audit.channel);
  CHECK(program[*audit.channel].implicit);
  CHECK(program[*audit.channel].name == "http_orders.audit");
  CHECK(model::handler_name(program, program.components.front().endpoints.front()) ==
        "HTTPOrders.place");
}

TEST_CASE("a channel's policy is what is written, and the defaults for the rest") {
  Result result;
  compile_text(kShop, result);
  const model::Channel& work = result.compilation.program->channels[0];
  CHECK(work.retry.now == 3);
  CHECK(work.retry.delayed == 0);
  CHECK(work.rate_count == 50);
  CHECK(work.rate_period_us == 1'000'000);
  CHECK(work.concurrency == 8);
  const model::Channel& slow = result.compilation.program->channels[1];
  CHECK(slow.retry.now == 0);
  CHECK(slow.retry.delayed == 4);
  CHECK_FALSE(slow.retry.exponential);
  CHECK(slow.retry.first_us == 2'000'000);
  CHECK(slow.retry.jitter_percent == 0);
}

TEST_CASE("messages keep their names, values and documentation") {
  Result result;
  compile_text(kShop, result);
  const model::Program& program = *result.compilation.program;
  const model::Message& placed = program.messages.back();
  CHECK(placed.wire_name == "shop.placed");
  CHECK(placed.documentation == "A customer has paid.\nIn full.");
  CHECK(placed.key == 0);
  CHECK(std::get<std::string>(*placed.fields[0].default_value) ==
        "0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b");
  CHECK(std::get<std::int64_t>(*placed.fields[1].default_value) == 1000);
  CHECK(placed.fields[1].wire_name == "n");
  CHECK(std::holds_alternative<std::monostate>(*placed.fields[2].default_value));
  CHECK(std::get<std::int64_t>(*placed.fields[3].default_value) == 90'000'000);
  CHECK(model::type_name(program, placed.fields[2].type) == "[string]");
}

TEST_CASE("without a deployment everything runs in one file") {
  Result result;
  compile_text(kShop, result);
  const model::Program& program = *result.compilation.program;
  REQUIRE(program.deployments.size() == 1);
  CHECK(program.deployments[0].implicit);
  CHECK(program.deployments[0].name == "dev");
  CHECK(program.deployments[0].stores.at(0).path.text == "flow.db");
}

TEST_CASE("the model as JSON is the same text for the same program") {
  Result first;
  compile_text(kShop, first);
  Result second;
  compile_text(kShop, second);
  const std::string json = model::to_json(*first.compilation.program);
  CHECK(json == model::to_json(*second.compilation.program));
  CHECK(json.find("\"wire_name\": \"shop.placed\"") != std::string::npos);
  CHECK(json.find("\"then\": \"http_orders.place\"") != std::string::npos);
}

TEST_CASE("each file is read once, in the order of the paths, named relative to the main file") {
  MemoryFileSystem files;
  files.add("a/main.flow", "module m\nimport \"sub/x.flow\"\nimport \"../y.flow\"\n");
  files.add(
      "a/sub/x.flow",
      "module x\nimport \"../../y.flow\"\nchannel c { concurrency 1 }\n"
      "public event E { key id: uuid f: y.R }\nhandlers H { on(E) via c }\nservice s { H }\n");
  files.add("y.flow", "module y\npublic record R { a: string }\n");
  Result result;
  result.compilation = compile(files, "a/main.flow", result.sources, result.reporter);
  REQUIRE(result.compilation.program);
  CHECK(result.compilation.files ==
        std::vector<std::string>{"a/main.flow", "y.flow", "a/sub/x.flow"});
  const model::Program& program = *result.compilation.program;
  CHECK(program.modules[1].file == "../y.flow");
  CHECK(program.modules[2].file == "sub/x.flow");
  CHECK(program.modules[0].imports.size() == 2);
}

TEST_CASE("a chain of imports ends at its limit, with one error") {
  MemoryFileSystem files;
  const auto name = [](std::size_t i) {
    return i == 0 ? std::string("main.flow") : "f" + std::to_string(i) + ".flow";
  };
  for (std::size_t i = 0; i <= limits::kImportDepthMax; ++i) {
    files.add(name(i), "module m" + std::to_string(i) + "\nimport \"" + name(i + 1) + "\"\n");
  }
  files.add(name(limits::kImportDepthMax + 1), "module last\n");
  Result result;
  compile_main(files, result);
  REQUIRE(result.reporter.error_count() == 1);
  for (const Diagnostic& diagnostic : result.reporter.diagnostics()) {
    if (diagnostic.severity == Severity::error)
      CHECK(diagnostic.id == kImportsTooMany.definition.id);
  }
}

TEST_CASE("many independent mistakes come out of one run") {
  std::string text = "module m\n";
  for (int i = 0; i < 40; ++i) {
    text += "public event E" + std::to_string(i) + " { key id: uuid  f: Nothing" +
            std::to_string(i) + "OfThat }\n";
  }
  MemoryFileSystem files;
  files.add("main.flow", text);
  Result result;
  compile_main(files, result);
  CHECK(result.reporter.error_count() == 40);
}

TEST_CASE("dates that exist, and those that do not") {
  CHECK(sema::is_date("2024-02-29"));
  CHECK(sema::is_date("0001-01-01"));
  for (const char* bad : {"2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-1-1",
                          "0000-01-01", "", "2024-01-01x"}) {
    CAPTURE(std::string(bad));
    CHECK_FALSE(sema::is_date(bad));
  }
}

TEST_CASE("timestamps say their offset") {
  for (const char* good :
       {"2026-11-22T20:08:03Z", "2026-11-22T20:08:03.123456Z", "2026-11-22T20:08:03+02:00"}) {
    CAPTURE(std::string(good));
    CHECK(sema::is_timestamp(good));
  }
  for (const char* bad :
       {"2026-11-22T20:08:03", "2026-11-22", "2026-11-22T24:00:00Z", "2026-11-22T20:08:03.Z",
        "2026-11-22T20:08:03.1234567Z", "2026-11-22T20:08:03+0200", "2026-11-22 20:08:03Z"}) {
    CAPTURE(std::string(bad));
    CHECK_FALSE(sema::is_timestamp(bad));
  }
}

TEST_CASE("uuids and decimals") {
  CHECK(sema::uuid_text("0B5E7C3A-1D2E-4F60-8A7B-9C0D1E2F3A4B") ==
        "0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4b");
  CHECK_FALSE(sema::uuid_text("0b5e7c3a1d2e4f608a7b9c0d1e2f3a4b"));
  CHECK_FALSE(sema::uuid_text("0b5e7c3a-1d2e-4f60-8a7b-9c0d1e2f3a4g"));
  CHECK(sema::is_decimal("-12.50"));
  CHECK(sema::is_decimal(std::string(38, '9')));
  CHECK_FALSE(sema::is_decimal(std::string(39, '9')));
  CHECK_FALSE(sema::is_decimal("1."));
  CHECK_FALSE(sema::is_decimal(".5"));
  CHECK_FALSE(sema::is_decimal("1e3"));
}

}  // namespace
}  // namespace flowc
