#include "cli/options.h"

#include "cli/text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace flow::detail {

namespace {

Error usage(std::string text) {
  return Error{Category::rejected, "usage", std::move(text)};
}

// What was typed, before it is understood.
struct Raw {
  std::string drain_deadline, delay, expires_in, id, every, since, until, rate;
  std::vector<std::string> headers;
};

CLI::Option* add_many(CLI::App* app, const std::string& name, auto& values,
                      const std::string& help) {
  return app->add_option(name, values, help)->allow_extra_args(false);
}

class Parser {
 public:
  Parser(std::string_view service, std::string_view version, std::string program)
      : app_(fmt::format("The service {}: runs it, sends it messages, shows and repairs its state.",
                         service),
             program) {
    line_.program = std::move(program);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_help_flag("-h,--help", "Show this text");
    app_.set_version_flag("--version", std::string{version}, "Show the version");
    app_.add_option("--deploy", line_.deployment, "The deployment; default: the first declared")
        ->type_name("NAME");
    app_.add_option("--store", line_.store, "The store's file, instead of the deployment's")
        ->type_name("PATH");
    app_.add_flag("--json", line_.json, "Write JSON, errors too");
    app_.footer(
        "DURATION is a whole number and a unit: 250ms 30s 15m 2h 30d. TIME is "
        "2026-11-22T20:08:03Z, "
        "2026-11-22, or a DURATION ago.\nExit codes: 0 done, 1 failed, 2 wrong usage, 75 left "
        "because "
        "it was unhealthy.");
    add_run();
    add_send("send", Verb::send, "Send a command");
    add_send("publish", Verb::publish, "Publish an event");
    add_channels();
    add_dead_letters();
    add_migrate();
    verb("topology", Verb::topology, "Show messages, channels and endpoints");
  }

  std::variant<CommandLine, Said, Error> parse(std::span<const std::string> argv, Timestamp now) {
    std::vector<std::string> reversed{argv.begin() + (argv.empty() ? 0 : 1), argv.end()};
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
    for (const auto& [command, verb] : verbs_) {
      if (command->parsed()) line_.verb = verb;
    }
    if (auto wrong = understand(now)) return usage(wrong->text + hint());
    return std::move(line_);
  }

 private:
  CLI::App* verb(const std::string& name, Verb verb, const std::string& help,
                 CLI::App* under = nullptr) {
    CLI::App* command = (under == nullptr ? &app_ : under)->add_subcommand(name, help);
    verbs_.emplace_back(command, verb);
    return command;
  }

  void add_run() {
    CLI::App* run = verb("run", Verb::run, "Handle messages until SIGTERM or SIGINT");
    run->add_option("--drain-deadline", raw_.drain_deadline,
                    "How long what runs may take to finish after SIGTERM; default 30s")
        ->type_name("DURATION");
    run->add_flag(
        "--accept-orphans", line_.accept_orphans,
        "Means nothing any more: what a program does not know never keeps it from starting");
    run->add_option("--metrics-file", line_.metrics_file,
                    "Rewrite this file every 5s with metrics in the Prometheus text format")
        ->type_name("PATH");
  }

  void add_send(const std::string& name, Verb which, const std::string& help) {
    CLI::App* send = verb(name, which, help);
    send->add_option("TYPE", line_.type,
                     "The message: its full name, or its last part when only one has it")
        ->required();
    send->add_option("PAYLOAD", line_.payload, "JSON, @FILE, or - for standard input")->required();
    send->add_option("--delay", raw_.delay, "Hand it to nobody before")->type_name("DURATION");
    send->add_option("--expires-in", raw_.expires_in, "Dead-letter it when not handled by then")
        ->type_name("DURATION");
    send->add_option("--id", raw_.id, "The message's id, for callers that send again")
        ->type_name("UUID");
    add_many(send, "--header", raw_.headers, "A header; may be repeated")->type_name("NAME=VALUE");
  }

  void add_channels() {
    CLI::App* channels = verb("channels", Verb::channels,
                              "Show each channel's depth, oldest age, dead letters and rate");
    channels->add_flag("--watch", line_.watch, "Show it again and again");
    channels->add_option("--every", raw_.every, "How often, with --watch; default 1s")
        ->type_name("DURATION");
    channels
        ->add_option("--times", line_.times, "How many times, with --watch; default: until stopped")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
  }

  void add_filters(CLI::App* command) {
    DeadLetterOptions& dead = line_.dead;
    add_many(command, "--id", dead.ids, "Only this dead letter; may be repeated")->type_name("ID");
    command->add_option("--endpoint", dead.endpoint, "Only of this endpoint id")->type_name("ID");
    command->add_option("--channel", dead.channel, "Only of this channel")->type_name("NAME");
    // By a function: into an optional, CLI11 reads the empty text as none.
    command
        ->add_option_function<std::string>(
            "--key", [&dead](const std::string& key) { dead.key = key; },
            "Only of this message key")
        ->type_name("KEY");
    command->add_option("--reason", dead.reason, "Only with this text in the reason")
        ->type_name("TEXT");
    command->add_option("--since", raw_.since, "Only those that died then or later")
        ->type_name("TIME");
    command->add_option("--until", raw_.until, "Only those that died before")->type_name("TIME");
    command->add_option("--limit", dead.limit, "At most so many")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
  }

