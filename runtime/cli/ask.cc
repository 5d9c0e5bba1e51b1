#include "engine/handling.h"
#include "engine/store.h"
#include "flow/handling.h"
#include "cli/commands.h"
#include "cli/json_text.h"
#include "cli/message_input.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "host/deployment.h"

#include <fmt/format.h>

#include <random>

namespace flow::detail {

namespace {

constexpr microseconds kWaitForSql{30'000'000};

/// One unit of work that is never submitted. A query only reads; what a command that its handler
/// sends writes is rolled back.
class Question final : private SqlSource {
 public:
  Question(const CommandContext& context, Store& store)
      : store_(store),
        routes_(context.topology()),
        world_{context.topology(), routes_, context.service.handlers(), context.clock},
        ids_(std::random_device{}()),
        unit_(world_, ids_, *this, std::stop_token{}, true) {}

  Result<std::string> ask(MessageNo query, std::optional<std::string> key, std::string payload) {
    EngineHandling handling(unit_, nothing_);
    try {
      return handling.ask(query, std::move(key), std::move(payload));
    } catch (const BusError&) {  // says which handler, or that there is none
      return current_error();
    } catch (...) {
      Error error = current_error();
      error.text = fmt::format("the handler of `{}` failed: {}",
                               world_.topology.messages[query].wire_name, error.text);
      return error;
    }
  }

 private:
  std::unique_ptr<SqlScope> open(const std::stop_token& stop) override {
    auto opened = store_.open_sql(kWaitForSql, {.handler = "ask", .stop = stop});
    if (!opened) throw SqlError(opened.error());
    return std::move(opened).value();
  }
  std::unique_ptr<Sql> open_reading() override {
    auto opened = store_.open_reading();
    if (!opened) throw SqlError(opened.error());
    return std::move(opened).value();
  }
  void opened(SqlScope*) override {}

  Store& store_;
  const DispatchTable routes_;
  const HandlingWorld world_;
  IdSource ids_;
  const Message nothing_;
  UnitBuilder unit_;
};

/// `ask`: a query, answered by this program's handler on the deployment's store.
class Ask final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("TYPE", type_,
                     "The query: its full name, or its last part when only one has it");
    options.argument("PAYLOAD", payload_, "JSON, @FILE, or - for standard input");
  }

  Result<int> run(CommandContext& context) override {
    const CommonOptions& line = context.line;
    const Topology& topology = context.topology();
    const Result<MessageNo> number = find_message(topology, type_, MessageKind::query);
    if (!number) return number.error();
    const MessageType& query = topology.messages[*number];
    if (auto allowed = refuse_memory(context, "another process cannot ask it"); !allowed)
      return allowed.error();
    auto payload = read_payload(payload_, context.console);
    if (!payload) return payload.error();
    auto key = inspect_payload(query, *payload);
    if (!key) return key.error();
    auto store = open_existing_store(topology, line.deployment, line.store, context.clock);
    if (!store) return store.error();
    Question question{context, **store};
    auto reply = question.ask(*number, std::move(*key), std::move(*payload));
    if (!reply) return reply.error();
    const std::string answer = json_line(*reply);
    context.console.out(
        line.json ? fmt::format("{{\"type\":\"{}\",\"answer\":{}}}\n", query.wire_name, answer)
                  : answer + '\n');
    return kDone;
  }

 private:
  std::string type_;
  std::string payload_;
};

}  // namespace

std::unique_ptr<Command> make_ask() {
  return std::make_unique<Ask>();
}

}  // namespace flow::detail
