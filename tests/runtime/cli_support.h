#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "flow/service.h"
#include "cli/commands.h"
#include "nlohmann/json.hpp"

namespace cli_test {

using namespace std::chrono_literals;

/// Takes what a command writes and gives it its standard input.
class TestConsole final : public flow::detail::Console {
 public:
  void out(std::string_view text) override { output += text; }
  void err(std::string_view text) override { errors += text; }
  flow::Result<std::size_t> read(char* to, std::size_t size) override {
    if (endless) {
      std::memset(to, ' ', size);
      read_bytes += size;
      return size;
    }
    const std::size_t count = std::min(size, input.size());
    std::copy_n(input.data(), count, to);
    input.erase(0, count);
    return count;
  }
  bool interactive() const override { return false; }
  flow::Result<void> flush() override { return {}; }

  std::string output, errors, input;
  bool endless = false;
  std::size_t read_bytes = 0;
};

class TempDirectory {
 public:
  TempDirectory() : path_((std::filesystem::temp_directory_path() / "flow-cli-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary directory");
  }
  ~TempDirectory() { std::filesystem::remove_all(path_); }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct Handlers {
  std::function<void(flow::Handling&)> on;
};

inline void call(const void* handlers, flow::Handling& handling) {
  static_cast<const Handlers*>(handlers)->on(handling);
}

/// What generated code does: the key, or the error with its path.
inline flow::Result<std::optional<std::string>> inspect(std::string_view payload) {
  const auto poison = [](const char* text) {
    return flow::Error{flow::Category::poison, "undecodable", text};
  };
  const auto json = nlohmann::json::parse(payload, nullptr, false);
  if (json.is_discarded()) return poison("it is not JSON");
  if (!json.is_object()) return poison("$: an object is expected");
  if (!json.contains("order")) return poison("$.order: is missing");
  if (!json["order"].is_string()) return poison("$.order: a string is expected");
  return std::optional{json["order"].get<std::string>()};
}

using OpenStore = flow::OpenStore;

/// Two subscribers of `shop.orders.Placed` on channels of their own, a command, a query that is
/// answered in the caller.
struct Shop {
  explicit Shop(OpenStore open, std::string_view path) {
    messages = {{"shop.orders.Place", 1, flow::MessageKind::command, true, inspect},
                {"shop.orders.Placed", 2, flow::MessageKind::event, true, inspect},
                {"shop.orders.Total", 1, flow::MessageKind::query, true, inspect},
                {"shop.returns.Place", 1, flow::MessageKind::command, false}};
    flow::ChannelPolicy mail{.name = "mail"};
    mail.retry = {.now = 0, .delayed = 0};
    mail.concurrency = 2;
    flow::ChannelPolicy totals{.name = "totals"};
    totals.ordered_by_key = true;
    totals.retry = {.now = 1, .delayed = 3, .first = 10ms, .most = 15min};
    totals.rate_count = 50;
    totals.rate_period = 1s;
    totals.capacity = 100'000;
    channels = {mail, totals};
    const auto endpoint = [](std::string_view id, std::string_view handler, flow::MessageNo message,
                             flow::ChannelNo channel) {
      flow::Endpoint made{.id = id, .handler = handler, .message = message, .channel = channel};
      made.call = call;
      return made;
    };
    endpoints = {endpoint("mail.place", "Mail.place", 0, 0),
                 endpoint("mail.receipt", "Mail.receipt", 1, 0),
                 endpoint("totals.add", "Totals.add", 1, 1),
                 endpoint("totals.total", "Totals.total", 2, flow::no_channel)};
    endpoints[3].dispatch = flow::Dispatch::caller;
    endpoints[0].emits = kEmits;
    deployments = {{.name = "dev",
                    .store_kind = flow::StoreKind::sqlite,
                    .store_path = {.text = path},
                    .open_store = open},
                   {.name = "test", .store_kind = flow::StoreKind::memory, .open_store = open}};
    topology.program = "shop.main";
    topology.service = "shop";
    topology.contract_hash = "0123456789abcdef0123456789abcdef";
    topology.messages = messages;
    topology.channels = channels;
    topology.endpoints = endpoints;
    topology.services = services;
    topology.deployments = deployments;
  }
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  static constexpr std::array<flow::MessageNo, 1> kEmits{1};
  std::vector<flow::MessageType> messages;
  std::vector<flow::ChannelPolicy> channels;
  std::vector<flow::Endpoint> endpoints;
  std::vector<flow::Deployment> deployments;
  std::vector<std::string_view> services{"shop"};
  flow::Topology topology;
};

class TestService final : public flow::Service {
 public:
  TestService(const flow::Topology& topology, const Handlers& handlers)
      : flow::Service(topology, &handlers) {}
};

}  // namespace cli_test