  void add_dead_letters() {
    CLI::App* dead =
        app_.add_subcommand("dead-letters", "List, show, replay and discard dead letters");
    dead->require_subcommand(1);
    dead->fallthrough();
    CLI::App* list = verb("list", Verb::dead_list, "List them, oldest first", dead);
    add_filters(list);
    list->add_flag("--all", line_.dead.all, "Without a limit");
    CLI::App* show = verb("show", Verb::dead_show, "Show one: envelope, attempts and errors", dead);
    add_many(show, "ID", line_.dead.ids, "Its number, as list shows it")->required()->expected(1);
    show->add_flag("--payload", line_.dead.payload, "Show the payload too");
    CLI::App* replay = verb("replay", Verb::dead_replay,
                            "Give them back to their endpoints, and to these only", dead);
    add_filters(replay);
    replay->add_flag("--all", line_.dead.all, "All of them");
    replay->add_option("--rate", raw_.rate, "Not faster, like 50/s")->type_name("N/s");
    CLI::App* discard = verb("discard", Verb::dead_discard, "Delete them for good", dead);
    add_filters(discard);
    discard->add_flag("--all", line_.dead.all, "All of them");
  }

  void add_migrate() {
    CLI::App* migrate =
        verb("migrate", Verb::migrate,
             "Create the store or bring it to this version; show what it holds for endpoints "
             "no longer declared");
    migrate
        ->add_option("--retire", line_.retire,
                     "Dead-letter what is left of this endpoint, and forget the endpoint")
        ->type_name("ENDPOINT");
  }

  // ` See ...`, for the command that was meant.
  std::string hint() const {
    std::string path = line_.program;
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
        return fmt::format(
            "`{}` is one argument too many (JSON needs quotes in a shell: '{{\"a\": 1}}')", *word);
      }
    }
    if (argv.size() <= 1)
      return fmt::format("say what to do: {}", fmt::join(subcommand_names(&app_), ", "));
    return error.what();
  }

  template <typename T, typename Read, typename To>
  void convert(const char* name, const std::string& text, Read read, To& to) {
    if (text.empty() || wrong_) return;
    Result<T> value = read(text);
    if (value) {
      to = value.value();
    } else {
      wrong_ = usage(fmt::format("{}: {}", name, value.error().text));
    }
  }

  std::optional<Error> understand(Timestamp now) {
    const auto time = [now](const std::string& text) { return parse_human_time(text, now); };
    convert<microseconds>("--drain-deadline", raw_.drain_deadline, parse_human_duration,
                          line_.drain_deadline);
    convert<microseconds>("--delay", raw_.delay, parse_human_duration, line_.send.delay);
    convert<microseconds>("--expires-in", raw_.expires_in, parse_human_duration,
                          line_.send.expires_in);
    convert<microseconds>("--every", raw_.every, parse_human_duration, line_.every);
    convert<Timestamp>("--since", raw_.since, time, line_.dead.since);
    convert<Timestamp>("--until", raw_.until, time, line_.dead.until);
    convert<double>("--rate", raw_.rate, parse_human_rate, line_.dead.rate_per_s);
    for (const std::string& text : raw_.headers) {
      std::pair<std::string, std::string> header;
      convert<std::pair<std::string, std::string>>("--header", text, parse_header, header);
      line_.send.headers.insert_or_assign(header.first, header.second);
    }
    if (!raw_.id.empty()) {
      line_.send.id = Uuid::parse(raw_.id);
      if (!line_.send.id || line_.send.id->is_nil()) {
        return usage(fmt::format("--id: `{}` is no UUID", raw_.id));
      }
    }
    if (!wrong_ && line_.every.count() == 0) wrong_ = usage("--every: 0 would never rest");
    if (!wrong_ && line_.send.expires_in && line_.send.expires_in->count() == 0) {
      wrong_ = usage("--expires-in: 0 expires before anyone handles it");
    }
    const bool bulk = line_.verb == Verb::dead_replay || line_.verb == Verb::dead_discard;
    if (!wrong_ && bulk && !line_.dead.filtered() && !line_.dead.all) {
      const char* what = line_.verb == Verb::dead_replay ? "replay" : "discard";
      wrong_ = usage(fmt::format(
          "say which dead letters to {0}: --id, --endpoint, --channel, --key, --reason, "
          "--since or --until, or --all for every one",
          what));
    }
    return wrong_;
  }

  CommandLine line_;
  Raw raw_;
  CLI::App app_;
  std::vector<std::pair<CLI::App*, Verb>> verbs_;
  std::optional<Error> wrong_;
};

}  // namespace

std::variant<CommandLine, Said, Error> parse_command_line(std::string_view service,
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
