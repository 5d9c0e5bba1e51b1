#include <doctest/doctest.h>

#include <string>

#include "base/file_system.h"
#include "checks/checks.h"
#include "checks/message_flow.h"
#include "checks/strong_components.h"
#include "commands/compile.h"
#include "compiler/flow_drafts.h"
#include "diagnostics/catalog.h"
#include "sema/cron.h"

namespace flowc {
namespace {

using test::Conversation;
using test::ring;

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

TEST_CASE("components are numbered against the edges") {
  const StrongComponents found = strong_components({{1}, {2}, {1, 3}, {}, {0, 4}});
  CHECK(found.of[1] == found.of[2]);
  CHECK(found.of[3] < found.of[1]);
  CHECK(found.of[1] < found.of[0]);
  CHECK(found.of[0] < found.of[4]);
  CHECK(found.nodes[found.of[1]] == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("fan-out counts the deliveries of all that follow") {
  Result result;
  compile_text(
      "module m\npublic event A { key id: uuid }\nevent B { key id: uuid }\n"
      "command C { key id: uuid }\n"
      "handlers H {\n a(A) publishes B\n b(A) publishes B\n c(B)\n d(B) sends C\n e(C)\n}\n"
      "service s { H }\n",
      result);
  REQUIRE(result.compilation.program);
  const model::Program& program = *result.compilation.program;
  const auto fans = fan_out(program, message_flow(program, {}));
  CHECK(fans[0].deliveries == 6);  // two of A, and of each two of B; the command runs in its caller
  CHECK(fans[1].deliveries == 2);
  CHECK(fans[2].deliveries == 0);
  CHECK_FALSE(fans[0].loops);
}

TEST_CASE("fan-out of a hundred doublings stays at the largest number") {
  std::string text = "module m\n";
  std::string handlers = "handlers H {\n";
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i), next = std::to_string(i + 1);
    text += "public event E" + n + " { key id: uuid }\n";
    handlers += "a" + n + "(E" + n + ") publishes E" + next + "\n";
    handlers += "b" + n + "(E" + n + ") publishes E" + next + "\n";
  }
  text += "public event E100 { key id: uuid }\n" + handlers + "}\nservice s { H }\n";
  Result result;
  compile_text(text, result);
  REQUIRE(result.compilation.program);
  const auto fans =
      fan_out(*result.compilation.program, message_flow(*result.compilation.program, {}));
  CHECK(fans[0].deliveries == UINT64_MAX);
}

TEST_CASE("a loop that `schedules` slows is none, and is listed as one that is paced") {
  Result result;
  compile_text(
      "module m\ncommand C { key id: uuid }\nchannel work { concurrency 1 }\n"
      "handlers H { again(C) via work schedules C }\nservice s { H }\n",
      result);
  REQUIRE(result.compilation.program);
  const model::Program& program = *result.compilation.program;
  const MessageFlow flow = message_flow(program, {});
  CHECK(endless_loops(program, flow, false).empty());
  REQUIRE(endless_loops(program, flow, true).size() == 1);
  CHECK(fan_out(program, flow)[0].loops);
}

/// A saga that asks again by its timer, in a state that its `exit` line may leave.
std::string asking_saga(const std::string& exit) {
  return "module m\npublic event A { key id: uuid }\npublic event Done { key id: uuid }\n"
         "command Ask { key id: uuid }\nchannel work { concurrency 1 }\n"
         "handlers H { ask(Ask) via work }\n"
         "saga S {\n key id: uuid\n start on A -> waiting\n state waiting {\n"
         "  on Done -> done\n  after 1m -> waiting sends Ask { id }\n }\n" +
         exit + " final done\n}\nservice s { H  S }\n";
}

TEST_CASE("a saga's timer that sends again and again is a paced loop, unless the saga ends") {
  Result endless;
  compile_text(asking_saga(""), endless);
  REQUIRE(endless.compilation.program);
  const MessageFlow flow = message_flow(*endless.compilation.program, {});
  CHECK(endless_loops(*endless.compilation.program, flow, false).empty());
  const auto paced = endless_loops(*endless.compilation.program, flow, true);
  REQUIRE(paced.size() == 1);
  REQUIRE(paced[0].causers.size() == 1);
  REQUIRE(flow.timer(paced[0].causers[0]) != nullptr);
  CHECK(flow.timer(paced[0].causers[0])->time_us == 60'000'000);
  Result ends;
  compile_text(asking_saga(" within 1h else done\n"), ends);
  REQUIRE(ends.compilation.program);
  const model::Program& program = *ends.compilation.program;
  CHECK(endless_loops(program, message_flow(program, {}), true).empty());
  CHECK(fan_out(program, message_flow(program, {}))[0].deliveries == 2);  // the saga, and `ask`
  // After the `within`, nothing ends what its target leads to.
  Result outlived;
  compile_text(asking_saga(" within 1h else waiting\n"), outlived);
  REQUIRE(outlived.compilation.program);
  const model::Program& late = *outlived.compilation.program;
  CHECK(endless_loops(late, message_flow(late, {}), true).size() == 1);
}

TEST_CASE("timers count in fan-out, and a `starts` reaches its saga alone") {
  Result result;
  compile_text(
      "module m\npublic event A { key id: uuid }\nevent Late { key id: uuid }\n"
      "command Run { key id: uuid }\ncommand Go { key id: uuid }\nrecord R { id: uuid }\n"
      "channel work { concurrency 1 }\n"
      "handlers H { late(Late)  other(A)  go(Go) via work starts S }\n"
      "steps T { one(Run) -> R }\n"
      "orchestrator O(Run) { one  within 3h else publishes Late { id = input.id } }\n"
      "saga S {\n key id: uuid\n start on A -> waiting\n"
      " state waiting { after 1m -> done publishes Late { id } }\n final done\n}\n"
      "service s { H  T  O  S }\n",
      result);
  REQUIRE(result.compilation.program);
  const model::Program& program = *result.compilation.program;
  const auto fans = fan_out(program, message_flow(program, {}));
  CHECK(fans[0].deliveries == 3);  // the saga, `other`, and `late` by the timer
  CHECK(fans[3].deliveries == 3);  // `go`, the saga, `late`
  CHECK(fans[2].deliveries == 3);  // the slip, its step, `late`
}

TEST_CASE("a loop of 20,000 endpoints is one error, and a row of them none") {
  const model::Draft closed = ring(20'000, true);
  Reporter reporter;
  check_loops(closed, reporter);
  CHECK(reporter.error_count() == 1);
  Reporter silent;
  check_loops(ring(20'000, false), silent);
  CHECK(silent.error_count() == 0);
}

std::size_t loops(const Conversation& talk) {
  Reporter reporter;
  check_loops(talk.draft, reporter);
  return reporter.error_count();
}

TEST_CASE("question and answer of a saga are no loop") {
  Conversation talk;
  talk.program.sagas[0].states[0].transitions = {Conversation::on(1, 1, false)};
  CHECK(loops(talk) == 0);
}

TEST_CASE("a saga that asks again in the same state goes round, unless it ends") {
  Conversation talk;
  talk.program.sagas[0].states[0].transitions = {Conversation::on(1, 0, true)};
  CHECK(loops(talk) == 1);
  talk.program.sagas[0].deadline.emplace();
  talk.program.sagas[0].deadline->target = 1;
  CHECK(loops(talk) == 0);
}

TEST_CASE("a saga that asks once more on its way is bounded") {
  Conversation talk;
  talk.program.sagas[0].states[0].transitions = {Conversation::on(1, 1, true)};
  CHECK(loops(talk) == 0);
}

TEST_CASE("a saga that its own answers begin anew bounds nothing") {
  Conversation talk;
  talk.program.sagas[0].deadline.emplace();
  talk.program.sagas[0].states[0].transitions = {Conversation::on(1, 1, true)};
  talk.program.sagas[0].starts = {Conversation::on(1, 0, true)};
  CHECK(loops(talk) == 1);
}

TEST_CASE("an answer that is retried for longer than its saga waits is named") {
  Reporter reporter;
  check_retry_times(test::impatient_saga(60'000'000), reporter);
  REQUIRE(reporter.diagnostics().size() == 1);
  CHECK(reporter.diagnostics()[0].id == kRetryPastSaga.definition.id);
  CHECK(reporter.diagnostics()[0].message ==
        "`Answers.on_1` may take 5m 46s to answer, and state `waiting` waits 1m");
  Reporter silent;
  check_retry_times(test::impatient_saga(3'600'000'000), silent);
  CHECK(silent.diagnostics().empty());
}

TEST_CASE("a slip that ends before its steps may is named") {
  Reporter reporter;
  check_retry_times(test::short_slip(), reporter);
  REQUIRE(reporter.diagnostics().size() == 1);
  CHECK(reporter.diagnostics()[0].message ==
        "the steps of `Slip` may take 11m 32s, and it ends after 10m");
}

TEST_CASE("a handling is compared with what its broker allows") {
  Reporter kafka;
  check_retry_times(test::slow_on(model::BrokerKind::kafka), kafka);
  REQUIRE(kafka.diagnostics().size() == 1);
  CHECK(kafka.diagnostics()[0].id == kTimeoutPastPoll.definition.id);
  Reporter sqs;
  check_retry_times(test::slow_on(model::BrokerKind::sqs), sqs);
  REQUIRE(sqs.diagnostics().size() == 1);
  CHECK(sqs.diagnostics()[0].id == kTimeoutPastVisibility.definition.id);
  Reporter rabbit;
  check_retry_times(test::slow_on(model::BrokerKind::rabbitmq), rabbit);
  CHECK(rabbit.diagnostics().empty());
}

TEST_CASE("crons say which part is wrong") {
  const auto mistake = [](const char* text) {
    const auto parsed = sema::parse_cron(text);
    const auto* found = std::get_if<sema::CronMistake>(&parsed);
    if (found == nullptr) return std::string();
    return std::string(text).substr(found->begin, found->end - found->begin);
  };
  CHECK(mistake("0 3 * * *").empty());
  CHECK(mistake("0  61 * * *") == "61");
  CHECK(mistake("0 3 * * mon-xyz") == "xyz");
  CHECK(mistake("0 3 1,2,32 * *") == "32");
  CHECK(mistake("0 3 99999999999 * *") == "99999999999");
}

}  // namespace
}  // namespace flowc
