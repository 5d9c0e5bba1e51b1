#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "lock/lock.h"

/// flow.lock: text, one fact a line, everything sorted, so that two branches that promise different
/// things merge without a conflict and a reviewer reads what a change promises.
namespace flowc::lock {

/// The bytes of flow.lock; equal locks give equal bytes.
std::string to_text(const Lock& lock);

struct ReadError {
  Span span;            ///< in flow.lock
  std::string problem;  ///< what was found and what the rule is
  std::string help;     ///< may be empty
  bool newer = false;   ///< written by a later flowc; `problem` is then its format's number
};

/// Any bytes. Spans are those of `file`. Stops at the first line that is not understood: a lock
/// that is half read would let breaking changes pass.
Result<Lock, ReadError> read_lock(std::string_view text, FileId file);

/// A name as flow.lock writes it: bare when its characters allow, otherwise in quotes.
std::string word_text(std::string_view word);
/// In quotes, with the escapes of JSON. Bytes past 127 stay as they are.
std::string in_quotes(std::string_view text);

}  // namespace flowc::lock
