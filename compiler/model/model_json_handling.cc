#include "model/model_json_handling.h"

#include <nlohmann/json.hpp>

#include "model/names.h"

namespace flowc::model {

void add_policies(nlohmann::ordered_json& json, const Program& program, const Endpoint& endpoint) {
  for (const MessageId id : endpoint.schedules) json["schedules"].push_back(full_name(program, id));
  for (const std::string& old : endpoint.old_ids) json["old_ids"].push_back(old);
  if (endpoint.schedule && endpoint.schedule->cron.empty())
    json["every"] = {{"period_us", endpoint.schedule->period_us}};
  if (endpoint.schedule && !endpoint.schedule->cron.empty())
    json["every"] = {{"cron", endpoint.schedule->cron}, {"zone", endpoint.schedule->zone}};
  if (endpoint.batch)
    json["batch"] = {{"up_to", endpoint.batch->up_to}, {"within_us", endpoint.batch->within_us}};
  if (endpoint.idempotent_by) {
    const auto* message = std::get_if<MessageId>(&endpoint.takes.type);
    const auto& fields = message != nullptr
                             ? program[*message].fields
                             : program[std::get<RecordId>(endpoint.takes.type)].fields;
    json["idempotent_by"] = fields[*endpoint.idempotent_by].name;
  }
  if (endpoint.channel) json["on_failure"] = to_string(endpoint.on_failure);
}

}  // namespace flowc::model
