#include "syntax/ast_json.h"

#include <nlohmann/json.hpp>

#include <string>
#include <variant>

namespace flowc {
namespace {

using Json = nlohmann::ordered_json;

/// Writes the syntax of one file. Lives for one call.
class Writer {
 public:
  Writer(const ast::File& file, const SourceMap& sources) : file_(file), sources_(sources) {}

  Json run() const {
    Json out;
    if (file_.module) {
      out["module"] = file_.module->name.text();
      document(out, file_.module->documentation);
    }
    if (file_.damaged) out["damaged"] = true;
    for (const ast::Import& import : file_.imports) {
      out["imports"].push_back({{"path", import.path.value}, {"at", at(import.span)}});
    }
    out["declarations"] = Json::array();
    for (const ast::Declaration& declaration : file_.declarations) {
      out["declarations"].push_back(
          std::visit([this](const auto& one) { return json(one); }, declaration));
    }
    return out;
  }

 private:
  std::string at(Span span) const {
    const Position position = sources_.begin(span);
    return std::to_string(position.line) + ':' + std::to_string(position.column);
  }

  static void document(Json& out, const std::string& text) {
    if (!text.empty()) out["documentation"] = text;
  }

  Json head(std::string_view kind, const ast::Declared& declared) const {
    Json out;
    out["kind"] = kind;
    out["name"] = declared.name.text;
    out["at"] = at(declared.name.span);
    document(out, declared.documentation);
    if (declared.is_public) out["public"] = true;
    if (declared.damaged) out["damaged"] = true;
    return out;
  }

  static Json names(const std::vector<ast::Path>& paths) {
    Json out = Json::array();
    for (const ast::Path& path : paths) out.push_back(path.text());
    return out;
  }

  static std::string type(const ast::Type& type) {
    switch (type.kind) {
      case ast::Type::Kind::named:
        return type.name.text();
      case ast::Type::Kind::optional:
        return Writer::type(*type.element) + '?';
      case ast::Type::Kind::list:
        return '[' + Writer::type(*type.element) + ']';
      case ast::Type::Kind::map:
        return '{' + type.key.text() + ": " + Writer::type(*type.element) + '}';
    }
    return {};
  }

  static Json value(const ast::Value& value) {
    switch (value.kind) {
      case ast::Value::Kind::integer:
        return {{"integer", value.integer}};
      case ast::Value::Kind::decimal:
        return {{"decimal", value.text}};
      case ast::Value::Kind::boolean:
        return {{"boolean", value.boolean}};
      case ast::Value::Kind::text:
        return {{"text", value.text}};
      case ast::Value::Kind::duration:
        return {{"microseconds", value.integer}};
      case ast::Value::Kind::size:
        return {{"bytes", value.integer}};
      case ast::Value::Kind::percent:
        return {{"percent", value.integer}};
      case ast::Value::Kind::name:
        return {{"name", value.text}};
      case ast::Value::Kind::list:
      case ast::Value::Kind::map:
        break;
    }
    const bool is_list = value.kind == ast::Value::Kind::list;
    Json out = is_list ? Json::array() : Json::object();
    for (std::size_t i = 0; i < value.elements.size(); ++i) {
      if (is_list) {
        out.push_back(Writer::value(value.elements[i]));
      } else {
        out[value.keys[i].text] = Writer::value(value.elements[i]);
      }
    }
    return {{is_list ? "list" : "map", std::move(out)}};
  }

  Json field(const ast::Field& field) const {
    Json out;
    out["name"] = field.name.text;
    out["at"] = at(field.name.span);
    document(out, field.documentation);
    if (field.type) out["type"] = type(*field.type);
    if (field.key) out["key"] = true;
    if (field.personal) out["personal"] = true;
    if (field.secret) out["secret"] = true;
    if (field.default_value) out["default"] = value(*field.default_value);
    if (field.was) out["was"] = field.was->value;
    return out;
  }

  void fields(Json& out, const std::vector<ast::Field>& list) const {
    out["fields"] = Json::array();
    for (const ast::Field& one : list) out["fields"].push_back(field(one));
  }

  Json json(const ast::Record& record) const {
    Json out = head("record", record);
    fields(out, record.fields);
    return out;
  }

