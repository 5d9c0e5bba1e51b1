#include <llvm/ADT/StringRef.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>

#include "commands/command.h"
#include "commands/usage.h"
#include "commands/version.h"
#include "diagnostics/suggest.h"

namespace flowc {

namespace cl = llvm::cl;

std::vector<std::unique_ptr<Command>> all_commands() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(make_build_command());
  commands.push_back(make_check_command());
  commands.push_back(make_dump_command());
  commands.push_back(make_explain_command());
  commands.push_back(make_fmt_command());
  commands.push_back(make_lock_command());
  commands.push_back(make_diff_command());
  commands.push_back(make_graph_command());
  commands.push_back(make_init_command());
  commands.push_back(make_later_command("export", "Write the program as AsyncAPI"));
  commands.push_back(make_later_command("import", "Read a program from AsyncAPI"));
  commands.push_back(make_later_command("lsp", "Serve an editor"));
  return commands;
}

namespace {

// LLVM takes an unknown command for an argument of none; its message would not help.
bool names_a_command(int argc, const char* const* argv,
                     const std::vector<std::unique_ptr<Command>>& commands,
                     const Environment& environment) {
  if (argc < 2 || argv[1][0] == '-') return true;
  std::vector<std::string> names;
  for (const auto& command : commands) names.push_back(command->name());
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return true;
  environment.err << "flowc: there is no command `" << argv[1] << '`';
  const std::vector<std::string> similar = suggest(argv[1], names);
  if (similar.size() == 1) environment.err << "; did you mean `" << similar.front() << "`?";
  environment.err << "\nflowc: `flowc --help` lists them\n";
  return false;
}

const cl::SubCommand& command_named(llvm::StringRef name) {
  for (const cl::SubCommand* command : cl::getRegisteredSubcommands())
    if (command->getName() == name) return *command;
  return *cl::TopLevelSubCommand;
}

bool parse_arguments(int argc, const char* const* argv, const Environment& environment) {
  const cl::SubCommand& command = command_named(argc < 2 ? "" : argv[1]);
  const std::string name = command.getName().str();
  const int first = std::min(argc, name.empty() ? 1 : 2);
  const std::string why = why_not_usable(command, {argv + first, argv + argc});
  if (!why.empty()) environment.err << "flowc: " << why << '\n';
  const char* overview =
      "flowc: compiles .flow files, which declare message-driven services, to C++\n";
  if (why.empty() && cl::ParseCommandLineOptions(argc, argv, overview, &environment.err))
    return true;
  environment.err << "flowc: `flowc " << name << (name.empty() ? "" : " ")
                  << "--help` says what there is\n";
  return false;
}

}  // namespace

int run_flowc(int argc, const char* const* argv, const Environment& environment) {
  cl::SetVersionPrinter([](llvm::raw_ostream& out) { out << "flowc " << kVersion << '\n'; });
  // LLVM's own, of which flowc takes no notice: NO_COLOR is what it knows.
  if (const auto colour = cl::getRegisteredOptions().find("color");
      colour != cl::getRegisteredOptions().end())
    colour->second->setHiddenFlag(cl::ReallyHidden);
  const std::vector<std::unique_ptr<Command>> commands = all_commands();
  if (!names_a_command(argc, argv, commands, environment)) return static_cast<int>(ExitCode::usage);
  if (!parse_arguments(argc, argv, environment)) return static_cast<int>(ExitCode::usage);
  for (const auto& command : commands) {
    if (command->chosen()) return static_cast<int>(command->run(environment));
  }
  environment.err << "flowc: say what to do: `flowc build FILE -o DIR`, `flowc check FILE`, or "
                     "`flowc --help`\n";
  return static_cast<int>(ExitCode::usage);
}

}  // namespace flowc
