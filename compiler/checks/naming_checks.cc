#include <algorithm>
#include <cctype>
#include <functional>
#include <string>
#include <vector>

#include "checks/checks.h"
#include "diagnostics/catalog.h"
#include "model/names.h"

namespace flowc {
namespace {

bool upper(char c) {
  return std::isupper(static_cast<unsigned char>(c)) != 0;
}

/// A name that begins outside ASCII, or that C++ or flowc keeps for itself, was reported as such.
bool is_reported(const std::string& name) {
  const bool foreign = !name.empty() && static_cast<unsigned char>(name.front()) >= 0x80;
  return foreign || !model::reserved_because(name).empty();
}

bool is_upper_camel(const std::string& name) {
  if (is_reported(name)) return true;
  return !name.empty() && upper(name.front()) && name.find('_') == std::string::npos;
}

bool is_lower_snake(const std::string& name) {
  return std::none_of(name.begin(), name.end(), upper);
}

bool lower(char c) {
  return std::islower(static_cast<unsigned char>(c)) != 0;
}

char to_lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// `OrderPlaced` of `order_placed` and `ORDER_PLACED`; capitals among small letters stay.
std::string upper_camel(const std::string& name) {
  const bool shouted = std::none_of(name.begin(), name.end(), lower);
  std::string camel;
  bool word_begins = true;
  for (const char c : name) {
    if (c == '_') {
      word_begins = true;
      continue;
    }
    if (word_begins) {
      camel += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    } else {
      camel += shouted ? to_lower(c) : c;
    }
    word_begins = false;
  }
  return camel;
}

/// `order_placed` of `OrderPlaced` and `ORDER_PLACED`, `http_server` of `HTTPServer`.
std::string lower_snake(const std::string& name) {
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins_word = i > 0 && upper(name[i]) && name[i - 1] != '_' && name[i - 1] != '.' &&
                             (!upper(name[i - 1]) || (i + 1 < name.size() && lower(name[i + 1])));
    if (begins_word) snake += '_';
    snake += to_lower(name[i]);
  }
  return snake;
}

/// Names are used in other places too, so that what would be right is a help and no edit of the
/// declaration alone. `siblings` are the declarations that a name must differ from.
class Naming {
 public:
  explicit Naming(Reporter& reporter) : reporter_(reporter) {}

  template <typename Siblings>
  void camel(const model::Declaration& declared, const char* what, const Siblings& siblings) {
    if (is_upper_camel(declared.name)) return;
    auto diagnostic = reporter_.warning(kNotUpperCamel, declared.span, what, declared.name);
    help(diagnostic, upper_camel(declared.name), siblings);
  }

  template <typename Siblings>
  void snake(const model::Declaration& declared, const char* what, const Siblings& siblings) {
    if (is_lower_snake(declared.name)) return;
    auto diagnostic = reporter_.warning(kNotLowerSnake, declared.span, what, declared.name);
    help(diagnostic, lower_snake(declared.name), siblings);
  }

  template <typename Declarations>
  void all_snake(const Declarations& declarations, const char* what) {
    for (const auto& declared : declarations) snake(declared, what, declarations);
  }

 private:
  template <typename Siblings>
  void help(DiagnosticBuilder& diagnostic, const std::string& better, const Siblings& siblings) {
    if (!reporter_.may_compare(siblings.size())) return;
    for (const model::Declaration& sibling : siblings) {
      if (sibling.name != better) continue;
      diagnostic.label(sibling.span, "has the name `" + better + "`");
      diagnostic.help("give it another name");
      return;
    }
    diagnostic.help("call it `" + better + "`");
  }

  Reporter& reporter_;
};

using Names = std::vector<std::reference_wrapper<const model::Declaration>>;

/// Records, enums, messages and components of a module have one space of names.
std::vector<Names> names_by_module(const model::Program& program) {
  std::vector<Names> names(program.modules.size());
  const auto add = [&names](const auto& declarations) {
    for (const auto& one : declarations)
      names[static_cast<std::uint32_t>(one.module)].push_back(std::cref<model::Declaration>(one));
  };
  add(program.records);
  add(program.enums);
  add(program.messages);
  add(program.components);
  return names;
}

const char* kind_word(model::MessageKind kind) {
  switch (kind) {
    case model::MessageKind::event:
      return "event";
    case model::MessageKind::command:
      return "command";
    case model::MessageKind::query:
      return "query";
  }
  return "message";
}

}  // namespace

void check_naming(const model::Draft& draft, Reporter& reporter) {
  const model::Program& program = draft.program;
  const std::vector<Names> names = names_by_module(program);
  Naming naming(reporter);
  const auto camel = [&](const auto& declared, const char* what) {
    naming.camel(declared, what, names[static_cast<std::uint32_t>(declared.module)]);
  };
  for (const model::Module& module : program.modules) {
    if (module.span.begin != module.span.end) naming.snake(module, "module", program.modules);
  }
  for (const model::Record& record : program.records) {
    camel(record, "record");
    naming.all_snake(record.fields, "field");
  }
  for (const model::Enum& enumeration : program.enums) {
    camel(enumeration, "enum");
    naming.all_snake(enumeration.values, "enum value");
  }
  for (const model::Message& message : program.messages) {
    if (!message.superseded) camel(message, kind_word(message.kind));
    naming.all_snake(message.fields, "field");
  }
  for (const model::Channel& channel : program.channels) {
    if (!channel.implicit) naming.snake(channel, "channel", program.channels);
  }
  for (const model::Component& component : program.components) {
    if (component.kind == model::ComponentKind::handlers) camel(component, "component");
    if (component.kind == model::ComponentKind::steps) camel(component, "group of steps");
    if (component.kind == model::ComponentKind::orchestrator) camel(component, "orchestrator");
    if (component.kind == model::ComponentKind::saga) camel(component, "saga");
    // The endpoints of sagas and orchestrators are named after them.
    const bool handlers = component.kind == model::ComponentKind::handlers;
    if (!handlers && component.kind != model::ComponentKind::steps) continue;
    Names endpoints;
    for (const model::EndpointId id : component.endpoints)
      endpoints.push_back(std::cref<model::Declaration>(program[id]));
    for (const model::Declaration& endpoint : endpoints)
      naming.snake(endpoint, handlers ? "handler" : "step", endpoints);
  }
  for (const model::Saga& saga : program.sagas) {
    naming.snake(saga.key, "field", saga.data);
    naming.all_snake(saga.data, "field");
    naming.all_snake(saga.states, "state");
  }
  naming.all_snake(program.publishers, "publisher");
  naming.all_snake(program.services, "service");
  naming.all_snake(program.deployments, "deployment");
  for (const model::Deployment& deployment : program.deployments) {
    Names places(deployment.stores.begin(), deployment.stores.end());
    places.insert(places.end(), deployment.brokers.begin(), deployment.brokers.end());
    for (std::size_t i = 0; i < places.size(); ++i)
      naming.snake(places[i], i < deployment.stores.size() ? "store" : "broker", places);
  }
}

}  // namespace flowc
