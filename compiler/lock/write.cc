#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "lock/text.h"
#include "model/names.h"

namespace flowc::lock {
namespace {

bool is_bare(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '/' || c == '+';
  });
}

/// The lines of a block, after its first.
class Block {
 public:
  Block(std::string& out, std::string_view first) : out_(out) { out_.append("\n").append(first); }
  ~Block() { out_ += '\n'; }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  void line(std::string_view text) { out_.append("\n  ").append(text); }

  void fields(const Fields& fields) {
    for (const auto& [wire_name, field] : fields) {
      std::string text = "field " + word_text(wire_name) + ": " + to_text(field.type);
      if (field.default_value) text += " = " + *field.default_value;
      if (field.personal) text += " personal";
      if (field.secret) text += " secret";
      if (field.name != wire_name) text += " as " + word_text(field.name);
      line(text);
    }
  }

 private:
  std::string& out_;
};

std::string payload_line(const Payload& payload) {
  switch (payload.kind) {
    case Payload::Kind::nothing:
      return "nothing";
    case Payload::Kind::message:
      return "message " + word_text(payload.name);
    case Payload::Kind::record:
      return "record " + word_text(payload.name);
  }
  return {};
}

void write(std::string& out, const MessageKey& key, const Message& message) {
  Block block(out, fmt::format("message {} v{}", word_text(key.wire_name), key.version));
  block.line(std::string("kind ") + model::to_string(message.kind));
  if (message.name != key.wire_name) block.line("name " + word_text(message.name));
  if (message.is_public) block.line("public");
  if (!message.key.empty()) block.line("key " + word_text(message.key));
  if (message.answer) block.line("answer " + to_text(*message.answer));
  if (message.expires_us) block.line("expires " + model::duration_text(*message.expires_us));
  if (message.hops) block.line(fmt::format("hops {}", *message.hops));
  for (const std::uint32_t version : message.upcasts)
    block.line(fmt::format("upcast v{}", version));
  block.fields(message.fields);
}

void write(std::string& out, const std::string& id, const Endpoint& endpoint) {
  Block block(out, "endpoint " + word_text(id));
  block.line(fmt::format("{} {}", model::to_string(endpoint.kind), word_text(endpoint.handler)));
  if (!endpoint.service.empty()) block.line("service " + word_text(endpoint.service));
  block.line("takes " + payload_line(endpoint.takes));
  if (endpoint.gives) block.line("gives " + payload_line(*endpoint.gives));
  if (endpoint.ordered) block.line("ordered");
  for (const std::string& old : endpoint.old_ids) block.line("was " + word_text(old));
}

void write(std::string& out, const std::string& id, const Slip& slip) {
  Block block(out, "slip " + word_text(id));
  if (slip.chooses) block.line("chooses");
  if (slip.within_us) block.line("within " + model::duration_text(*slip.within_us));
  for (const SlipStep& step : slip.steps) {
    block.line("step " + word_text(step.id) +
               (step.condition.empty() ? "" : " if " + in_quotes(step.condition)));
  }
}

void write(std::string& out, const std::string& id, const Saga& saga) {
  Block block(out, "saga " + word_text(id));
  block.line("name " + word_text(saga.name));
  block.line("key " + to_text(saga.key));
  if (saga.within_us) block.line("within " + model::duration_text(*saga.within_us));
  block.fields(saga.data);
  for (const auto& [name, state] : saga.states) {
    std::string text = (state.final ? "final " : "state ") + word_text(name);
    for (const std::int64_t timer : state.timers_us)
      text += " after " + model::duration_text(timer);
    block.line(text);
  }
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string word_text(std::string_view word) {
  return is_bare(word) ? std::string(word) : in_quotes(word);
}

std::string to_text(const Type& type) {
  switch (type.kind) {
    case Type::Kind::primitive:
    case Type::Kind::named:
      return word_text(type.name);
    case Type::Kind::optional:
      return to_text(*type.element) + "?";
    case Type::Kind::list:
      return "[" + to_text(*type.element) + "]";
    case Type::Kind::map:
      return "{string: " + to_text(*type.element) + "}";
  }
  return {};
}

bool same(const Type& a, const Type& b) {
  return to_text(a) == to_text(b);
}

std::string to_text(const Lock& lock) {
  std::string out = fmt::format(
      "flow.lock {}\n"
      "// What this program has promised. Written by `flowc lock`; commit it, and do not edit "
      "it.\n",
      kFormat);
  if (!lock.main.empty()) Block(out, "main " + word_text(lock.main));
  for (const auto& [name, enumeration] : lock.enums) {
    Block block(out, "enum " + word_text(name));
    for (const auto& [value, span] : enumeration.values) block.line("value " + word_text(value));
  }
  for (const auto& [name, record] : lock.records)
    Block(out, "record " + word_text(name)).fields(record.fields);
  for (const auto& [key, message] : lock.messages) write(out, key, message);
  for (const auto& [id, endpoint] : lock.endpoints) write(out, id, endpoint);
  for (const auto& [id, slip] : lock.slips) write(out, id, slip);
  for (const auto& [id, saga] : lock.sagas) write(out, id, saga);
  for (const auto& [name, publisher] : lock.publishers)
    Block(out, "publisher " + word_text(name)).line("topic " + in_quotes(publisher.topic));
  for (const auto& [id, span] : lock.retired) Block(out, "retired " + word_text(id));
  for (const Accepted& accepted : lock.accepted) {
    Block(out, "accepted " + word_text(accepted.rule) + " " + word_text(accepted.subject))
        .line("because " + in_quotes(accepted.reason));
  }
  return out;
}

}  // namespace flowc::lock
