#include "cli/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

namespace flow::detail {

namespace {

Error wrong(std::string text) {
  return Error{Category::rejected, "usage", std::move(text)};
}

struct Unit {
  std::string_view name;
  std::int64_t microseconds_each;
};

constexpr std::array<Unit, 5> kUnits{{{"ms", 1'000},
                                      {"s", 1'000'000},
                                      {"m", 60'000'000},
                                      {"h", 3'600'000'000},
                                      {"d", 86'400'000'000}}};

// 100 years: what is added to any time of today, in nanoseconds too, is still one.
constexpr std::int64_t kLongest = std::int64_t{36'500} * 86'400'000'000;

// The whole number at the front of `text`, which is then cut off.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || text.empty() || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::string bounded(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string{text};
  std::size_t end = bytes_max;
  // Four bytes at most make a character; more that continue one are no text.
  const std::size_t least = end > 3 ? end - 3 : 0;
  while (end > least && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return fmt::format("{}… ({} bytes)", text.substr(0, end), grouped(text.size()));
}

std::string_view kind_name(MessageKind kind) {
  switch (kind) {
    case MessageKind::event:
      return "event";
    case MessageKind::command:
      return "command";
    case MessageKind::query:
      return "query";
  }
  return "event";
}

std::string_view last_part(std::string_view name) {
  return name.substr(name.rfind('.') + 1);
}

Result<microseconds> parse_human_duration(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  const auto unit =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == rest; });
  if (!number || unit == kUnits.end()) {
    return wrong(fmt::format(
        "`{}` is no duration: write a whole number and a unit, like 250ms, 30s, 15m, 2h "
        "or 30d",
        text));
  }
  if (*number > kLongest / unit->microseconds_each) {
    return wrong(fmt::format("`{}` is too long a duration: at most 36500d", text));
  }
  return microseconds{*number * unit->microseconds_each};
}

Result<Timestamp> parse_human_time(std::string_view text, Timestamp now) {
  if (const auto instant = parse_timestamp(text)) return *instant;
  if (const auto date = parse_date(text)) return Timestamp{std::chrono::sys_days{*date}};
  if (const auto ago = parse_human_duration(text)) return saturating_subtract(now, ago.value());
  return wrong(fmt::format(
      "`{}` is no time: write an instant like 2026-11-22T20:08:03Z, a day like 2026-11-22, "
      "or how long ago, like 2h",
      text));
}

Result<double> parse_human_rate(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  const double seconds = rest == "/s" ? 1 : rest == "/m" ? 60 : rest == "/h" ? 3600 : 0;
  if (!number || *number == 0 || seconds == 0) {
    return wrong(fmt::format(
        "`{}` is no rate: write how many in which time, like 50/s, 3000/m or 100/h", text));
  }
  return static_cast<double>(*number) / seconds;
}

Result<std::pair<std::string, std::string>> parse_header(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return wrong(fmt::format("`{}` is no header: write name=value", text));
  }
  return std::pair{std::string{text.substr(0, equals)}, std::string{text.substr(equals + 1)}};
}

std::string age(double seconds) {
  if (!(seconds > 0)) return "0s";
  if (seconds < 1) return fmt::format("{}ms", static_cast<std::int64_t>(seconds * 1000));
  if (seconds > 1e12) return "∞";
  const auto whole = static_cast<std::int64_t>(seconds);
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  if (whole < 86'400) return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
  return fmt::format("{}d{:02}h", whole / 86'400, whole / 3600 % 24);
}

std::string age(microseconds length) {
  return age(static_cast<double>(length.count()) / 1e6);
}

std::string human_duration(microseconds length) {
  const std::int64_t count = length.count();
  if (count == 0) return "0s";
  for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
    if (count % unit->microseconds_each == 0) {
      return fmt::format("{}{}", count / unit->microseconds_each, unit->name);
    }
  }
  return fmt::format("{}us", count);
}

std::string human_rate(double per_second) {
  if (!(per_second > 0)) return "0";
  return per_second < 100 ? fmt::format("{:.1f}", per_second) : fmt::format("{:.0f}", per_second);
}

std::string grouped(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& names) {
  std::vector<std::pair<std::size_t, std::string>> found;
  const std::string wanted = lower(word);
  for (const std::string& name : names) {
    const std::string whole = lower(name);
    const std::string_view part = last_part(whole);
    const std::string_view wanted_part = last_part(wanted);
    const std::size_t distance =
        std::min(edit_distance(wanted, whole), edit_distance(wanted_part, part));
    const std::size_t bound = std::max<std::size_t>(1, wanted_part.size() / 3);
    if (distance <= bound) {
      found.emplace_back(distance, name);
    } else if (wanted.size() >= 3 && whole.find(wanted) != std::string::npos) {
      found.emplace_back(bound + 1, name);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (found.size() > 3) found.resize(3);
  std::vector<std::string> out;
  for (auto& entry : found) out.push_back(std::move(entry.second));
  return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string> found = nearest(word, names);
  if (found.empty()) return {};
  std::string out = "; did you mean ";
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0) out += i + 1 == found.size() ? " or " : ", ";
    out += '`' + found[i] + '`';
  }
  return out + '?';
}

}  // namespace flow::detail
