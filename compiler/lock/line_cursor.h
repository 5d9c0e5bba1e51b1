#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/span.h"
#include "lock/lock.h"

namespace flowc::lock {

/// Reads the words of one line of flow.lock. The first thing that is not there as asked for fails
/// the line; what is asked for after that gives nothing and changes nothing.
class LineCursor {
 public:
  /// `offset` is where `line` begins in `file`.
  LineCursor(std::string_view line, FileId file, std::uint32_t offset)
      : line_(line), file_(file), offset_(offset) {}

  bool failed() const { return !problem_.empty(); }
  const std::string& problem() const { return problem_; }
  /// From where the last thing began to where it ended; all of the line at first.
  Span span() const;
  void fail(std::string problem);

  bool at_end();
  /// Takes `word` if it is next, as a word of its own.
  bool take_word(std::string_view word);
  /// Takes `sign` if it is next.
  bool take(std::string_view sign);
  void expect(std::string_view sign);
  void expect_end();

  /// A name, bare or in quotes; `what` is what it is called in the problem.
  std::string word(const char* what);
  std::string string(const char* what);
  std::uint32_t number(const char* what);
  std::uint32_t version();  ///< `v2`
  std::int64_t duration();  ///< `15m`, in microseconds
  Type type();
  std::string literal();  ///< as written, for comparing

 private:
  Type type_at(std::size_t depth);
  void skip_spaces();
  std::string_view bare();
  std::string quoted_text(const char* what);
  bool escape(std::string& out);

  std::string_view line_;
  FileId file_;
  std::uint32_t offset_ = 0;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::string problem_;
};

}  // namespace flowc::lock