  Json json(const ast::Enum& enumeration) const {
    Json out = head("enum", enumeration);
    out["values"] = Json::array();
    for (const ast::EnumValue& one : enumeration.values) {
      Json item{{"name", one.name.text}, {"at", at(one.name.span)}};
      document(item, one.documentation);
      out["values"].push_back(std::move(item));
    }
    return out;
  }

  Json json(const ast::Message& message) const {
    const bool event = message.kind == ast::Message::Kind::event;
    const bool command = message.kind == ast::Message::Kind::command;
    Json out = head(event ? "event" : command ? "command" : "query", message);
    if (message.wire) out["wire"] = message.wire->value;
    if (message.answer) out["answer"] = message.answer->text();
    fields(out, message.fields);
    return out;
  }

  static Json retry(const ast::Retry& retry) {
    Json out = Json::object();
    if (retry.now) out["now"] = retry.now->value;
    if (retry.times) out["times"] = retry.times->value;
    if (retry.first) {
      out["exponential"] = retry.exponential;
      out["first_us"] = retry.first->microseconds;
    }
    if (retry.most) out["most_us"] = retry.most->microseconds;
    if (retry.jitter) out["jitter_percent"] = retry.jitter->value;
    return out;
  }

  Json json(const ast::Channel& channel) const {
    Json out = head("channel", channel);
    if (channel.concurrency) out["concurrency"] = channel.concurrency->value;
    if (channel.ordered_by_key) out["ordered_by_key"] = true;
    if (channel.retry) out["retry"] = retry(*channel.retry);
    if (channel.timeout) out["timeout_us"] = channel.timeout->microseconds;
    if (channel.dead_letter_keep)
      out["dead_letter_keep_us"] = channel.dead_letter_keep->microseconds;
    if (channel.capacity) out["capacity"] = channel.capacity->value;
    if (channel.rate) {
      out["rate"] = {{"count", channel.rate->count.value},
                     {"period_us", channel.rate->period.microseconds}};
    }
    return out;
  }

  Json handler(const ast::Handler& handler) const {
    Json out;
    out["name"] = handler.name.text;
    out["at"] = at(handler.name.span);
    document(out, handler.documentation);
    if (handler.damaged) out["damaged"] = true;
    if (handler.takes) out["takes"] = handler.takes->text();
    if (handler.gives) out["gives"] = handler.gives->text();
    if (handler.then) out["then"] = handler.then->text;
    if (handler.via) out["via"] = handler.via->text();
    if (handler.at) out["id"] = handler.at->value;
    if (!handler.sends.empty()) out["sends"] = names(handler.sends);
    if (!handler.publishes.empty()) out["publishes"] = names(handler.publishes);
    if (handler.is_inline) out["inline"] = true;
    return out;
  }

  Json json(const ast::Handlers& handlers) const {
    Json out = head("handlers", handlers);
    out["handlers"] = Json::array();
    for (const ast::Handler& one : handlers.handlers) out["handlers"].push_back(handler(one));
    return out;
  }

  Json json(const ast::Service& service) const {
    Json out = head("service", service);
    out["components"] = names(service.components);
    return out;
  }

  static Json setting(const ast::Setting& setting) {
    Json out = Json::object();
    if (setting.environment) out["env"] = setting.environment->value;
    if (setting.text) out["text"] = setting.text->value;
    return out;
  }

  Json json(const ast::Deploy& deploy) const {
    Json out = head("deploy", deploy);
    out["stores"] = Json::array();
    for (const ast::Store& store : deploy.stores) {
      const bool sqlite = store.kind == ast::Store::Kind::sqlite;
      const bool memory = store.kind == ast::Store::Kind::memory;
      Json item;
      if (store.name) item["name"] = store.name->text;
      item["store"] = sqlite ? "sqlite" : memory ? "memory" : "unknown";
      item["at"] = at(store.span);
      if (store.path) item["path"] = setting(*store.path);
      out["stores"].push_back(std::move(item));
    }
    return out;
  }

  Json json(const ast::Unsupported& unsupported) const {
    Json out;
    out["kind"] = "unsupported";
    out["construct"] = unsupported.construct;
    if (unsupported.name) out["name"] = unsupported.name->text;
    out["at"] = at(unsupported.span);
    return out;
  }

  const ast::File& file_;
  const SourceMap& sources_;
};

}  // namespace

Json to_json(const ast::File& file, const SourceMap& sources) {
  return Writer(file, sources).run();
}

}  // namespace flowc
