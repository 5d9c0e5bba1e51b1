#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core_sample.h"
#include "flow/json.h"

// Any bytes are decoded or refused. What was decoded can be encoded, and decodes to the same again.

namespace {

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "codec_fuzz: %s\n", what);
  std::abort();
}

template <typename T>
void try_type(std::string_view payload) {
  T value{};
  const flow::Result<void> result = flow::json::decode_payload(payload, value);
  if (!result.ok()) {
    demand(result.error().category == flow::Category::poison, "an error that is not poison");
    demand(!result.error().text.empty(), "an error without a text");
    // 64 names of 40 bytes, each byte escaped, and a value.
    demand(result.error().text.size() < 64 * 4 * 48, "an error without a limit");
    return;
  }
  const std::string again = flow::json::encode_payload(value);
  T second{};
  demand(flow::json::decode_payload(again, second).ok(), "what was encoded cannot be decoded");
  demand(flow::json::encode_payload(second) == again, "decoding and encoding changed the value");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view payload{reinterpret_cast<const char*>(data), size};
  try_type<sample::Everything>(payload);
  try_type<sample::Order>(payload);
  try_type<sample::Tree>(payload);
  try_type<std::vector<flow::Decimal>>(payload);
  try_type<std::map<std::string, std::string>>(payload);
  return 0;
}
