#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/limits.h"
#include "commands/compile.h"
#include "commands/explain_process.h"
#include "model/model_json.h"
#include "model/names.h"

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

/// The sample of tests/diagnostics/good, which compiles without a word.
std::string sample() {
  std::ifstream stream(std::string(FLOW_SOURCE_DIR) + "/tests/diagnostics/good/processes.flow",
                       std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

const model::Endpoint* endpoint(const model::Program& program, const std::string& id) {
  for (const model::Endpoint& endpoint : program.endpoints) {
    if (endpoint.id == id) return &endpoint;
  }
  return nullptr;
}

TEST_CASE("steps, orchestrators and sagas become endpoints") {
  Result result;
  compile_text(sample(), result);
  REQUIRE(result.compilation.program);
  const model::Program& program = *result.compilation.program;

  const model::Endpoint* reserve = endpoint(program, "lead.reserve");
  REQUIRE(reserve != nullptr);
  CHECK(!reserve->channel);
  REQUIRE(reserve->undo);
  CHECK(program[*reserve->undo].name == "release_reservation");
  CHECK(endpoint(program, "lead.charge")->may_stop);
  CHECK(endpoint(program, "lead.awaitAcceptance")->starts.size() == 1);

  const model::Endpoint* start = endpoint(program, "lead.start");
  REQUIRE(start != nullptr);
  REQUIRE(start->channel);
  CHECK(program[*start->channel].name == "lead_distribution");
  CHECK(start->publishes.size() == 1);

  // Timers emit on behalf of the start message; its transitions do so for their own.
  const model::Endpoint* offered = endpoint(program, "lead_acceptance.lead_offered");
  REQUIRE(offered != nullptr);
  CHECK(offered->sends.size() == 1);
  CHECK(offered->publishes.size() == 1);
  const model::Endpoint* accepted = endpoint(program, "lead_acceptance.provider_accepted_lead");
  REQUIRE(accepted != nullptr);
  CHECK(accepted->sends.empty());
  CHECK(accepted->publishes.size() == 1);
  CHECK(accepted->channel == offered->channel);
}

TEST_CASE("a saga keeps its states in order, the final ones last, and its data have values") {
  Result result;
  compile_text(sample(), result);
  REQUIRE(result.compilation.program);
  const model::Saga& saga = result.compilation.program->sagas.front();
  REQUIRE(saga.states.size() == 4);
  CHECK(saga.states[0].name == "awaiting");
  CHECK(saga.states[3].name == "expired");
  CHECK(saga.states[3].final);
  REQUIRE(saga.states[0].transitions.size() == 3);
  CHECK(saga.states[0].transitions[1].targets.size() == 2);
  CHECK(saga.states[0].transitions[2].after_us == 15LL * 60 * 1'000'000);
  CHECK(saga.data[0].default_value.has_value());
  CHECK(!saga.otherwise_fails);
}

TEST_CASE("explaining a saga names what races") {
  Result result;
  compile_text(sample(), result);
  REQUIRE(result.compilation.program);
  const model::Program& program = *result.compilation.program;
  const auto text = explain_saga(program, "LeadAcceptance", result.sources);
  REQUIRE(text);
  CHECK(text->find("ProviderAcceptedLead and the timer of 15m race in `awaiting`: the first "
                   "commits, and a message that comes second is ignored") != std::string::npos);
  CHECK(
      explain_orchestrator(program, "LeadDistribution", result.sources)
          ->find("Lead.charge: MatchedCandidates -> MatchedCandidates  when input.tier == gold") !=
      std::string::npos);
  CHECK(explain_step(program, "Paper.charge", result.sources));
  CHECK_MESSAGE(!explain_step(program, "charge", result.sources), "of two groups");
  CHECK(!explain_saga(program, "Nobody", result.sources));
}

/// A slip of `count` steps, each under a condition of its own if `conditions`.
std::string slip(std::size_t count, bool conditions) {
  std::string text = "module m\ncommand Go { key id: uuid";
  for (std::size_t i = 0; conditions && i < count; ++i)
    text += "  b" + std::to_string(i) + ": bool = false";
  text += " }\nsteps Steps { one(Go) -> Go }\norchestrator Slip(Go) {\n";
  for (std::size_t i = 0; i < count; ++i)
    text += conditions ? "  one when input.b" + std::to_string(i) + "\n" : "  one\n";
  return text + "}\nservice m { Steps  Slip }\n";
}

TEST_CASE("a slip is bounded by its steps and by the ways through its conditions") {
  const auto compiles = [](const std::string& text) {
    Result result;
    compile_text(text, result);
    return result.compilation.program.has_value();
  };
  CHECK(compiles(slip(limits::kSlipStepsMax, false)));
  CHECK(!compiles(slip(limits::kSlipStepsMax + 1, false)));
  CHECK(compiles(slip(12, true)));
  CHECK(!compiles(slip(13, true)));
}

TEST_CASE("a condition that is always true or false is no way of its own") {
  Result result;
  compile_text(
      "module m\nrecord Other { id: uuid }\ncommand Go { key id: uuid  tier: int32 = 1 }\n"
      "steps Steps { one(Go) -> Go  two(Go) -> Other  three(Other) -> Go }\n"
      "orchestrator Slip(Go) {\n  one\n  two when input.tier == 2\n"
      "  three unless input.tier != 2\n  one\n}\nservice m { Steps  Slip }\n",
      result);
  CHECK(result.compilation.program.has_value());
}

}  // namespace
}  // namespace flowc
