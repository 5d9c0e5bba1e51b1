#include "sema/cron.h"

#include <algorithm>
#include <cctype>

namespace flowc::sema {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};
constexpr std::array<std::string_view, 11> kAreas{"Africa", "America",  "Antarctica", "Arctic",
                                                  "Asia",   "Atlantic", "Australia",  "Etc",
                                                  "Europe", "Indian",   "Pacific"};

struct CronField {
  std::string_view what;  ///< with its article
  std::string_view bounds;
  unsigned low;
  unsigned high;
  unsigned name_base;  ///< what the first name stands for
};
constexpr std::array<CronField, 5> kFields{
    {{"a minute", "0 to 59", 0, 59, 0},
     {"an hour", "0 to 23", 0, 23, 0},
     {"a day of the month", "1 to 31", 1, 31, 0},
     {"a month", "1 to 12, or jan to dec", 1, 12, 1},
     {"a day of the week", "0 to 7, or sun to sat", 0, 7, 0}}};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// At most four digits: more are out of every bound.
std::optional<unsigned> number(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

/// Reads one field; the first mistake ends it.
class FieldParser {
 public:
  FieldParser(std::string_view text, std::size_t offset, std::size_t index)
      : text_(text), offset_(offset), field_(kFields[index]), index_(index) {}

  bool parse() {
    std::size_t begin = 0;
    while (true) {
      const std::size_t comma = std::min(text_.find(',', begin), text_.size());
      if (!item(text_.substr(begin, comma - begin), offset_ + begin)) return false;
      if (comma == text_.size()) return true;
      begin = comma + 1;
    }
  }

  std::uint64_t values = 0;
  CronMistake mistake;

 private:
  bool wrong(std::string_view found, std::size_t at, std::string wanted) {
    mistake.begin = at;
    mistake.end = at + found.size();
    mistake.found = found;
    mistake.wanted = std::move(wanted);
    return false;
  }

  /// `*`, `7`, `1-5`, `*/10`, `8-18/2`.
  bool item(std::string_view item, std::size_t at) {
    const std::string list = "a list of a cron: something stands around each comma";
    if (item.empty()) return wrong(text_, offset_, list);
    const std::size_t slash = std::min(item.find('/'), item.size());
    const std::string_view range = item.substr(0, slash);
    const std::size_t dash = range.find('-');
    unsigned first = field_.low;
    unsigned last = field_.high;
    if (range != "*") {
      const auto low = value(range.substr(0, dash), at);
      if (!low) return false;
      first = last = *low;
      if (dash != std::string_view::npos) {
        const auto high = value(range.substr(dash + 1), at + dash + 1);
        if (!high) return false;
        last = *high;
        if (last < first) return wrong(range, at, "a range: it runs backwards");
      }
    }
    unsigned step = 1;
    if (slash != item.size()) {
      const std::string_view written = item.substr(slash + 1);
      if (range != "*" && dash == std::string_view::npos)
        return wrong(item, at, "a step of a cron, which is of `*` or of a range");
      const auto given = number(written);
      if (!given || *given == 0 || *given > last - first) {
        return wrong(item, at,
                     "a step of a cron, which is at least 1 and shorter than what it divides");
      }
      step = *given;
    }
    for (unsigned i = first; i <= last; i += step) {
      values |= std::uint64_t{1} << (index_ == 4 ? i % 7 : i);
    }
    return true;
  }

  std::optional<unsigned> value(std::string_view text, std::size_t at) {
    if (const auto found = number(text)) {
      if (*found >= field_.low && *found <= field_.high) return found;
    } else if (index_ >= 3) {
      const std::string written = lower(text);
      const std::vector<std::string_view> known = names();
      for (std::size_t i = 0; i < known.size(); ++i) {
        if (known[i] == written) return static_cast<unsigned>(i) + field_.name_base;
      }
      mistake.candidates.assign(known.begin(), known.end());
    }
    if (text.empty()) {
      wrong(text_, offset_, std::string(field_.what) + ", which is " + std::string(field_.bounds));
    } else {
      wrong(text, at, std::string(field_.what) + ", which is " + std::string(field_.bounds));
    }
    return std::nullopt;
  }

  std::vector<std::string_view> names() const {
    if (index_ == 3) return {kMonths.begin(), kMonths.end()};
    return {kWeekdays.begin(), kWeekdays.end()};
  }

  std::string_view text_;
  std::size_t offset_;
  const CronField& field_;
  std::size_t index_;
};

}  // namespace

std::variant<Cron, CronMistake> parse_cron(std::string_view text) {
  std::vector<std::pair<std::size_t, std::string_view>> fields;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) fields.emplace_back(at, text.substr(at, end - at));
    at = end + 1;
  }
  if (fields.size() != kFields.size()) {
    CronMistake mistake;
    mistake.end = text.size();
    mistake.fields = fields.size();
    return mistake;
  }
  Cron cron;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    FieldParser parser(fields[i].second, fields[i].first, i);
    if (!parser.parse()) return std::move(parser.mistake);
    cron.values[i] = parser.values;
  }
  cron.every_day = fields[2].second.front() == '*';
  cron.every_weekday = fields[4].second.front() == '*';
  return cron;
}

std::optional<std::string> never_comes(const Cron& cron) {
  constexpr std::array<unsigned, 12> kDays{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  // A weekday comes in every month, and either of two given days is enough.
  if (!cron.every_weekday && !cron.every_day) return std::nullopt;
  unsigned first_day = 1;
  while ((cron.values[2] >> first_day & 1) == 0) ++first_day;
  std::optional<unsigned> month;
  for (unsigned i = 1; i <= 12; ++i) {
    if ((cron.values[3] >> i & 1) == 0) continue;
    if (first_day <= kDays[i - 1]) return std::nullopt;
    if (!month) month = i;
  }
  constexpr std::array<std::string_view, 12> kNames{
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  return std::string(kNames[*month - 1]) + " has no day " + std::to_string(first_day);
}

bool is_zone(std::string_view text) {
  if (text == "UTC") return true;
  std::size_t parts = 0;
  for (std::size_t begin = 0; begin <= text.size(); ++parts) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    if (part.empty() || std::isupper(static_cast<unsigned char>(part.front())) == 0) return false;
    if (!std::all_of(part.begin(), part.end(), [](unsigned char c) {
          return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '+';
        }))
      return false;
    if (parts == 0 && std::find(kAreas.begin(), kAreas.end(), part) == kAreas.end()) return false;
    begin = end + 1;
  }
  return parts == 2 || parts == 3;
}

std::vector<std::string> zone_areas() {
  return {kAreas.begin(), kAreas.end()};
}

}  // namespace flowc::sema
