#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flow/result.h"
#include "flow/time.h"
#include "flow/topology.h"

/// The words of the command line: what people type, and how numbers and times are shown to them.
/// Pure.
namespace flow::detail {

/// One whole number and one unit, as in the language: `250ms 30s 15m 2h 30d`; at most 36500d. The
/// error says so.
Result<microseconds> parse_human_duration(std::string_view text);
/// An instant (`2026-11-22T20:08:03Z`), a day (its midnight in UTC), or a duration: that long ago.
Result<Timestamp> parse_human_time(std::string_view text, Timestamp now);
/// `50/s`, `3000/m` or `100/h`, as deliveries a second; more than 0.
Result<double> parse_human_rate(std::string_view text);
/// `name=value`, split at the first `=`.
Result<std::pair<std::string, std::string>> parse_header(std::string_view text);

/// Two units at most: `0s`, `850ms`, `12s`, `3m12s`, `2h05m`, `4d03h`.
std::string age(double seconds);
std::string age(microseconds length);
/// As the language writes it, in the largest unit that is exact: `30s`, `90m`, `250ms`, `1us`.
std::string human_duration(microseconds length);
/// `0`, `0.4`, `12.5`, `1840`.
std::string human_rate(double per_second);
/// `1,234,567`.
std::string grouped(std::uint64_t number);

/// The longest text that is shown of what a store or a handler says, in bytes.
inline constexpr std::size_t kTextMax = 4096;
/// `text`, cut between characters where it is longer than `bytes_max`, with its length behind it:
/// `printer on… (10,485,760 bytes)`.
std::string bounded(std::string_view text, std::size_t bytes_max = kTextMax);

/// `event`, `command` or `query`.
std::string_view kind_name(MessageKind kind);
/// `OrderPlaced` of `shop.OrderPlaced`.
std::string_view last_part(std::string_view name);

/// Those of `names` that `word` may have meant, the nearest first, at most three: by edit distance,
/// or because the word is their last part or is contained in them.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& names);
/// `; did you mean `a` or `b`?`, or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& names);

}  // namespace flow::detail
