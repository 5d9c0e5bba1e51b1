#include "observe/log.h"

#include "flow/limits.h"
#include "observe/redact.h"

#include <fmt/format.h>

namespace flow::detail {

namespace {

// Between characters; what is no UTF-8 is escaped later.
std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string{text};
  std::size_t end = most - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return std::string{text.substr(0, end)} + "...";
}

// Redacted before it is cut: half a password is one too.
std::string shown_text(std::string_view text) {
  return cut(without_passwords(text), limits::kLogTextBytesMax);
}

std::string shown(std::string_view name, std::string_view value) {
  return is_secret_name(name) ? "***" : shown_text(value);
}

std::string shown_name(std::string_view name) {
  return cut(name, limits::kLogNameBytesMax);
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \t\n\"=\\") != std::string_view::npos;
}

}  // namespace

std::string_view level_name(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable_lines(text)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

LogWriter::LogWriter(const Clock& clock, LogFormat format, LogLevel least,
                     std::function<void(std::string_view)> write)
    : clock_(clock), format_(format), least_(least), write_(std::move(write)) {}

void LogWriter::write(LogLevel level, std::string_view text, Fields fields) {
  if (level < least_) {
    const std::lock_guard lock{mutex_};
    ++suppressed_;
    return;
  }
  const std::string line =
      format_ == LogFormat::json ? json_line(level, text, fields) : text_line(level, text, fields);
  const std::lock_guard lock{mutex_};
  write_(line);
}

std::uint64_t LogWriter::suppressed() const {
  const std::lock_guard lock{mutex_};
  return suppressed_;
}

std::string LogWriter::text_line(LogLevel level, std::string_view text, Fields fields) const {
  std::string line = fmt::format("{} {} {}", flow::to_string(clock_.now()), level_name(level),
                                 printable(shown_text(text)));
  for (const auto& [name, value] : fields) {
    const std::string plain = shown(name, value);
    line += fmt::format(" {}={}", printable(shown_name(name)),
                        needs_quotes(plain) ? json_quoted(plain) : printable(plain));
  }
  return line + '\n';
}

std::string LogWriter::json_line(LogLevel level, std::string_view text, Fields fields) const {
  std::string line =
      fmt::format(R"({{"at":"{}","level":"{}","text":{})", flow::to_string(clock_.now()),
                  level_name(level), json_quoted(shown_text(text)));
  for (const auto& [name, value] : fields) {
    line += fmt::format(",{}:{}", json_quoted(shown_name(name)), json_quoted(shown(name, value)));
  }
  return line + "}\n";
}

}  // namespace flow::detail
