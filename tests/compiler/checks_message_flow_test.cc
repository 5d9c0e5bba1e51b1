#include <doctest/doctest.h>

#include <string>

#include "base/file_system.h"
#include "checks/checks.h"
#include "checks/message_flow.h"
#include "checks/strong_components.h"
#include "commands/compile.h"
#include "diagnostics/catalog.h"
#include "sema/cron.h"

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

/// A ring of `length` endpoints, or a row of them when it is left open.
model::Draft ring(std::uint32_t length, bool closed) {
  model::Draft draft;
  draft.program.components.resize(1);
  draft.program.messages.resize(length);
  for (std::uint32_t i = 0; i < length; ++i) {
    model::Endpoint endpoint;
    endpoint.name = "h" + std::to_string(i);
    endpoint.takes = {model::MessageId{i}};
    if (closed || i + 1 < length) endpoint.publishes = {model::MessageId{(i + 1) % length}};
    draft.program.components[0].endpoints.push_back(model::EndpointId{i});
    draft.program.endpoints.push_back(std::move(endpoint));
    draft.endpoint_places.emplace_back();
    draft.endpoint_places.back().publishes.resize(draft.program.endpoints.back().publishes.size());
  }
  return draft;
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

/// A saga that sends command 1 and takes event 2, which the command's handler publishes.
struct Conversation {
  model::Draft draft;
  model::Program& program = draft.program;

  Conversation() {
    program.components.resize(2);
    program.components[0].kind = model::ComponentKind::saga;
    program.components[0].name = "Talk";
    program.components[1].name = "Answers";
    program.messages.resize(3);
    program.messages[1].kind = model::MessageKind::command;
    const auto add = [this](std::uint32_t component, std::uint32_t takes) {
      model::Endpoint endpoint;
      endpoint.name = "on_" + std::to_string(takes);
      endpoint.component = model::ComponentId{component};
      endpoint.takes = {model::MessageId{takes}};
      endpoint.channel = model::ChannelId{0};
      program.components[component].endpoints.push_back(
          model::EndpointId{static_cast<std::uint32_t>(program.endpoints.size())});
      program.endpoints.push_back(std::move(endpoint));
      draft.endpoint_places.emplace_back();
    };
    program.channels.resize(1);
    add(0, 0);
    add(0, 2);
    add(1, 1);
    program.endpoints[2].publishes = {model::MessageId{2}};
    draft.endpoint_places[2].publishes.resize(1);
    program.sagas.resize(1);
    model::Saga& saga = program.sagas[0];
    saga.states.resize(2);
    saga.states[0].name = "waiting";
    saga.states[1].name = "done";
    saga.states[1].final = true;
    saga.starts = {on(0, 0, true)};
  }

  static model::Transition on(std::uint32_t endpoint, std::uint32_t target, bool sends) {
    model::Transition transition;
    transition.endpoint = model::EndpointId{endpoint};
    transition.targets = {target};
    if (sends) {
      transition.emissions.emplace_back();
      transition.emissions.back().message = model::MessageId{1};
      transition.emissions.back().sends = true;
    }
    return transition;
  }

  std::size_t loops() const {
    Reporter reporter;
    check_loops(draft, reporter);
    return reporter.error_count();
  }
};

TEST_CASE("question and answer of a saga are no loop") {
  Conversation talk;
  talk.program.sagas[0].states[0].transitions = {Conversation::on(1, 1, false)};
  CHECK(talk.loops() == 0);
}

TEST_CASE("a saga that asks again in the same state goes round, unless it ends") {
  Conversation talk;
  talk.program.sagas[0].states[0].transitions = {Conversation::on(1, 0, true)};
  CHECK(talk.loops() == 1);
  talk.program.sagas[0].deadline.emplace();
  CHECK(talk.loops() == 0);
}

TEST_CASE("a saga that asks once more on its way is bounded") {
  Conversation talk;
  talk.program.sagas[0].states[0].transitions = {Conversation::on(1, 1, true)};
  CHECK(talk.loops() == 0);
}

TEST_CASE("a saga that its own answers begin anew bounds nothing") {
  Conversation talk;
  talk.program.sagas[0].deadline.emplace();
  talk.program.sagas[0].states[0].transitions = {Conversation::on(1, 1, true)};
  talk.program.sagas[0].starts = {Conversation::on(1, 0, true)};
  CHECK(talk.loops() == 1);
}

TEST_CASE("an answer that is retried for longer than its saga waits is named") {
  Conversation talk;
  model::Transition timer;
  timer.after_us = 60'000'000;
  timer.targets = {1};
  talk.program.sagas[0].states[0].transitions = {Conversation::on(1, 1, false), timer};
  Reporter reporter;
  check_retry_times(talk.draft, reporter);
  REQUIRE(reporter.diagnostics().size() == 1);
  CHECK(reporter.diagnostics()[0].id == kRetryPastSaga.definition.id);
  CHECK(reporter.diagnostics()[0].message ==
        "`Answers.on_1` may take 5m 46s to answer, and state `waiting` waits 1m");
  talk.program.sagas[0].states[0].transitions[1].after_us = 3'600'000'000;
  Reporter silent;
  check_retry_times(talk.draft, silent);
  CHECK(silent.diagnostics().empty());
}

TEST_CASE("a slip that ends before its steps may is named") {
  model::Draft draft = ring(2, false);
  model::Program& program = draft.program;
  program.components[0].name = "Slip";
  program.channels.resize(1);
  program.endpoints[0].channel = model::ChannelId{0};
  model::Orchestrator& slip = program.orchestrators.emplace_back();
  slip.items = {{model::EndpointId{1}, std::nullopt, false, {}},
                {model::EndpointId{1}, std::nullopt, false, {}}};
  slip.deadline.emplace();
  slip.deadline->within_us = 600'000'000;
  Reporter reporter;
  check_retry_times(draft, reporter);
  REQUIRE(reporter.diagnostics().size() == 1);
  CHECK(reporter.diagnostics()[0].message ==
        "the steps of `Slip` may take 11m 32s, and it ends after 10m");
}

TEST_CASE("a handling is compared with what its broker allows") {
  model::Draft draft = ring(1, false);
  model::Program& program = draft.program;
  program.channels.resize(1);
  program.channels[0].timeout_us = 13LL * 3600 * 1'000'000;
  program.endpoints[0].channel = model::ChannelId{0};
  model::Deployment& deployment = program.deployments.emplace_back();
  deployment.channel_places = {{model::PlaceRef::Kind::broker, 0}};
  model::Broker& broker = deployment.brokers.emplace_back();
  broker.name = "backbone";
  Reporter kafka;
  check_retry_times(draft, kafka);
  REQUIRE(kafka.diagnostics().size() == 1);
  CHECK(kafka.diagnostics()[0].id == kTimeoutPastPoll.definition.id);
  broker.kind = model::BrokerKind::sqs;
  Reporter sqs;
  check_retry_times(draft, sqs);
  REQUIRE(sqs.diagnostics().size() == 1);
  CHECK(sqs.diagnostics()[0].id == kTimeoutPastVisibility.definition.id);
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
