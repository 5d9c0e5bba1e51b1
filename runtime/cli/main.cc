#include "cli/commands.h"

#include "observe/log.h"
#include "observe/redact.h"

#include <fmt/format.h>

#include <exception>
#include <string>
#include <variant>
#include <vector>

namespace flow {

namespace detail {

namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

Result<int> execute(CommandContext& context) {
  switch (context.line.verb) {
    case Verb::run:
      return run_service(context);
    case Verb::send:
    case Verb::publish:
      return send_message(context);
    case Verb::channels:
      return show_channels(context);
    case Verb::dead_list:
      return list_dead_letters(context);
    case Verb::dead_show:
      return show_dead_letter(context);
    case Verb::dead_replay:
      return replay_dead_letters(context);
    case Verb::dead_discard:
      return discard_dead_letters(context);
    case Verb::migrate:
      return migrate_store(context);
    case Verb::topology:
      return show_topology(context);
  }
  return Error{Category::bug, "no_verb", "this command is not known"};
}

// The one place where what a command throws becomes an error: a handler in the caller's unit of
// work may throw anything.
Result<int> execute_safely(CommandContext& context) {
  try {
    return execute(context);
  } catch (const BusError& failed) {
    return failed.error;
  } catch (const SqlError& failed) {
    return failed.error;
  } catch (const Reject& rejected) {
    return Error{Category::rejected, "rejected", rejected.what()};
  } catch (const std::bad_alloc&) {
    return Error{Category::busy, "out_of_memory", "out of memory"};
  } catch (const std::exception& failed) {
    return Error{Category::bug, "failed", failed.what()};
  }
}

int report(const Error& error, bool json, std::string_view service, Console& console) {
  const std::string text = without_passwords(error.text);
  if (json) {
    console.out(fmt::format("{{\"error\":{{\"code\":{},\"category\":{},\"text\":{}}}}}\n",
                            json_quoted(error.code), json_quoted(to_string(error.category)),
                            json_quoted(text)));
  } else {
    console.err(fmt::format("{}: {}\n", service, printable_lines(text)));
  }
  return error.code == "usage" ? kUsage : kFailed;
}

bool asks_for_json(std::span<const std::string> argv) {
  for (const std::string& word : argv) {
    if (word == "--json") return true;
  }
  return false;
}

int flushed(int code, std::string_view service, Console& console) {
  const Result<void> done = console.flush();
  if (done) return code;
  console.err(fmt::format("{}: {}\n", service, done.error().text));
  return code == 0 ? kFailed : code;
}

}  // namespace

int run_command_line(Service& service, std::span<const std::string> argv, Console& console,
                     Clock& clock) {
  const Topology& topology = service.topology();
  const std::string version = fmt::format("{}, contract {}, flow {}", topology.service,
                                          topology.contract_hash.substr(0, 12), FLOW_VERSION);
  auto parsed = parse_command_line(topology.service, version, argv, clock.now());
  int code = 0;
  if (const auto* said = std::get_if<Said>(&parsed)) {
    console.out(said->text);
  } else if (const auto* wrong = std::get_if<Error>(&parsed)) {
    code = report(*wrong, asks_for_json(argv), topology.service, console);
  } else {
    const CommandLine& line = std::get<CommandLine>(parsed);
    CommandContext context{service, line, console, clock};
    const Result<int> done = execute_safely(context);
    code = done ? done.value() : report(done.error(), line.json, topology.service, console);
  }
  return flushed(code, topology.service, console);
}

}  // namespace detail

int main(Service& service, int argc, char** argv) {
  const std::vector<std::string> words{argv, argv + argc};
  detail::StandardConsole console;
  SystemClock clock;
  return detail::run_command_line(service, words, console, clock);
}

}  // namespace flow
