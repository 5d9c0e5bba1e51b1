#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "flow/message.h"
#include "flow/result.h"
#include "flow/time.h"

namespace flow::detail {

enum class Verb : std::uint8_t {
  run,
  send,
  publish,
  channels,
  dead_list,
  dead_show,
  dead_replay,
  dead_discard,
  migrate,
  topology
};

struct DeadLetterOptions {
  std::vector<std::int64_t> ids;
  std::string endpoint, channel, reason;
  std::optional<std::string> key;  ///< none: any
  std::optional<Timestamp> since, until;
  std::optional<std::size_t> limit;
  bool all = false;
  bool payload = false;
  double rate_per_s = 0;  ///< 0: as fast as it goes
  /// Something narrows the choice.
  bool filtered() const {
    return !ids.empty() || !endpoint.empty() || !channel.empty() || key.has_value() ||
           !reason.empty() || since || until || limit;
  }
};

/// A command line, understood. What a verb does not use keeps its default.
struct CommandLine {
  Verb verb = Verb::run;
  std::string program;  ///< as it was called, without its folder
  std::string deployment;
  std::string store;
  bool json = false;
  microseconds drain_deadline{30'000'000};
  bool accept_orphans = false;
  std::string metrics_file;
  std::string type;
  std::string payload;  ///< JSON, `-` or `@FILE`
  SendOptions send;
  bool watch = false;
  microseconds every{1'000'000};
  std::uint64_t times = 0;  ///< of --watch; 0: until it is stopped
  DeadLetterOptions dead;
  std::string retire;
};

/// Help or a version was asked for: text for standard output, and nothing else to do.
struct Said {
  std::string text;
};

/// Understands `argv`. Errors are wrong usage (code `usage`) and end with what to do. `now` is what
/// `--since 2h` counts from; `service` and `version` are for help texts.
std::variant<CommandLine, Said, Error> parse_command_line(std::string_view service,
                                                          std::string_view version,
                                                          std::span<const std::string> argv,
                                                          Timestamp now);

}  // namespace flow::detail
