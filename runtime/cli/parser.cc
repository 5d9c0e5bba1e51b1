#include "cli/options.h"

#include "cli/text.h"
#include "cli/verbs.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace flow::detail {

namespace {

constexpr const char* kFooter =
    "DURATION is a whole number and a unit: 250ms 30s 15m 2h 30d. TIME is "
    "2026-11-22T20:08:03Z, 2026-11-22, or a DURATION ago.\n"
    "Every command takes --json, --deploy NAME and --store PATH as well.\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage; of `run` also 3 left handlers behind at the "
    "drain deadline, 75 left because it was unhealthy.";

// An option's type alone: what is required is in the usage, and what may be repeated says so.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return type.empty() || option->get_positional() ? std::string{} : ' ' + type;
  }
};

// The name in `--name=`, which CLI11 would read as `--name` and the next word.
std::string given_nothing(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (!word.starts_with("--") || equals != word.size() - 1) return {};
  return std::string{word.substr(0, equals)};
}

class Parser {
 public:
  Parser(std::string_view service, std::string_view version, std::string program)
      : app_(fmt::format("The service {}: runs it, sends it messages, shows and repairs its state.",
                         service),
             program),
        common_(app_) {
    line_.common.program = std::move(program);
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_help_flag("-h,--help", "Show this text");
    app_.set_version_flag("--version", std::string{version}, "Show the version");
    common_.text("--deploy", line_.common.deployment, "NAME",
                 "The deployment; default: the first declared");
    common_.text("--store", line_.common.store, "PATH",
                 "The store's file, instead of the deployment's");
    common_.flag("--json", line_.common.json, "Write JSON, errors too");
    app_.footer(kFooter);
    for (const Verb& verb : verbs()) add(verb);
  }

  std::variant<Parsed, Said, Error> parse(std::span<const std::string> argv, Timestamp now) {
    std::vector<std::string> reversed{argv.begin() + (argv.empty() ? 0 : 1), argv.end()};
    for (const std::string& word : reversed) {
      if (word == "--") break;
      if (const std::string name = given_nothing(word); !name.empty())
        return usage(is_empty(name) + fmt::format("\nSee `{} --help`.", line_.common.program));
    }
    std::reverse(reversed.begin(), reversed.end());
    try {
      app_.parse(std::move(reversed));
    } catch (const CLI::CallForHelp&) {
      return Said{app_.help()};
    } catch (const CLI::CallForVersion& version) {
      return Said{std::string{version.what()} + '\n'};
    } catch (const CLI::ParseError& error) {
      return usage(explain(error, argv) + hint());
    }
    if (auto read = common_.read(now); !read) return usage(read.error().text + hint());
    for (Entry& entry : entries_) {
      if (!entry.app->parsed()) continue;
      Result<void> good = entry.options->read(now);
      if (good) good = entry.command->check();
      if (!good) return usage(good.error().text + hint());
      line_.verb = entry.path;
      line_.command = std::move(entry.command);
    }
    return std::move(line_);
  }

 private:
  struct Entry {
    std::string_view path;
    CLI::App* app;
    std::unique_ptr<Command> command;
    std::unique_ptr<Options> options;
  };

  void add(const Verb& verb) {
    CLI::App* under = &app_;
    std::string name{verb.path};
    if (const std::size_t space = name.find(' '); space != std::string::npos) {
      under = group(name.substr(0, space));
      name.erase(0, space + 1);
    }
    CLI::App* app = under->add_subcommand(name, std::string{verb.help});
    Entry& entry =
        entries_.emplace_back(Entry{verb.path, app, verb.make(), std::make_unique<Options>(*app)});
    entry.command->declare(*entry.options);
  }

  CLI::App* group(const std::string& name) {
    for (CLI::App* known : app_.get_subcommands([](const CLI::App*) { return true; })) {
      if (known->get_name() == name) return known;
    }
    std::string help;
    for (const VerbGroup& group : verb_groups()) {
      if (group.name == name) help = group.help;
    }
    CLI::App* group = app_.add_subcommand(name, help);
    group->require_subcommand(1);
    group->fallthrough();
    return group;
  }

  // ` See ...`, for the command that was meant.
  std::string hint() const {
    std::string path = line_.common.program;
    const CLI::App* at = &app_;
    for (auto chosen = at->get_subcommands(); !chosen.empty(); chosen = at->get_subcommands()) {
      at = chosen.back();
      path += ' ' + at->get_name();
    }
    return fmt::format("\nSee `{} --help`.", path);
  }

  const CLI::App* deepest() const {
    const CLI::App* at = &app_;
    for (auto chosen = at->get_subcommands(); !chosen.empty(); chosen = at->get_subcommands()) {
      at = chosen.back();
    }
    return at;
  }

  std::vector<std::string> subcommand_names(const CLI::App* of) const {
    std::vector<std::string> names;
    for (const CLI::App* sub : of->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(sub->get_name());
    }
    return names;
  }

  std::vector<std::string> option_names(const CLI::App* of) const {
    std::vector<std::string> names;
    for (const CLI::App* at = of; at != nullptr; at = at->get_parent()) {
      for (const CLI::Option* option : at->get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
      }
    }
    return names;
  }

  std::string explain(const CLI::ParseError& error, std::span<const std::string> argv) {
    const CLI::App* at = deepest();
    const std::vector<std::string> left = app_.remaining(true);
    const std::vector<std::string> commands = subcommand_names(at);
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
        dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
      const auto word =
          std::find_if(left.begin(), left.end(), [](const std::string& w) { return w != "--"; });
      if (word != left.end() && word->starts_with("-") && word->size() > 1) {
        return fmt::format("there is no option `{}` here{}", *word,
                           did_you_mean(*word, option_names(at)));
      }
      if (!commands.empty() && word != left.end()) {
        return fmt::format("there is no command `{}`{}", *word, did_you_mean(*word, commands));
      }
      if (!commands.empty()) {
        return fmt::format("say what to do: {}", fmt::join(commands, ", "));
      }
      if (word != left.end()) {
        const bool takes_json = at->get_option_no_throw("PAYLOAD") != nullptr;
        return fmt::format("`{}` is one argument too many{}", *word,
                           takes_json ? " (JSON needs quotes in a shell: '{\"a\": 1}')" : "");
      }
    }
    if (argv.size() <= 1)
      return fmt::format("say what to do: {}", fmt::join(subcommand_names(&app_), ", "));
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
      const std::string said = error.what();
      const std::string name = said.substr(0, said.find(':'));
      for (const CLI::App* from = at; from != nullptr; from = from->get_parent()) {
        const CLI::Option* option = from->get_option_no_throw(name);
        if (option != nullptr)
          return fmt::format("{0} lacks its value: {0} {1}", name, option->get_type_name());
      }
    }
    return error.what();
  }

  Parsed line_;
  CLI::App app_;
  Options common_;
  std::vector<Entry> entries_;
};

}  // namespace

std::variant<Parsed, Said, Error> parse_command_line(std::string_view service,
                                                     std::string_view version,
                                                     std::span<const std::string> argv,
                                                     Timestamp now) {
  std::string program{argv.empty() ? service : std::string_view{argv.front()}};
  program.erase(0, program.rfind('/') + 1);
  if (program.empty()) program = service;
  Parser parser{service, version, std::move(program)};
  return parser.parse(argv, now);
}

}  // namespace flow::detail
