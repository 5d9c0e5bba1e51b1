#include "cli/options.h"

#include "cli/text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>

namespace flow::detail {

namespace {

template <typename T>
Result<T> whole_number(std::string_view text) {
  T value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed == std::errc{} && end == text.data() + text.size() && value > 0) return value;
  return usage(fmt::format("`{}` is no whole number from 1{}", text,
                           failed == std::errc::result_out_of_range ? ": it is too large" : ""));
}

bool owned_by_flow(std::string_view header) {
  constexpr std::string_view kPrefix = "flow-";
  if (header.size() < kPrefix.size()) return false;
  for (std::size_t i = 0; i < kPrefix.size(); ++i) {
    const char c = header[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kPrefix[i]) return false;
  }
  return true;
}

Result<void> add_header(const std::string& text, Headers& to) {
  auto header = parse_header(text);
  if (!header) return header.error();
  auto& [name, value] = *header;
  if (owned_by_flow(name)) {
    return usage(fmt::format(
        "`{}` is a header of flow's own, as all that begin with `flow-`: take another name", name));
  }
  if (!to.try_emplace(name, std::move(value)).second)
    return usage(fmt::format("`{}` is given twice", name));
  return {};
}

}  // namespace

std::string is_empty(const std::string& name) {
  return fmt::format("{} is empty: give it a value", name);
}

void Options::add(const std::string& name, const std::string& type, const std::string& help,
                  bool repeats, Reader reader) {
  auto& declared = declared_.emplace_back(std::make_unique<Declared>());
  declared->name = name;
  declared->repeats = repeats;
  declared->reader = std::move(reader);
  app_.add_option(name, declared->values, help)->allow_extra_args(false)->type_name(type);
}

template <typename T, typename Parse>
void Options::add_one(const std::string& name, const std::string& type, const std::string& help,
                      T& to, Parse parse) {
  add(name, type, help, false, [&to, parse](const Values& values, Timestamp now) -> Result<void> {
    auto value = parse(values.front(), now);
    if (!value) return value.error();
    to = std::move(*value);
    return {};
  });
}

void Options::flag(const std::string& name, bool& to, const std::string& help) {
  app_.add_flag(name, to, help);
}

void Options::text(const std::string& name, std::string& to, const std::string& type,
                   const std::string& help) {
  add_one(name, type, help, to,
          [](const std::string& text, Timestamp) { return Result<std::string>{text}; });
}

void Options::argument(const std::string& name, std::string& to, const std::string& help) {
  app_.add_option(name, to, help)->required();
}

void Options::duration(const std::string& name, std::optional<microseconds>& to,
                       const std::string& help) {
  add_one(name, "DURATION", help, to,
          [](const std::string& text, Timestamp) { return parse_human_duration(text); });
}

void Options::time(const std::string& name, std::optional<Timestamp>& to, const std::string& help) {
  add_one(name, "TIME", help, to,
          [](const std::string& text, Timestamp now) { return parse_human_time(text, now); });
}

void Options::rate(const std::string& name, std::optional<double>& to, const std::string& help) {
  add_one(name, "N/s", help, to,
          [](const std::string& text, Timestamp) { return parse_human_rate(text); });
}

void Options::count(const std::string& name, std::optional<std::uint64_t>& to,
                    const std::string& help) {
  add_one(name, "N", help, to,
          [](const std::string& text, Timestamp) { return whole_number<std::uint64_t>(text); });
}

void Options::numbers(const std::string& name, std::vector<std::int64_t>& to,
                      const std::string& help) {
  add(name, "ID", help, true, [&to](const Values& values, Timestamp) -> Result<void> {
    for (const std::string& text : values) {
      const auto number = whole_number<std::int64_t>(text);
      if (!number) return number.error();
      to.push_back(*number);
    }
    return {};
  });
}

void Options::number_argument(const std::string& name, std::int64_t& to, const std::string& help) {
  add_one(name, "", help, to,
          [](const std::string& text, Timestamp) { return whole_number<std::int64_t>(text); });
  app_.get_option(name)->required()->expected(1);
}

void Options::id(const std::string& name, std::optional<Uuid>& to, const std::string& help) {
  add_one(name, "UUID", help, to, [](const std::string& text, Timestamp) -> Result<Uuid> {
    const auto id = Uuid::parse(text);
    if (id && !id->is_nil()) return *id;
    return usage(fmt::format("`{}` is no UUID", text));
  });
}

void Options::headers(const std::string& name, Headers& to, const std::string& help) {
  add(name, "NAME=VALUE", help, true, [&to](const Values& values, Timestamp) -> Result<void> {
    for (const std::string& text : values) {
      if (auto added = add_header(text, to); !added) return added;
    }
    return {};
  });
}

void Options::footer(const std::string& text) {
  app_.footer(text);
}

Result<void> Options::read(Timestamp now) const {
  for (const auto& declared : declared_) {
    if (declared->values.empty()) continue;
    const std::string& name = declared->name;
    if (declared->values.size() > 1 && !declared->repeats)
      return usage(fmt::format("{} is given twice", name));
    for (const std::string& value : declared->values) {
      // An unset variable in a script: what it would have narrowed must not become everything.
      if (value.empty()) return usage(is_empty(name));
    }
    if (auto done = declared->reader(declared->values, now); !done)
      return usage(fmt::format("{}: {}", name, done.error().text));
  }
  return {};
}

}  // namespace flow::detail
