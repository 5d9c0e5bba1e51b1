#include "cli/verbs.h"

#include <array>

namespace flow::detail {

std::span<const Verb> verbs() {
  static constexpr std::array kVerbs{
      Verb{"run", "Handle messages until SIGTERM or SIGINT", make_run},
      Verb{"send", "Send a command", make_send},
      Verb{"publish", "Publish an event", make_publish},
      Verb{"ask", "Ask a query and print its answer; changes nothing", make_ask},
      Verb{"channels", "Show each channel's depth, oldest age, dead letters and rate",
           make_channels},
      Verb{"dead-letters list", "List them, oldest first", make_dead_letters_list},
      Verb{"dead-letters show", "Show one: envelope, attempts and errors", make_dead_letters_show},
      Verb{"dead-letters replay", "Give them back to their endpoints, and to these only",
           make_dead_letters_replay},
      Verb{"dead-letters discard", "Delete them for good", make_dead_letters_discard},
      Verb{"migrate",
           "Create the store or bring it to this version; show what it holds for endpoints no "
           "longer declared",
           make_migrate},
      Verb{"topology", "Show messages, channels and endpoints", make_topology}};
  return kVerbs;
}

std::span<const VerbGroup> verb_groups() {
  static constexpr std::array kGroups{
      VerbGroup{"dead-letters", "List, show, replay and discard dead letters"}};
  return kGroups;
}

}  // namespace flow::detail
