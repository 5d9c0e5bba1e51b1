#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "flow/clock.h"

namespace flow::detail {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };

std::string_view level_name(LogLevel level) noexcept;

/// Writes one line an event: `2026-11-22T20:33:28.12Z warning channel analytics is blocked
/// endpoint=count`, or the same as one JSON object. What is written cannot forge a second line, and
/// passwords in URLs and the values of secret-sounding fields are replaced by `***`. Names, values
/// and the text are cut to what flow/limits.h allows. Thread-safe: lines do not mix.
class LogWriter {
 public:
  using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  /// `write` gets whole lines, their end included, one call at a time.
  LogWriter(const Clock& clock, LogFormat format, LogLevel least,
            std::function<void(std::string_view)> write);

  void write(LogLevel level, std::string_view text, Fields fields = {});
  /// Lines below the least level, which were not written.
  std::uint64_t suppressed() const;

 private:
  std::string text_line(LogLevel level, std::string_view text, Fields fields) const;
  std::string json_line(LogLevel level, std::string_view text, Fields fields) const;

  const Clock& clock_;
  const LogFormat format_;
  const LogLevel least_;
  const std::function<void(std::string_view)> write_;
  mutable std::mutex mutex_;
  std::uint64_t suppressed_ = 0;
};

/// A JSON string literal with its quotes; bytes that are not UTF-8 come out as `\\xNN` text.
std::string json_quoted(std::string_view text);

}  // namespace flow::detail
