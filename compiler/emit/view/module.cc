#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "emit/layout.h"
#include "emit/view/unserved.h"
#include "emit/view/view.h"

namespace flowc::view {

namespace {

std::string microseconds(std::int64_t value) {
  return fmt::format("::flow::microseconds{{{}}}", cpp::integer_literal(value));
}

Json channel_view(const model::Channel& channel) {
  const model::Retry& retry = channel.retry;
  return {{"label", cpp::string_literal(channel.name)},
          {"concurrency", std::to_string(channel.concurrency)},
          {"ordered_by_key", bool_text(channel.ordered_by_key)},
          {"retry_now", std::to_string(retry.now)},
          {"retry_delayed", std::to_string(retry.delayed)},
          {"retry_exponential", bool_text(retry.exponential)},
          {"retry_first", microseconds(retry.first_us)},
          {"retry_most", microseconds(retry.most_us)},
          {"retry_jitter", std::to_string(retry.jitter_percent)},
          {"timeout", microseconds(channel.timeout_us)},
          {"dead_letter_keep", microseconds(channel.dead_letter_keep_us)},
          {"capacity", std::to_string(channel.capacity.value_or(0))},
          {"rate_count", std::to_string(channel.rate_count.value_or(0))},
          {"rate_period", microseconds(channel.rate_period_us)}};
}

Json deployment_view(const model::Deployment& deployment) {
  const model::Store& store = deployment.stores.front();
  const char* kind = store.kind == model::StoreKind::sqlite ? "sqlite" : "memory";
  Json unserved = Json::array();
  for (const std::string& part : unserved_parts(deployment))
    unserved.push_back(cpp::string_literal(part));
  const bool opens = unserved.empty();
  const std::string table = cpp::camel_case(deployment.name);
  return {{"opens", opens},
          {"unserved", unserved},
          {"unserved_count", std::to_string(unserved.size())},
          {"unserved_table", fmt::format("k{}Unserved", table)},
          {"label", cpp::string_literal(deployment.name)},
          {"kind", kind},
          {"path", cpp::string_literal(store.path.text)},
          {"environment", cpp::string_literal(store.path.environment.value_or(""))},
          {"has_default", bool_text(store.path.has_default)}};
}

/// Pointers to the items of a table, in the order of their names.
template <typename T>
std::vector<const T*> sorted(const std::vector<T>& items, const std::string T::*name) {
  std::vector<const T*> pointers;
  for (const T& item : items) pointers.push_back(&item);
  std::sort(pointers.begin(), pointers.end(),
            [name](const T* a, const T* b) { return a->*name < b->*name; });
  return pointers;
}

/// `.inspect = &::flow::detail::inspect_message<OrderPlaced, &OrderPlaced::order_id>,`
std::string inspect_line(const Source& source, model::ModuleId from,
                         const model::Message& message) {
  const auto id = static_cast<model::MessageId>(&message - source.program.messages.data());
  const std::string type = source.names.reference(from, model::Payload{id});
  const std::string call = "&::flow::detail::inspect_message<";
  std::vector<std::string> arguments = {type};
  if (message.key) arguments.push_back("&" + type + "::" + source.names[id].members[*message.key]);
  // One line; the arguments below each other; all of it on a line below: as clang-format does.
  constexpr std::size_t width = 100, indent = 8, deeper = 12;
  const std::string name = ".inspect =";
  const std::string value = call + fmt::format("{}>,", fmt::join(arguments, ", "));
  if (indent + name.size() + 1 + value.size() <= width) return name + " " + value;
  const std::size_t column = indent + name.size() + 1 + call.size();
  const bool aligned = std::all_of(arguments.begin(), arguments.end(), [&](const auto& argument) {
    return column + argument.size() + 2 <= width;
  });
  if (!aligned || arguments.size() == 1) return name + "\n" + std::string(deeper, ' ') + value;
  const std::string separator = ",\n" + std::string(column, ' ');
  return name + " " + call + fmt::format("{}>,", fmt::join(arguments, separator));
}

Json message_types_view(const Source& source, model::ModuleId from) {
  const model::Program& program = source.program;
  static constexpr std::array kinds = {"event", "command", "query"};
  Json view = Json::array();
  for (const model::Message* message : sorted(program.messages, &model::Message::wire_name)) {
    if (message->superseded) continue;
    view.push_back({{"wire", cpp::string_literal(message->wire_name)},
                    {"version", std::to_string(message->version)},
                    {"kind", kinds[static_cast<std::size_t>(message->kind)]},
                    {"has_key", bool_text(message->key.has_value())},
                    {"expires", message->expires_us ? microseconds(*message->expires_us) : ""},
                    {"has_expires", message->expires_us.has_value()},
                    {"inspect", inspect_line(source, from, *message)}});
  }
  return view;
}

/// `static_assert(::flow::abi == 2, "…");`
std::string abi_check(const std::string& header) {
  const std::string text = header + " was generated for another flow runtime: generate it again";
  return cpp::call(0, "static_assert", {"::flow::abi == 2", cpp::string_literal(text)}, ";");
}

/// The headers of what the tables name, beyond what the module's own header brings: a service's
/// tables hold every message of the program, of modules that it never imported too.
Json source_includes(const Source& source, model::ModuleId id) {
  const model::Program& program = source.program;
  std::vector<bool> known(program.modules.size());
  std::vector<model::ModuleId> ahead = {id};
  known[static_cast<std::uint32_t>(id)] = true;
  while (!ahead.empty()) {
    const model::ModuleId module = ahead.back();
    ahead.pop_back();
    for (const model::ModuleId import : program[module].imports) {
      if (known[static_cast<std::uint32_t>(import)]) continue;
      known[static_cast<std::uint32_t>(import)] = true;
      ahead.push_back(import);
    }
  }
  std::set<std::string> headers;
  for (const model::Message& message : program.messages) {
    if (!known[static_cast<std::uint32_t>(message.module)])
      headers.insert(source.names[message.module].stem + ".h");
  }
  return Json(headers);
}

}  // namespace

Json tables_view(const Source& source, model::ModuleId from) {
  const model::Program& program = source.program;
  Json channels = Json::array();
  for (const model::Channel* channel :
       sorted<model::Channel>(program.channels, &model::Channel::name)) {
    channels.push_back(channel_view(*channel));
  }
  std::vector<std::string> services;
  for (const model::Service& service : program.services) {
    services.push_back(cpp::string_literal(service.name));
  }
  Json deployments = Json::array();
  for (const model::Deployment& deployment : program.deployments) {
    deployments.push_back(deployment_view(deployment));
  }
  Json messages = message_types_view(source, from);
  const std::size_t message_count = messages.size();
  return {{"message_types", std::move(messages)},
          {"message_count", std::to_string(message_count)},
          {"channels", std::move(channels)},
          {"channel_count", std::to_string(program.channels.size())},
          {"service_names", lines(cpp::table_lines(services))},
          {"service_count", std::to_string(services.size())},
          {"deployments", deployments},
          {"deployment_count", std::to_string(deployments.size())}};
}

Json module_view(const Source& source, model::ModuleId id) {
  const model::Module& module = source.program[id];
  const std::string& stem = source.names[id].stem;
  const std::string header = stem + ".h";
  Json includes = Json::array();
  for (const model::ModuleId import : module.imports) {
    includes.push_back(source.names[import].stem + ".h");
  }
  const std::size_t slash = module.file.find_last_of('/');
  Json view = {{"source", slash == std::string::npos ? module.file : module.file.substr(slash + 1)},
               {"stem", stem},
               {"header", header},
               {"includes", std::move(includes)},
               {"source_includes", Json::array()},
               {"abi_check", abi_check(header.substr(header.find_last_of('/') + 1))},
               {"docs", lines(cpp::doc_lines(module.documentation, 0))},
               {"name_space", source.names[id].name_space},
               {"types", Json::array()},
               {"versions", versions_view(source, id)},
               {"components", components_view(source, id)},
               {"services", services_view(source, id)}};
  if (view["services"].empty()) return view;
  view["source_includes"] = source_includes(source, id);
  view["tables"] = tables_view(source, id);
  view["endpoints"] = endpoints_view(source, id);
  return view;
}

}  // namespace flowc::view
