#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "checks/capabilities.h"
#include "model/names.h"
#include "model/place_kinds.h"

namespace flowc {
namespace {

namespace fs = std::filesystem;

const fs::path kReference = fs::path(FLOW_SOURCE_DIR) / "grammar" / "README.md";

std::string option_table() {
  std::string text = "| | kind | option | | |\n|---|---|---|---|---|\n";
  for (const model::PlaceKind& kind : model::place_kinds()) {
    const std::string begin =
        std::string("| ") + model::to_string(kind.use) + " | `" + std::string(kind.name) + "` | ";
    if (kind.options.empty()) text += begin + "none | | |\n";
    for (const model::OptionKind& option : kind.options) {
      const bool flag = option.type == model::OptionKind::Type::flag;
      text += begin + "`" + std::string(option.name) + ":`" + (option.alone ? ", or alone" : "") +
              " | " + (option.required ? "needed" : "may be") +
              (flag            ? ", `true` or `false`"
               : option.secret ? ", `env(\"NAME\")`"
                               : ", a string or `env(…)`") +
              " | " + std::string(option.meaning) + " |\n";
    }
  }
  return text;
}

const char* shown(Support support) {
  switch (support) {
    case Support::native:
      return "yes";
    case Support::supplied:
      return "store";
    case Support::none:
      return "no";
  }
  return "";
}

std::string bytes(std::uint64_t count) {
  const std::uint64_t kib = count / 1024;
  return kib % 1024 == 0 ? std::to_string(kib / 1024) + " MiB" : std::to_string(kib) + " KiB";
}

std::string capability_table() {
  std::string text =
      "| place | order by key | delay | expiry | priority | capacity | transactions | fan-out | "
      "partitions | message up to | handling up to | kept for | survives a restart |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Capabilities& one : all_capabilities()) {
    text += "| `" + std::string(one.place) + "` |";
    for (const Support support : {one.order, one.delay, one.expiry, one.priority, one.capacity,
                                  one.transactions, one.fan_out})
      text += std::string(" ") + shown(support) + " |";
    text += std::string(one.partitions ? " yes" : " no") + " | " + bytes(one.message_bytes) + " | ";
    text += (one.handling_us ? model::duration_text(*one.handling_us) : "") + " | ";
    text += (one.retention_us ? model::duration_text(*one.retention_us) : "") + " | ";
    text += std::string(one.durable ? "yes" : "no") + " |\n";
  }
  return text;
}

/// The reference with `table` between the comment that begins with `marker` and the next end.
std::string with_table(const std::string& text, const std::string& marker,
                       const std::string& table) {
  const std::size_t comment = text.find("<!-- " + marker);
  REQUIRE(comment != std::string::npos);
  const std::size_t begin = text.find('\n', comment) + 1;
  const std::size_t end = text.find("<!-- end of table -->", begin);
  REQUIRE(end != std::string::npos);
  return text.substr(0, begin) + table + text.substr(end);
}

TEST_CASE("the tables of the reference are those that flowc checks against") {
  std::ifstream stream(kReference, std::ios::binary);
  const std::string written{std::istreambuf_iterator<char>(stream), {}};
  std::string right = with_table(written, "table of options", option_table());
  right = with_table(right, "table of capabilities", capability_table());
  if (right != written && std::getenv("FLOW_UPDATE") != nullptr)
    std::ofstream(kReference, std::ios::binary) << right;
  CHECK(right == written);
}

TEST_CASE("kinds stand in the order of the model's enumerations") {
  using model::PlaceUse;
  const auto check = [](PlaceUse use, auto kind) {
    const model::PlaceKind* known = model::find_place_kind(use, model::to_string(kind));
    REQUIRE(known != nullptr);
    CHECK(model::position(*known) == static_cast<std::size_t>(kind));
  };
  for (const auto kind : {model::StoreKind::sqlite, model::StoreKind::memory,
                          model::StoreKind::postgres, model::StoreKind::mysql})
    check(PlaceUse::store, kind);
  for (const auto kind : {model::BrokerKind::kafka, model::BrokerKind::rabbitmq,
                          model::BrokerKind::redis, model::BrokerKind::sqs})
    check(PlaceUse::broker, kind);
  for (const auto kind :
       {model::PartnerKind::kafka, model::PartnerKind::rabbitmq, model::PartnerKind::redis,
        model::PartnerKind::sqs, model::PartnerKind::webhook, model::PartnerKind::file})
    check(PlaceUse::publisher, kind);
  CHECK(model::find_place_kind(PlaceUse::store, "kafka") == nullptr);
}

}  // namespace
}  // namespace flowc
