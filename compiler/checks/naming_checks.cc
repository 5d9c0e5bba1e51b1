#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "checks/checks.h"
#include "diagnostics/catalog.h"

namespace flowc {
namespace {

bool upper(char c) {
  return std::isupper(static_cast<unsigned char>(c)) != 0;
}

/// A name that begins outside ASCII was reported as such.
bool is_foreign(const std::string& name) {
  return !name.empty() && static_cast<unsigned char>(name.front()) >= 0x80;
}

bool is_upper_camel(const std::string& name) {
  if (is_foreign(name)) return true;
  return !name.empty() && upper(name.front()) && name.find('_') == std::string::npos;
}

bool is_lower_snake(const std::string& name) {
  return std::none_of(name.begin(), name.end(), upper);
}

std::string upper_camel(const std::string& name) {
  std::string camel;
  bool word_begins = true;
  for (const char c : name) {
    if (c == '_') {
      word_begins = true;
      continue;
    }
    camel += word_begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    word_begins = false;
  }
  return camel;
}

std::string lower_snake(const std::string& name) {
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins_word = i > 0 && upper(name[i]) && name[i - 1] != '_' &&
                             (!upper(name[i - 1]) || (i + 1 < name.size() && !upper(name[i + 1])));
    if (begins_word) snake += '_';
    snake += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return snake;
}

/// Names are used in other places too, so that what would be right is a help and no edit of the
/// declaration alone.
class Naming {
 public:
  explicit Naming(Reporter& reporter) : reporter_(reporter) {}

  void camel(const model::Declaration& declared, const char* what) {
    if (is_upper_camel(declared.name)) return;
    reporter_.warning(kNotUpperCamel, declared.span, what, declared.name)
        .help("call it `" + upper_camel(declared.name) + "`");
  }

  void snake(const model::Declaration& declared, const char* what) {
    if (is_lower_snake(declared.name)) return;
    reporter_.warning(kNotLowerSnake, declared.span, what, declared.name)
        .help("call it `" + lower_snake(declared.name) + "`");
  }

  void fields(const std::vector<model::Field>& fields) {
    for (const model::Field& field : fields) snake(field, "field");
  }

 private:
  Reporter& reporter_;
};

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
  Naming naming(reporter);
  for (const model::Module& module : program.modules) {
    if (module.span.begin != module.span.end) naming.snake(module, "module");
  }
  for (const model::Record& record : program.records) {
    naming.camel(record, "record");
    naming.fields(record.fields);
  }
  for (const model::Enum& enumeration : program.enums) {
    naming.camel(enumeration, "enum");
    for (const model::Declaration& value : enumeration.values) naming.snake(value, "enum value");
  }
  for (const model::Message& message : program.messages) {
    if (!message.superseded) naming.camel(message, kind_word(message.kind));
    naming.fields(message.fields);
  }
  for (const model::Channel& channel : program.channels) {
    if (!channel.implicit) naming.snake(channel, "channel");
  }
  for (const model::Component& component : program.components) {
    if (component.kind == model::ComponentKind::handlers) naming.camel(component, "component");
    if (component.kind == model::ComponentKind::steps) naming.camel(component, "group of steps");
    if (component.kind == model::ComponentKind::orchestrator)
      naming.camel(component, "orchestrator");
    if (component.kind == model::ComponentKind::saga) naming.camel(component, "saga");
  }
  for (const model::Endpoint& endpoint : program.endpoints) {
    // Those of sagas and orchestrators are named after them.
    const model::ComponentKind kind = program[endpoint.component].kind;
    if (kind == model::ComponentKind::handlers) naming.snake(endpoint, "handler");
    if (kind == model::ComponentKind::steps) naming.snake(endpoint, "step");
  }
  for (const model::Saga& saga : program.sagas) {
    naming.snake(saga.key, "field");
    naming.fields(saga.data);
    for (const model::State& state : saga.states) naming.snake(state, "state");
  }
  for (const model::Publisher& publisher : program.publishers) naming.snake(publisher, "publisher");
  for (const model::Service& service : program.services) naming.snake(service, "service");
  for (const model::Deployment& deployment : program.deployments) {
    naming.snake(deployment, "deployment");
    for (const model::Store& store : deployment.stores) naming.snake(store, "store");
    for (const model::Broker& broker : deployment.brokers) naming.snake(broker, "broker");
  }
}

}  // namespace flowc
