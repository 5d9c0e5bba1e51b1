#include "host/deployment.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

namespace flow::detail {
namespace {

std::string listed(std::span<const std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += fmt::format("\n  {}", part);
  return text;
}

/// What is declared and not served is refused at the start, never dropped while running.
Result<const Deployment*> served(const Topology& topology, const Deployment& deployment) {
  if (!topology.unserved.empty()) {
    return Error{Category::rejected, "not_served",
                 fmt::format("service {} cannot start: this version of the flow runtime does not "
                             "serve{}",
                             topology.service, listed(topology.unserved))};
  }
  if (!deployment.unserved.empty()) {
    return Error{Category::rejected, "not_served",
                 fmt::format("service {} cannot start under deployment `{}`: this version of the "
                             "flow runtime does not serve{}",
                             topology.service, deployment.name, listed(deployment.unserved))};
  }
  return &deployment;
}

}  // namespace

Result<const Deployment*> find_deployment(const Topology& topology, std::string_view name) {
  if (topology.deployments.empty()) {
    return Error{
        Category::rejected, "unknown_deployment",
        fmt::format(
            "service {} declares no deployment: add `deploy … {{ store … }}` to its .flow file",
            topology.service)};
  }
  if (name.empty()) return served(topology, topology.deployments.front());
  std::string names;
  for (const Deployment& deployment : topology.deployments) {
    if (deployment.name == name) return served(topology, deployment);
    names += fmt::format("{}`{}`", names.empty() ? "" : ", ", deployment.name);
  }
  return Error{Category::rejected, "unknown_deployment",
               fmt::format("there is no deployment `{}`; there is {}", name, names)};
}

Result<std::string> resolve(const Setting& setting) {
  if (!setting.environment.empty()) {
    const char* value = std::getenv(std::string{setting.environment}.c_str());
    if (value != nullptr && *value != '\0') return std::string{value};
    if (!setting.has_default) {
      return Error{Category::rejected, "setting_missing",
                   fmt::format("the environment variable {} is not set; it names the store's file",
                               setting.environment)};
    }
  }
  return std::string{setting.text};
}

Result<std::string> store_path(const Deployment& deployment, std::string_view override) {
  if (deployment.store_kind == StoreKind::memory) {
    if (override.empty()) return std::string{};
    return Error{Category::rejected, "store_in_memory",
                 fmt::format("deployment `{}` keeps its messages in memory, and `{}` names a file "
                             "for them: leave it out, or choose another deployment",
                             deployment.name, override)};
  }
  if (!override.empty()) return std::string{override};
  return resolve(deployment.store_path);
}

Result<std::unique_ptr<Store>> open_existing_store(const Topology& topology,
                                                   std::string_view deployment,
                                                   std::string_view path_override, Clock& clock) {
  auto found = find_deployment(topology, deployment);
  if (!found) return found.error();
  const Deployment& chosen = **found;
  if (chosen.store_kind == StoreKind::memory) {
    return Error{
        Category::rejected, "store_in_memory",
        fmt::format(
            "deployment `{}` keeps its messages in the memory of the process that runs it: another "
            "process cannot see them",
            chosen.name)};
  }
  auto path = store_path(chosen, path_override);
  if (!path) return path.error();
  std::error_code failed;
  if (!std::filesystem::exists(*path, failed)) {
    return Error{
        Category::rejected, "no_store",
        failed
            ? fmt::format("cannot look at the store `{}`: {}", *path, failed.message())
            : fmt::format("there is no store at `{}`: `run` and `migrate` create it, --store names "
                          "another",
                          *path)};
  }
  return chosen.open_store(*path, topology, clock);
}

}  // namespace flow::detail
