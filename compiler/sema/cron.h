#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Schedules as text: the five fields of a cron, and names of time zones.
namespace flowc::sema {

/// What a cron says: the values of each field as bits. When both days are given, either is enough,
/// as in every cron.
struct Cron {
  std::array<std::uint64_t, 5> values{};  ///< minute, hour, day, month, day of the week (Sunday: 0)
  bool every_day = false;                 ///< the day of the month begins with `*`
  bool every_weekday = false;             ///< so does the day of the week
};

/// What is wrong with a cron.
struct CronMistake {
  std::size_t begin = 0;  ///< in its text
  std::size_t end = 0;
  std::optional<std::size_t> fields;    ///< how many there are, when that is what is wrong
  std::string found;                    ///< the part that is wrong
  std::string wanted;                   ///< what it is not: "a minute, which is 0 to 59"
  std::vector<std::string> candidates;  ///< names it may have been meant for
};

/// `0 3 * * *`, `*/15 8-18 * * mon-fri`: numbers, lists, ranges, steps of `*` or a range, and
/// English names of months and weekdays of three letters.
std::variant<Cron, CronMistake> parse_cron(std::string_view text);

/// Why a cron never comes: "April has no day 31". Nothing, if it does.
std::optional<std::string> never_comes(const Cron& cron);

/// Whether a text has the form of a zone of the IANA database: `UTC`, or an area and a city,
/// `Europe/Paris`. Cities are not looked up: the list changes several times a year, and what a
/// program means does not depend on the machine it is compiled on.
bool is_zone(std::string_view text);

/// The areas of is_zone(): for "did you mean".
std::vector<std::string> zone_areas();

}  // namespace flowc::sema
