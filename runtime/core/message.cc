#include "flow/message.h"

#include <charconv>

namespace flow {

std::optional<std::uint16_t> version_of(const Message& message) {
  if (message.headers.empty()) return 1;
  const auto found = message.headers.find(std::string{kVersionHeader});
  if (found == message.headers.end()) return 1;
  const std::string& text = found->second;
  std::uint16_t version = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (failed != std::errc{} || end != text.data() + text.size() || version == 0)
    return std::nullopt;
  return version;
}

namespace detail {

Error unknown_version(std::uint16_t version, std::uint16_t newest) {
  const std::string header{kVersionHeader};
  if (version == 0)
    return {Category::poison, "unknown_version", "the header " + header + " is not a version"};
  return {Category::poison, "unknown_version",
          "a payload of version " + std::to_string(version) + ", and the newest known here is " +
              std::to_string(newest)};
}

}  // namespace detail

}  // namespace flow
