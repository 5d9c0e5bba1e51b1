#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

#include "base/assert.h"
#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "syntax/builder.h"
#include "syntax/tokens.h"

namespace flowc {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr Unit kDurations[] = {{"ms", 1'000},
                               {"s", 1'000'000},
                               {"m", 60'000'000},
                               {"h", 3'600'000'000},
                               {"d", 86'400'000'000}};
constexpr Unit kSizes[] = {
    {"B", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}, {"GiB", 1024LL * 1024 * 1024}};
constexpr std::string_view kDurationHelp =
    "a whole number and one unit: `ms`, `s`, `m`, `h` or `d`";
constexpr std::string_view kExponentHelp = "a number is written out, without an exponent";

std::string without_underscores(std::string_view digits) {
  std::string out(digits);
  std::erase(out, '_');
  return out;
}

/// The number, or nothing when it does not fit.
template <class T>
std::optional<T> number(std::string_view digits) {
  const std::string plain = without_underscores(digits);
  T value{};
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc{} || end != plain.data() + plain.size()) return std::nullopt;
  return value;
}

std::size_t unit_begin(std::string_view text) {
  return text.find_first_not_of("0123456789_.");
}

template <std::size_t n>
const Unit* unit_of(std::string_view text, const Unit (&units)[n]) {
  const std::size_t begin = unit_begin(text);
  if (begin == std::string_view::npos) return nullptr;
  for (const Unit& unit : units) {
    if (text.substr(begin) == unit.name) return &unit;
  }
  return nullptr;
}

/// The measure in its smallest unit, or nothing when it is not whole or does not fit.
std::optional<std::int64_t> scaled(std::string_view text, const Unit& unit) {
  const std::optional<std::int64_t> amount = number<std::int64_t>(text.substr(0, unit_begin(text)));
  if (!amount || *amount > std::numeric_limits<std::int64_t>::max() / unit.factor)
    return std::nullopt;
  return *amount * unit.factor;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6));
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3F));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

/// The four hexadecimal digits behind `\u` at `at`.
std::optional<std::uint32_t> code_unit(std::string_view content, std::size_t at) {
  if (at + 6 > content.size() || content[at] != '\\' || content[at + 1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  const char* begin = content.data() + at + 2;
  const auto [end, error] = std::from_chars(begin, begin + 4, unit, 16);
  if (error != std::errc{} || end != begin + 4) return std::nullopt;
  return unit;
}

bool is_high(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(std::uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

}  // namespace

Span Builder::span(const antlr4::Token& token) const {
  return span_of(file_, token);
}

Span Builder::span(antlr4::tree::TerminalNode& node) const {
  return span(*node.getSymbol());
}

Span Builder::span(antlr4::ParserRuleContext& context) const {
  FLOW_ASSERT(context.start != nullptr);
  Span out = span(*context.start);
  if (context.stop != nullptr) out.end = std::max(out.end, span(*context.stop).end);
  return out;
}

std::string Builder::documentation(antlr4::ParserRuleContext& context) const {
  const auto found = documentation_.find(context.start->getStartIndex());
  return found == documentation_.end() ? std::string() : found->second;
}

std::optional<ast::Name> Builder::name(Parser::NameContext* context) const {
  if (context == nullptr || context->exception != nullptr || context->children.empty())
    return std::nullopt;
  const Span at = span(*context);
  return ast::Name{std::string(written(at)), at};
}

std::optional<ast::Path> Builder::path(Parser::PathContext* context) const {
  if (context == nullptr) return std::nullopt;
  ast::Path out;
  for (Parser::NameContext* part : context->name()) {
    std::optional<ast::Name> made = name(part);
    if (!made) return std::nullopt;
    out.parts.push_back(std::move(*made));
  }
  if (out.parts.empty()) return std::nullopt;
  out.span = span(*context);
  if (out.span.end - out.span.begin > limits::kPathBytesMax) {
    reporter_.error(kTokenTooLong, out.parts.front().span, limits::kPathBytesMax);
    return std::nullopt;
  }
  return out;
}

std::optional<ast::Text> Builder::text(Parser::TextContext* context) {
  if (context == nullptr || context->STRING() == nullptr) return std::nullopt;
  const Span at = span(*context->STRING());
  return ast::Text{decoded(at), at};
}

/// `1__0` and `007` are reported, and read as what they seem to say: nothing follows from them.
void Builder::check_digits(Span at) {
  const std::string_view text = written(at);
  const std::size_t digits = std::min(text.find_first_not_of("0123456789_"), text.size());
  const std::string_view number = text.substr(0, digits);
  std::string meant;
  for (const char c : number) {
    if (meant == "0" && c != '_') meant.clear();
    if (c != '_' || (meant != "0" && meant.back() != '_')) meant += c;
  }
  if (meant.back() == '_') meant.pop_back();
  if (meant == number) return;
  const bool zero = number.front() == '0';
  const auto end = static_cast<std::uint32_t>(at.begin + digits);
  reporter_
      .error(kNumberForm, at, text,
             zero ? "a number has no zeros before it" : "a `_` stands between two digits")
      .fix({at.file, at.begin, end}, meant);
}

std::optional<ast::Integer> Builder::count(Parser::CountContext* context) {
  if (context == nullptr || context->INTEGER() == nullptr) return std::nullopt;
  const Span at = span(*context->INTEGER());
  check_digits(at);
  const std::optional<std::uint64_t> value = number<std::uint64_t>(written(at));
  if (!value || *value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    reporter_.error(kNumberOutOfRange, at, written(at), "a count is at most 9223372036854775807");
    return std::nullopt;
  }
  return ast::Integer{*value, at};
}

std::optional<std::int64_t> Builder::microseconds(Span at) {
  check_digits(at);
  const std::string_view text = written(at);
  const Unit* unit = unit_of(text, kDurations);
  if (unit == nullptr || text.find('.') != std::string_view::npos) {
    const bool exponent = text.find_first_not_of("0123456789_.eE") == std::string_view::npos;
    reporter_.error(kUnknownUnit, at, text, "a duration")
        .help(std::string(exponent ? kExponentHelp : kDurationHelp));
    return std::nullopt;
  }
  const std::optional<std::int64_t> value = scaled(text, *unit);
  if (!value) reporter_.error(kNumberOutOfRange, at, text, "a duration is at most 106751991d");
  return value;
}

std::optional<ast::Duration> Builder::duration(Parser::MeasureContext* context) {
  if (context == nullptr || context->MEASURE() == nullptr) return std::nullopt;
  const Span at = span(*context->MEASURE());
  const std::optional<std::int64_t> value = microseconds(at);
  if (!value) return std::nullopt;
  return ast::Duration{*value, at};
}

std::optional<ast::Percent> Builder::percent(Parser::PercentageContext* context) {
  if (context == nullptr || context->PERCENTAGE() == nullptr) return std::nullopt;
  const Span at = span(*context->PERCENTAGE());
  check_digits(at);
  const std::string_view text = written(at);
  const std::optional<std::uint32_t> value = number<std::uint32_t>(text.substr(0, text.size() - 1));
  if (!value) {
    reporter_.error(kNumberOutOfRange, at, text, "a percentage is a whole number");
    return std::nullopt;
  }
  return ast::Percent{*value, at};
}

std::optional<ast::Value> Builder::value(Parser::ValueContext* context) {
  if (context == nullptr || context->exception != nullptr || context->children.empty())
    return std::nullopt;
  ast::Value out;
  out.span = span(*context);
  if (context->TRUE() != nullptr || context->FALSE() != nullptr) {
    out.kind = ast::Value::Kind::boolean;
    out.boolean = context->TRUE() != nullptr;
  } else if (Parser::TextContext* literal = context->text()) {
    std::optional<ast::Text> made = text(literal);
    if (!made) return std::nullopt;
    out.kind = ast::Value::Kind::text;
    out.text = std::move(made->value);
  } else if (Parser::NameContext* named = context->name()) {
    out.kind = ast::Value::Kind::name;
    out.text = written(span(*named));
  } else if (context->MEASURE() != nullptr || context->PERCENTAGE() != nullptr) {
    if (!measure_value(*context, out)) return std::nullopt;
  } else if (context->INTEGER() != nullptr || context->DECIMAL() != nullptr) {
    number_value(*context, out);
  } else {
    list_or_map(*context, out);
  }
  return out;
}

void Builder::number_value(Parser::ValueContext& context, ast::Value& out) {
  const std::string sign = context.MINUS() != nullptr ? "-" : "";
  antlr4::tree::TerminalNode* digits =
      context.INTEGER() != nullptr ? context.INTEGER() : context.DECIMAL();
  const Span at = span(*digits);
  check_digits(at);
  out.text = sign + without_underscores(written(at));
  if (context.INTEGER() == nullptr) {
    out.kind = ast::Value::Kind::decimal;
    return;
  }
  const std::optional<std::int64_t> parsed = number<std::int64_t>(out.text);
  out.kind = ast::Value::Kind::integer;
  out.integer = parsed.value_or(0);
  out.wide = !parsed;
}

bool Builder::measure_value(Parser::ValueContext& context, ast::Value& out) {
  if (context.MINUS() != nullptr) {
    reporter_.error(kNumberOutOfRange, out.span, written(out.span),
                    "a duration, a size or a percentage is never negative");
    return false;
  }
  const std::string_view text = written(out.span);
  std::optional<std::int64_t> made;
  if (context.PERCENTAGE() != nullptr) {
    out.kind = ast::Value::Kind::percent;
    check_digits(out.span);
    made = number<std::int64_t>(text.substr(0, text.size() - 1));
    if (!made) reporter_.error(kNumberOutOfRange, out.span, text, "a percentage is a whole number");
  } else if (const Unit* size = unit_of(text, kSizes); size != nullptr) {
    out.kind = ast::Value::Kind::size;
    check_digits(out.span);
    made = scaled(text, *size);
    if (!made)
      reporter_.error(kNumberOutOfRange, out.span, text,
                      "a size is a whole number of at most 63 bits");
  } else {
    out.kind = ast::Value::Kind::duration;
    made = microseconds(out.span);
  }
  out.integer = made.value_or(0);
  return made.has_value();
}

void Builder::list_or_map(Parser::ValueContext& context, ast::Value& out) {
  out.kind = context.LBRACE() != nullptr ? ast::Value::Kind::map : ast::Value::Kind::list;
  for (Parser::ValueContext* element : context.value()) {
    if (std::optional<ast::Value> made = value(element)) out.elements.push_back(std::move(*made));
  }
  map_entries(context.mapEntry(), out);
}

void Builder::map_entries(const std::vector<Parser::MapEntryContext*>& entries, ast::Value& out) {
  for (Parser::MapEntryContext* entry : entries) {
    std::optional<ast::Value> made = value(entry->value());
    std::optional<ast::Name> key = name(entry->name());
    if (!key) {
      if (std::optional<ast::Text> quoted = text(entry->text()))
        key = ast::Name{quoted->value, quoted->span};
    }
    if (!made || !key) continue;
    out.keys.push_back(std::move(*key));
    out.elements.push_back(std::move(*made));
  }
}

std::string Builder::decoded(Span quoted) {
  // The lexer takes strings in other quotes and without the closing one, which were reported.
  std::string_view content = written(quoted);
  std::string_view close = content.substr(0, 1);
  content.remove_prefix(1);
  if (close == "\xE2") {
    content.remove_prefix(2);
    close = "\xE2\x80\x9D";
  }
  std::size_t escapes = 0;
  while (content.size() > 1 + escapes && content[content.size() - 2 - escapes] == '\\') ++escapes;
  if (content.ends_with(close) && escapes % 2 == 0) content.remove_suffix(close.size());
  const auto offset = static_cast<std::size_t>(content.data() - sources_.text(file_).data());
  std::string out;
  for (std::size_t at = 0; at < content.size();) {
    if (content[at] == '\\') {
      decode_escape(content, at, offset, out);
    } else {
      out += content[at++];
    }
  }
  return out;
}

void Builder::decode_escape(std::string_view content, std::size_t& at, std::size_t offset,
                            std::string& out) {
  constexpr std::string_view kFrom = "\"\\/bfnrt";
  constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  const std::size_t begin = at;
  if (at + 1 < content.size()) {
    const std::size_t known = kFrom.find(content[at + 1]);
    if (known != std::string_view::npos) {
      out += kTo[known];
      at += 2;
      return;
    }
  }
  const std::optional<std::uint32_t> unit = code_unit(content, at);
  if (unit && !is_high(*unit) && !is_low(*unit)) {
    append_utf8(out, *unit);
    at += 6;
    return;
  }
  if (unit && is_high(*unit)) {
    const std::optional<std::uint32_t> low = code_unit(content, at + 6);
    if (low && is_low(*low)) {
      append_utf8(out, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
      at += 12;
      return;
    }
  }
  at = std::min(content.size(), begin + (unit ? 6 : 2));
  const Span where{file_, static_cast<std::uint32_t>(offset + begin),
                   static_cast<std::uint32_t>(offset + at)};
  auto reported = reporter_.error(kUnknownEscape, where, written(where));
  reported.help(unit ? "half of a surrogate pair: a character past U+FFFF has two `\\uXXXX`"
                     : "the escapes are those of JSON: \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
}

bool Builder::given_twice(std::string_view clause, const std::optional<Span>& first, Span again) {
  if (!first) return false;
  reporter_.error(kGivenTwice, again, clause).label(*first, "first given here");
  return true;
}

}  // namespace flowc
