#include "model/model_json_partners.h"

#include <nlohmann/json.hpp>

#include "model/expression_text.h"
#include "model/names.h"

namespace flowc::model {
namespace {

using Json = nlohmann::ordered_json;

/// What fills each field, as the language writes it.
Json mapping_json(const Program& program, MessageId from, MessageId to,
                  const std::vector<Assignment>& fields) {
  ExpressionRoots roots;
  roots.message = &program[from].fields;
  Json json = Json::object();
  for (const Assignment& one : fields)
    json[program[to].fields[one.field].name] = expression_text(program, one.value, roots);
  return json;
}

}  // namespace

Json upcast_json(const Program& program, const Upcast& upcast) {
  Json json;
  json["message"] = full_name(program, upcast.to);
  json["from"] = program[upcast.from].version;
  json["to"] = program[upcast.to].version;
  json["fields"] = mapping_json(program, upcast.from, upcast.to, upcast.fields);
  return json;
}

Json forward_json(const Program& program, const Forward& forward) {
  Json json;
  json["message"] = full_name(program, forward.message);
  json["publishers"] = Json::array();
  for (const PublisherId id : forward.publishers) json["publishers"].push_back(program[id].name);
  json["declassified"] = Json::array();
  for (const std::uint32_t field : forward.declassified)
    json["declassified"].push_back(program[forward.message].fields[field].name);
  return json;
}

Json translator_json(const Program& program, const Translator& translator) {
  Json json;
  json["from"] = full_name(program, translator.from);
  json["to"] = full_name(program, translator.to);
  json["fields"] = mapping_json(program, translator.from, translator.to, translator.fields);
  return json;
}

void add_publisher_json(Json& json, const Program& program, const Publisher& publisher) {
  json["topic"] = publisher.topic;
  json["breaker"] = {{"failures", publisher.breaker_failures}, {"probe_us", publisher.probe_us}};
  if (publisher.buffer) json["buffer"] = *publisher.buffer;
  if (publisher.errors) json["errors"] = program[*publisher.errors].name;
}

}  // namespace flowc::model
