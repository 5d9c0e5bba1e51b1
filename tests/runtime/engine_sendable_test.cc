// What a sender may hand over, and one past each limit of it.
#include "engine/sendable.h"

#include <doctest/doctest.h>

#include <chrono>

#include "flow/limits.h"

using namespace std::chrono_literals;
using flow::MessageType;
using flow::microseconds;
using flow::SendOptions;
using flow::Timestamp;
namespace limits = flow::limits;

namespace {

constexpr MessageType kType{.wire_name = "shop.Placed"};
constexpr MessageType kBrief{.wire_name = "shop.Brief", .expires = 10s};

// The error's code; empty: it may be sent. What is refused names its message.
std::string refusal(const SendOptions& options, std::optional<std::string> key = {},
                    const std::string& payload = "{}", const MessageType& type = kType) {
  try {
    flow::check_sendable(type, key, payload, options);
  } catch (const flow::BusError& thrown) {
    CHECK(thrown.error.category == flow::Category::bug);
    CHECK(thrown.error.text.find('`' + std::string{type.wire_name} + "` cannot be sent: ") == 0);
    CHECK(thrown.error.text.size() < 400);
    return thrown.error.code;
  }
  return "";
}

std::string of_header(const std::string& name, const std::string& value) {
  SendOptions options;
  options.headers.emplace(name, value);
  return refusal(options);
}

SendOptions spans(microseconds delay, std::optional<microseconds> expires_in = {}) {
  SendOptions options;
  options.delay = delay;
  options.expires_in = expires_in;
  return options;
}

}  // namespace

TEST_CASE("payloads and answers") {
  const std::string largest(limits::kPayloadBytesMax, ' ');
  CHECK(refusal({}, {}, largest) == "");
  CHECK(refusal({}, {}, largest + ' ') == "payload_too_large");
  CHECK_NOTHROW(flow::check_reply(kType, largest));
  CHECK_THROWS_AS(flow::check_reply(kType, largest + ' '), flow::BusError);
}

TEST_CASE("keys") {
  CHECK(refusal({}, "") == "");
  CHECK(refusal({}, "ö\n") == "");
  CHECK(refusal({}, std::string(limits::kKeyBytesMax, 'k')) == "");
  CHECK(refusal({}, std::string(limits::kKeyBytesMax + 1, 'k')) == "key_too_long");
  CHECK(refusal({}, std::string("a\0b", 3)) == "bad_key");
  CHECK(refusal({}, "\xc3") == "bad_key");
}

TEST_CASE("headers: how many, how large") {
  SendOptions options;
  for (std::size_t i = 0; i < limits::kHeadersMax; ++i) options.headers[std::to_string(i)] = "x";
  CHECK(refusal(options) == "");
  options.headers["more"] = "";
  CHECK(refusal(options) == "too_many_headers");
  CHECK(of_header(std::string(limits::kHeaderNameBytesMax, 'n'), "") == "");
  CHECK(of_header(std::string(limits::kHeaderNameBytesMax + 1, 'n'), "") == "bad_header");
  CHECK(of_header("n", std::string(limits::kHeaderValueBytesMax, 'v')) == "");
  CHECK(of_header("n", std::string(limits::kHeaderValueBytesMax + 1, 'v')) == "bad_header");
  options.headers.clear();
  for (std::size_t bytes = 0; bytes < limits::kHeadersBytesMax; bytes += 1024)
    options.headers[std::to_string(1000 + bytes / 1024)] = std::string(1020, 'v');
  CHECK(refusal(options) == "");
  options.headers["1000"] += 'v';
  CHECK(refusal(options) == "headers_too_large");
}

TEST_CASE("headers: text without control characters") {
  CHECK(of_header("tenant", "ö €😀") == "");
  CHECK(of_header("größe", "") == "");
  CHECK(of_header("", "v") == "bad_header");
  for (const std::string& bad : {std::string("a\0", 2), std::string("\n"), std::string("\x7f"),
                                 std::string("\xc2\x80"), std::string("\xff")}) {
    CAPTURE(bad);
    CHECK(of_header("name" + bad, "v") == "bad_header");
    CHECK(of_header("name", "v" + bad) == "bad_header");
  }
}

TEST_CASE("headers of flow's own cannot be set from outside, however they are spelt") {
  for (const char* name : {"flow-version", "flow-", "flow-anything", "Flow-Version", "FLOW-X"}) {
    CAPTURE(name);
    CHECK(of_header(name, "1") == "reserved_header");
  }
  for (const char* name : {"flow", "flower", "x-flow-version", "traceparent", "id", "ce_id"}) {
    CAPTURE(name);
    CHECK(of_header(name, "1") == "");
  }
}

TEST_CASE("spans of time") {
  CHECK(refusal(spans(-1us)) == "negative_delay");
  CHECK(refusal(spans(microseconds::min())) == "negative_delay");
  CHECK(refusal(spans(0us, 0us)) == "expired_already");
  CHECK(refusal(spans(0us, -1us)) == "expired_already");
  CHECK(refusal(spans(0us, 1us)) == "");
  CHECK(refusal(spans(1s, 1s)) == "expires_before_due");
  CHECK(refusal(spans(1s, 1s + 1us)) == "");
  CHECK(refusal(spans(microseconds::max(), microseconds::max())) == "expires_before_due");
  CHECK(refusal(spans(microseconds::max())) == "");
  CHECK(refusal(spans(0us, microseconds::max())) == "");
  CHECK(refusal(spans(10s), {}, "{}", kBrief) == "expires_before_due");
  CHECK(refusal(spans(10s - 1us), {}, "{}", kBrief) == "");
  CHECK(refusal(spans(10s, 11s), {}, "{}", kBrief) == "");  // the sender's word is the last
}

TEST_CASE("ids") {
  SendOptions options;
  options.id = flow::Uuid{};
  CHECK(refusal(options) == "nil_id");
  options.id = flow::Uuid::v7(Timestamp{}, 1);
  CHECK(refusal(options) == "");
}

TEST_CASE("what would expire past the end of time never does") {
  const Timestamp now{std::chrono::seconds{1'800'000'000}};
  CHECK(flow::expiry_of(kType, {}, now) == std::nullopt);
  CHECK(flow::expiry_of(kBrief, {}, now) == now + 10s);
  CHECK(flow::expiry_of(kBrief, spans(0us, 3s), now) == now + 3s);
  CHECK(flow::expiry_of(kBrief, spans(0us, microseconds::max()), now) == std::nullopt);
  const microseconds left = flow::kEndOfTime - now;
  CHECK(flow::expiry_of(kType, spans(0us, left), now) == flow::kEndOfTime);
  CHECK(flow::expiry_of(kType, spans(0us, left + 1us), now) == std::nullopt);
}
