#include "flow/topology.h"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>

#include "flow/limits.h"

namespace {

constexpr std::array<flow::MessageType, 3> kMessages{
    {{.wire_name = "a.One"}, {.wire_name = "a.Three"}, {.wire_name = "b.Two"}}};
constexpr std::array<flow::ChannelPolicy, 2> kChannels{{{.name = "later"}, {.name = "earlier"}}};
constexpr std::array<flow::Endpoint, 2> kEndpoints{
    {{.id = "mail.send", .handler = "Mail.send"},
     {.id = "mail.send_all", .handler = "Mail.send_all"}}};

}  // namespace

TEST_CASE("names are found in the tables, and nothing else is") {
  flow::Topology topology{};
  CHECK(topology.find_message("a.One") == -1);
  CHECK(topology.find_endpoint("") == -1);
  CHECK(topology.find_channel("later") == -1);
  topology.messages = kMessages;
  topology.channels = kChannels;
  topology.endpoints = kEndpoints;
  CHECK(topology.find_message("a.One") == 0);
  CHECK(topology.find_message("a.Three") == 1);
  CHECK(topology.find_message("b.Two") == 2);
  CHECK(topology.find_message("") == -1);
  CHECK(topology.find_message("a.T") == -1);
  CHECK(topology.find_message("z") == -1);
  CHECK(topology.find_endpoint("mail.send") == 0);
  CHECK(topology.find_endpoint("mail.send_all") == 1);
  CHECK(topology.find_endpoint("mail.send_") == -1);
  CHECK(topology.find_channel("later") == 0);
  CHECK(topology.find_channel("earlier") == 1);
  CHECK(topology.find_channel("never") == -1);
}

TEST_CASE("every category has a name of its own") {
  using enum flow::Category;
  std::set<std::string_view> names;
  for (const flow::Category category : {transient, busy, fenced, poison, rejected, bug}) {
    names.insert(to_string(category));
  }
  CHECK(names ==
        std::set<std::string_view>{"transient", "busy", "fenced", "poison", "rejected", "bug"});
}

TEST_CASE("names and ids are bounded, and the error says which is too long") {
  const std::string longest(flow::limits::kIdBytesMax, 'x'), longer = longest + 'x';
  const auto checked = [](std::string_view message, std::string_view endpoint,
                          std::string_view channel) {
    const flow::MessageType messages[] = {{.wire_name = message}};
    const flow::Endpoint endpoints[] = {{.id = endpoint, .handler = "h"}};
    const flow::ChannelPolicy channels[] = {{.name = channel}};
    flow::Topology topology{};
    topology.messages = messages;
    topology.endpoints = endpoints;
    topology.channels = channels;
    const flow::Result<void> result = topology.check_ids();
    return result ? std::string{} : result.error().code + ": " + result.error().text;
  };
  CHECK(checked(longest, longest, longest) == "");
  CHECK(checked(longer, "", "").find("id_too_long: message type `xxx") == 0);
  CHECK(checked("", longer, "").find("id_too_long: endpoint `xxx") == 0);
  CHECK(checked("", "", longer).find("id_too_long: channel `xxx") == 0);
  CHECK(checked("", "", longer).find("has 2049 bytes, at most 2048") != std::string::npos);
}
