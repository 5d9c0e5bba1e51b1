#include "engine/store.h"
#include "cli/json_text.h"
#include "cli/options.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "host/deployment.h"
#include "observe/redact.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <vector>

namespace flow::detail {

namespace {

using Json = nlohmann::ordered_json;

/// `migrate`: makes the store, or brings it to this version.
class Migrate final : public Command {
 public:
  void declare(Options& options) override {
    options.text("--retire", retired_, "ENDPOINT",
                 "Dead-letter what is left of this endpoint, and forget the endpoint");
  }
  Result<int> run(CommandContext& context) override;

 private:
  std::string retired_;
};

struct Migrated {
  std::string store;
  StoreVersion version;
  std::optional<std::uint64_t> retired;  ///< deliveries, with --retire
  std::vector<Orphan> orphans;
};

Result<std::uint64_t> retire(Store& store, const Topology& topology, const std::string& endpoint) {
  if (topology.find_endpoint(endpoint) >= 0) {
    return Error{Category::rejected, "endpoint_declared",
                 fmt::format("endpoint `{}` is declared: take its handler out of the .flow file "
                             "before you retire it",
                             endpoint)};
  }
  const auto orphans = store.orphans();
  if (!orphans) return orphans.error();
  std::vector<std::string> names;
  for (const Orphan& orphan : orphans.value()) {
    if (orphan.endpoint == endpoint) return store.retire(endpoint);
    names.push_back(orphan.endpoint);
  }
  return Error{Category::rejected, "no_such_orphan",
               fmt::format("the store holds nothing for an endpoint `{}`{}", endpoint,
                           did_you_mean(endpoint, names))};
}

std::string as_text(const Migrated& done, const std::string& endpoint, const std::string& program) {
  std::string out = fmt::format("store `{}`: ", printable(without_passwords(done.store)));
  if (done.version.found == 0) {
    out += fmt::format("created, schema {}\n", done.version.now);
  } else if (done.version.found == done.version.now) {
    out += fmt::format("up to date, schema {}\n", done.version.now);
  } else {
    out += fmt::format("migrated from schema {} to {}\n", done.version.found, done.version.now);
  }
  if (done.retired) {
    out += fmt::format("retired `{}`: {} deliver{} dead-lettered\n", printable(endpoint),
                       grouped(*done.retired), *done.retired == 1 ? "y" : "ies");
  }
  if (done.orphans.empty()) return out;
  Table table{{{"ORPHAN"}, {"CHANNEL"}, {"DELIVERIES", Table::Align::right}}};
  for (const Orphan& orphan : done.orphans) {
    table.add({orphan.endpoint, orphan.channel, grouped(orphan.deliveries)});
  }
  return out + "\nDeliveries for endpoints that are not declared any more:\n" + table.text() +
         fmt::format(
             "`{0} migrate --retire ENDPOINT` dead-letters them, `{0} run --accept-orphans` starts "
             "beside "
             "them.\n",
             program);
}

std::string as_json(const Migrated& done, const std::string& endpoint) {
  Json orphans = Json::array();
  for (const Orphan& orphan : done.orphans) {
    orphans.push_back({{"endpoint", bounded(orphan.endpoint)},
                       {"channel", bounded(orphan.channel)},
                       {"deliveries", orphan.deliveries}});
  }
  Json out{{"store", without_passwords(done.store)},
           {"schema_found", done.version.found},
           {"schema", done.version.now},
           {"orphans", std::move(orphans)}};
  if (done.retired)
    out["retired"] = {{"endpoint", bounded(endpoint)}, {"deliveries", *done.retired}};
  return json_text(out);
}

Result<int> Migrate::run(CommandContext& context) {
  const CommonOptions& line = context.line;
  const Topology& topology = context.topology();
  const auto deployment = find_deployment(topology, line.deployment);
  if (!deployment) return deployment.error();
  const Deployment& chosen = *deployment.value();
  if (chosen.store_kind == StoreKind::memory) {
    return Error{
        Category::rejected, "store_in_memory",
        fmt::format("deployment `{}` keeps its messages in memory: there is nothing to migrate",
                    chosen.name)};
  }
  const auto path = store_path(chosen, line.store);
  if (!path) return path.error();
  // There is nothing to retire in a store that is yet to be made.
  auto store = retired_.empty()
                   ? chosen.open_store(path.value(), topology, context.clock)
                   : open_existing_store(topology, line.deployment, line.store, context.clock);
  if (!store) return store.error();
  Migrated done{path.value(), (*store)->version(), std::nullopt, {}};
  if (!retired_.empty()) {
    const auto retired = retire(**store, topology, retired_);
    if (!retired) return retired.error();
    done.retired = retired.value();
  }
  if (auto registered = (*store)->register_topology(); !registered) return registered.error();
  auto orphans = (*store)->orphans();
  if (!orphans) return orphans.error();
  done.orphans = std::move(orphans.value());
  context.console.out(line.json ? as_json(done, retired_) : as_text(done, retired_, line.program));
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_migrate() {
  return std::make_unique<Migrate>();
}

}  // namespace flow::detail
