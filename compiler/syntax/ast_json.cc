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
    if (file_.uses_lost) out["uses_lost"] = true;
    for (const ast::Import& import : file_.imports) {
      out["imports"].push_back({{"path", import.path.value}, {"at", at(import.span)}});
    }
    for (const ast::Allow& allow : file_.allows) {
      Json item{{"rule", allow.rule.text}, {"at", at(allow.span)}};
      if (allow.target) item["for"] = allow.target->text();
      if (allow.reason) item["because"] = allow.reason->value;
      out["allows"].push_back(std::move(item));
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
        if (value.wide) return {{"integer", value.text}};
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
    if (message.version) out["version"] = message.version->value;
    if (message.wire) out["wire"] = message.wire->value;
    if (message.expires) out["expires_us"] = message.expires->microseconds;
    if (message.hops) out["hops"] = message.hops->value;
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
    if (channel.isolated) out["isolated"] = true;
    if (channel.rate) {
      out["rate"] = {{"count", channel.rate->count.value},
                     {"period_us", channel.rate->period.microseconds}};
    }
    return out;
  }

  static Json expression(const ast::Expression& expression) {
    using Kind = ast::Expression::Kind;
    switch (expression.kind) {
      case Kind::value:
        return value(expression.value);
      case Kind::path:
        return {{"path", expression.path.text()}};
      case Kind::declassify:
        return {{"declassify", expression.path.text()}};
      case Kind::equal:
      case Kind::not_equal:
        break;
    }
    Json out = Json::array();
    for (const ast::Expression& one : expression.operands) out.push_back(Writer::expression(one));
    return {{expression.kind == Kind::equal ? "equal" : "not_equal", std::move(out)}};
  }

  static Json mapping(const ast::Mapping& mapping) {
    Json out = Json::array();
    for (const ast::Assignment& one : mapping.fields) {
      Json item{{"field", one.field.text}};
      if (one.value) item["value"] = expression(*one.value);
      if (one.damaged) item["damaged"] = true;
      out.push_back(std::move(item));
    }
    return out;
  }

  static void emissions(Json& out, const std::vector<ast::Emission>& list) {
    for (const ast::Emission& one : list) {
      Json item{{one.sends ? "sends" : "publishes", one.message.text()}};
      if (one.mapping) item["fields"] = mapping(*one.mapping);
      out["emissions"].push_back(std::move(item));
    }
  }

  Json json(const ast::Upcast& upcast) const {
    Json out{{"kind", "upcast"}, {"message", upcast.message.text()}, {"at", at(upcast.span)}};
    if (upcast.damaged || upcast.mapping.damaged) out["damaged"] = true;
    out["from"] = upcast.from.value;
    out["to"] = upcast.to.value;
    out["fields"] = mapping(upcast.mapping);
    return out;
  }

  static Json texts(const std::vector<ast::Text>& list) {
    Json out = Json::array();
    for (const ast::Text& one : list) out.push_back(one.value);
    return out;
  }

  static Json names(const std::vector<ast::Name>& list) {
    Json out = Json::array();
    for (const ast::Name& one : list) out.push_back(one.text);
    return out;
  }

  static void endpoint_id(Json& out, const std::optional<ast::EndpointId>& id) {
    if (!id) return;
    out["id"] = id->id.value;
    if (!id->old.empty()) out["was"] = texts(id->old);
  }

  static void head(Json& out, const ast::Head& head) {
    if (head.via) out["via"] = head.via->text();
    endpoint_id(out, head.at);
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
    endpoint_id(out, handler.at);
    const auto list = [&out](const char* key, const auto& paths) {
      if (!paths.empty()) out[key] = names(paths);
    };
    list("sends", handler.sends);
    list("publishes", handler.publishes);
    list("uses", handler.uses);
    list("starts", handler.starts);
    list("schedules", handler.schedules);
    list("declassify", handler.declassify);
    if (handler.is_inline) out["inline"] = true;
    policies(out, handler);
    return out;
  }

  static void policies(Json& out, const ast::Handler& handler) {
    if (handler.on_failure) out["on_failure"] = handler.on_failure->text;
    if (handler.every) {
      Json& every = out["every"] = Json::object();
      if (handler.every->cron) every["cron"] = handler.every->cron->value;
      if (handler.every->period) every["period_us"] = handler.every->period->microseconds;
      if (handler.every->zone) every["zone"] = handler.every->zone->value;
    }
    if (handler.batch) {
      out["batch"] = {{"up_to", handler.batch->up_to.value}};
      if (handler.batch->within) out["batch"]["within_us"] = handler.batch->within->microseconds;
    }
    if (handler.idempotent_by) out["idempotent_by"] = handler.idempotent_by->text;
    if (handler.undo) out["undo"] = handler.undo->text;
    if (handler.or_stop) out["or_stop"] = true;
  }

  Json group(const char* kind, const ast::Declared& declared,
             const std::vector<ast::Handler>& handlers,
             const std::vector<ast::Text>& retired) const {
    Json out = head(kind, declared);
    out[kind] = Json::array();
    for (const ast::Handler& one : handlers) out[kind].push_back(handler(one));
    if (!retired.empty()) out["retired"] = texts(retired);
    return out;
  }

  Json json(const ast::Handlers& handlers) const {
    return group("handlers", handlers, handlers.handlers, handlers.retired);
  }

  Json json(const ast::Steps& steps) const {
    return group("steps", steps, steps.steps, steps.retired);
  }

  Json json(const ast::Orchestrator& orchestrator) const {
    Json out = head("orchestrator", orchestrator);
    if (orchestrator.takes) out["takes"] = orchestrator.takes->text();
    head(out, orchestrator.head);
    out["items"] = Json::array();
    for (const ast::SlipItem& one : orchestrator.items) {
      Json item{{"step", one.step.text()}};
      if (one.condition) item[one.unless ? "unless" : "when"] = expression(*one.condition);
      out["items"].push_back(std::move(item));
    }
    if (orchestrator.choice) out["choose_among"] = names(orchestrator.choice->steps);
    if (orchestrator.deadline) {
      out["within"] = {{"us", orchestrator.deadline->within.microseconds}};
      emissions(out["within"], orchestrator.deadline->emissions);
    }
    return out;
  }

  Json transition(const ast::Transition& transition) const {
    Json out;
    if (transition.on) out["on"] = transition.on->text();
    if (transition.after) out["after_us"] = transition.after->microseconds;
    if (transition.correlation) out["by"] = transition.correlation->text();
    out["to"] = names(transition.targets);
    emissions(out, transition.emissions);
    document(out, transition.documentation);
    if (transition.damaged) out["damaged"] = true;
    return out;
  }

  Json json(const ast::Saga& saga) const {
    Json out = head("saga", saga);
    head(out, saga.head);
    if (saga.key) {
      out["key"] = {{"name", saga.key->name.text}};
      if (saga.key->type) out["key"]["type"] = type(*saga.key->type);
    }
    for (const ast::Field& one : saga.data) out["data"].push_back(field(one));
    for (const ast::Transition& one : saga.starts) out["starts"].push_back(transition(one));
    for (const ast::State& one : saga.states) {
      Json state{{"name", one.name.text}, {"at", at(one.name.span)}};
      document(state, one.documentation);
      if (one.damaged) state["damaged"] = true;
      state["transitions"] = Json::array();
      for (const ast::Transition& each : one.transitions)
        state["transitions"].push_back(transition(each));
      out["states"].push_back(std::move(state));
    }
    if (saga.deadline) {
      out["within"] = {{"us", saga.deadline->within.microseconds},
                       {"to", saga.deadline->target.text}};
      emissions(out["within"], saga.deadline->emissions);
    }
    if (!saga.finals.empty()) out["final"] = names(saga.finals);
    if (saga.otherwise != ast::Saga::Otherwise::unsaid)
      out["otherwise"] = saga.otherwise == ast::Saga::Otherwise::ignore ? "ignore" : "fail";
    return out;
  }

  Json json(const ast::Publisher& publisher) const {
    Json out = head("publisher", publisher);
    if (publisher.topic) out["topic"] = publisher.topic->value;
    if (publisher.retry) out["retry"] = retry(*publisher.retry);
    if (publisher.breaker) {
      out["breaker"] = {{"failures", publisher.breaker->failures.value}};
      if (publisher.breaker->probe)
        out["breaker"]["probe_us"] = publisher.breaker->probe->microseconds;
    }
    if (publisher.buffer) out["buffer"] = publisher.buffer->value;
    if (publisher.errors) out["errors"] = publisher.errors->text();
    return out;
  }

  Json json(const ast::Forward& forward) const {
    Json out{{"kind", "forward"}, {"message", forward.message.text()}, {"at", at(forward.span)}};
    if (forward.damaged) out["damaged"] = true;
    document(out, forward.documentation);
    out["to"] = names(forward.publishers);
    head(out, forward.head);
    if (forward.service) out["in"] = forward.service->text();
    if (!forward.declassify.empty()) out["declassify"] = names(forward.declassify);
    return out;
  }

  Json json(const ast::Translate& translate) const {
    Json out{{"kind", "translate"},
             {"from", translate.from.text()},
             {"to", translate.to.text()},
             {"at", at(translate.span)}};
    if (translate.damaged || translate.mapping.damaged) out["damaged"] = true;
    document(out, translate.documentation);
    head(out, translate.head);
    if (translate.service) out["in"] = translate.service->text();
    out["fields"] = mapping(translate.mapping);
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
    if (setting.word) out["word"] = setting.word->text;
    return out;
  }

  Json place(const ast::Place& place) const {
    Json out;
    if (place.name) out["name"] = place.name->text;
    out["place"] = place.kind.text;
    out["at"] = at(place.span);
    if (place.damaged) out["damaged"] = true;
    for (const ast::Option& one : place.options) {
      Json option = setting(one.value);
      if (one.name) option["option"] = one.name->text;
      out["options"].push_back(std::move(option));
    }
    return out;
  }

  Json json(const ast::Deploy& deploy) const {
    Json out = head("deploy", deploy);
    out["stores"] = Json::array();
    for (const ast::Place& one : deploy.stores) out["stores"].push_back(place(one));
    for (const ast::Place& one : deploy.brokers) out["brokers"].push_back(place(one));
    for (const ast::ServicePlacement& one : deploy.services) {
      Json item{{"service", one.service.text}};
      if (one.damaged) item["damaged"] = true;
      if (one.listens) item["listens"] = one.listens->text;
      if (one.channels) item["channels_on"] = one.channels->text;
      for (const ast::ChannelPlacement& each : one.channel) {
        Json line{{"channel", each.channel.text}, {"on", each.place.text}};
        if (each.partitions) line["partitions"] = each.partitions->value;
        item["channels"].push_back(std::move(line));
      }
      out["services"].push_back(std::move(item));
    }
    for (const ast::PublisherPlacement& one : deploy.publishers) {
      out["publishers"].push_back({{"publisher", one.publisher.text}, {"on", place(one.place)}});
    }
    return out;
  }

  Json json(const ast::Scenario& scenario) const {
    Json out{{"kind", "scenario"}, {"name", scenario.name.value}, {"at", at(scenario.span)}};
    if (scenario.damaged) out["damaged"] = true;
    document(out, scenario.documentation);
    out["items"] = Json::array();
    for (const ast::ScenarioItem& one : scenario.items) {
      using Kind = ast::ScenarioItem::Kind;
      if (one.kind == Kind::advance) {
        out["items"].push_back({{"advance_us", one.advance.microseconds}});
        continue;
      }
      const char* word = one.kind == Kind::given    ? "given"
                         : one.kind == Kind::expect ? "expect"
                                                    : "expect_no";
      Json item{{word, one.message.text()}};
      if (one.fields) item["fields"] = value(*one.fields)["map"];
      out["items"].push_back(std::move(item));
    }
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
