#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "cli/command.h"

namespace flow::detail {

struct Verb {
  std::string_view path;  ///< `run`, `dead-letters list`
  std::string_view help;
  std::unique_ptr<Command> (*make)();
};

/// A word that only other words follow.
struct VerbGroup {
  std::string_view name;
  std::string_view help;
};

/// In the order of the help.
std::span<const Verb> verbs();
std::span<const VerbGroup> verb_groups();

// Each in the file of its verb.
std::unique_ptr<Command> make_run();
std::unique_ptr<Command> make_send();
std::unique_ptr<Command> make_publish();
std::unique_ptr<Command> make_ask();
std::unique_ptr<Command> make_channels();
std::unique_ptr<Command> make_dead_letters_list();
std::unique_ptr<Command> make_dead_letters_show();
std::unique_ptr<Command> make_dead_letters_replay();
std::unique_ptr<Command> make_dead_letters_discard();
std::unique_ptr<Command> make_migrate();
std::unique_ptr<Command> make_topology();

}  // namespace flow::detail
