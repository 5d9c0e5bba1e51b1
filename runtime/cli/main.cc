#include "cli/commands.h"

#include "cli/options.h"
#include "cli/text.h"
#include "observe/log.h"
#include "observe/redact.h"

#include <fmt/format.h>

#include <exception>
#include <string>
#include <variant>
#include <vector>

namespace flow {

namespace detail {

// The one place where what is thrown becomes an error: a handler may throw anything.
Error current_error() {
  try {
    throw;
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
  } catch (...) {
    return Error{Category::bug, "failed", "something was thrown that is no exception"};
  }
}

namespace {

Result<int> execute_safely(Command& command, CommandContext& context) {
  try {
    return command.run(context);
  } catch (...) {
    return current_error();
  }
}

int report(const Error& error, bool json, std::string_view service, Console& console) {
  const std::string text = bounded(without_passwords(error.text));
  if (json) {
    console.out(fmt::format("{{\"error\":{{\"code\":{},\"category\":{},\"text\":{}}}}}\n",
                            json_quoted(error.code), json_quoted(to_string(error.category)),
                            json_quoted(text)));
  } else {
    console.err(fmt::format("{}: {}\n", service, printable_lines(text)));
  }
  return error.code == "usage" ? kWrongUsage : kFailed;
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
  return code == kDone ? kFailed : code;
}

}  // namespace

int run_command_line(Service& service, std::span<const std::string> argv, Console& console,
                     Clock& clock) {
  const Topology& topology = service.topology();
  const std::string version = fmt::format("{}, contract {}, flow {}", topology.service,
                                          topology.contract_hash.substr(0, 12), FLOW_VERSION);
  auto parsed = parse_command_line(topology.service, version, argv, clock.now());
  int code = kDone;
  if (const auto* said = std::get_if<Said>(&parsed)) {
    console.out(said->text);
  } else if (const auto* wrong = std::get_if<Error>(&parsed)) {
    code = report(*wrong, asks_for_json(argv), topology.service, console);
  } else {
    const auto& [line, verb, command] = std::get<Parsed>(parsed);
    CommandContext context{service, line, console, clock};
    Result<int> done = execute_safely(*command, context);
    if (!done && done.error().code == "usage")
      done.error().text += fmt::format("\nSee `{} {} --help`.", line.program, verb);
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
