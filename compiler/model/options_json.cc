#include "model/options_json.h"

namespace flowc::model {

nlohmann::ordered_json setting_json(const Setting& setting) {
  nlohmann::ordered_json json;
  if (setting.environment) json["env"] = *setting.environment;
  if (setting.has_default) json[setting.environment ? "default" : "text"] = setting.text;
  return json;
}

nlohmann::ordered_json options_json(const std::vector<Option>& options) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const Option& option : options) json[option.name] = setting_json(option.value);
  return json;
}

}  // namespace flowc::model
