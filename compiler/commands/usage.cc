#include "commands/usage.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/CommandLine.h>

#include <algorithm>
#include <cstddef>
#include <set>

#include "diagnostics/suggest.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;

std::string in_backticks(llvm::StringRef text) {
  return '`' + text.str() + '`';
}

std::string called(const cl::SubCommand& command) {
  return in_backticks(command.getName().empty() ? "flowc" : "flowc " + command.getName().str());
}

bool is_required(const cl::Option& option) {
  return option.getNumOccurrencesFlag() == cl::Required ||
         option.getNumOccurrencesFlag() == cl::OneOrMore;
}

std::string no_such_option(const cl::SubCommand& command, const std::string& name,
                           const std::string& written) {
  std::vector<std::string> names;
  for (const auto& option : command.OptionsMap) {
    if (option.second->getOptionHiddenFlag() == cl::NotHidden)
      names.push_back(option.first().str());
  }
  std::sort(names.begin(), names.end());
  std::string text = called(command) + " has no option " + in_backticks(written);
  const std::vector<std::string> similar = suggest(name, names);
  if (similar.size() == 1) text += "; did you mean " + in_backticks("--" + similar.front()) + '?';
  return text;
}

/// What a command line gives a command, as far as it has been read.
struct Given {
  std::vector<std::string> positional;
  std::set<const cl::Option*> options;
  bool help = false;
};

/// Reads the option at `i`, and its value, at which `i` stands then.
std::string read_option(const cl::SubCommand& command, const std::vector<std::string>& arguments,
                        std::size_t& i, Given& given) {
  const auto [written, value] = llvm::StringRef(arguments[i]).split('=');
  const std::string name = written.drop_front(written.startswith("--") ? 2 : 1).str();
  const auto found = command.OptionsMap.find(name);
  // `-h` comes into the map when LLVM parses.
  if (name == "h" || (found != command.OptionsMap.end() && found->first().startswith("help"))) {
    given.help = true;
    return "";
  }
  if (found == command.OptionsMap.end()) return no_such_option(command, name, written.str());
  const cl::Option& option = *found->second;
  if (!given.options.insert(&option).second) return in_backticks(written) + " is given twice";
  if (option.getValueExpectedFlag() != cl::ValueRequired) return "";
  const bool inside = written.size() < arguments[i].size();
  if (!inside && ++i == arguments.size()) return in_backticks(written) + " needs a value";
  const bool empty = inside ? value.empty() : arguments[i].empty();
  return empty ? "the value of " + in_backticks(written) + " is empty" : "";
}

std::string read_all(const cl::SubCommand& command, const std::vector<std::string>& arguments,
                     Given& given) {
  bool options_end = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!options_end && argument == "--") {
      options_end = true;
    } else if (!options_end && argument.size() > 1 && argument.front() == '-') {
      std::string why = read_option(command, arguments, i, given);
      if (!why.empty()) return why;
    } else {
      given.positional.push_back(argument);
    }
  }
  return "";
}

std::string why_not_these(const cl::SubCommand& command,
                          const std::vector<std::string>& positional) {
  std::size_t at = 0;
  for (const cl::Option* option : command.PositionalOpts) {
    if (at == positional.size())
      return is_required(*option) ? called(command) + " needs " + option->HelpStr.str() : "";
    const bool list = option->getNumOccurrencesFlag() == cl::OneOrMore;
    for (const std::size_t end = list ? positional.size() : at + 1; at < end; ++at)
      if (positional[at].empty()) return "an empty name stands for " + option->HelpStr.str();
  }
  return at < positional.size() ? in_backticks(positional[at]) + " is one argument too many" : "";
}

}  // namespace

std::string why_not_usable(const cl::SubCommand& command,
                           const std::vector<std::string>& arguments) {
  if (!command.SinkOpts.empty()) return "";  // it takes anything
  Given given;
  const std::string why = read_all(command, arguments, given);
  if (!why.empty() || given.help) return why;
  if (command.getName().empty() && !given.positional.empty())
    return "the command stands first: `flowc " + given.positional.front() + "`";
  return why_not_these(command, given.positional);
}

}  // namespace flowc
