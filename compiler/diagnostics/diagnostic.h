#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/span.h"
#include "diagnostics/definition.h"

namespace flowc {

/// A place that explains a diagnostic, with its snippet. The text adds to the message and may be
/// empty.
struct Label {
  Span span;
  std::string text;
};

/// A remark. With a place it is shown as `::: file:line:column: text`, without a snippet.
struct Note {
  std::optional<Span> span;
  std::string text;
};

struct Edit {
  Span span;  ///< what to replace; empty to insert
  std::string replacement;
};

/// Edits that a machine may apply without asking; they do not overlap.
struct Fix {
  std::string title;
  std::vector<Edit> edits;
};

/// One reported problem: plain data, rendered elsewhere (render_text.h, render_json.h).
struct Diagnostic {
  unsigned id = 0;  ///< 201 is shown as FL0201
  Severity severity = Severity::error;
  std::string name;                    ///< what `allow` calls it: `unused_record`; may be empty
  std::string message;                 ///< lower case, no full stop, names in backticks
  Span span;                           ///< the narrowest thing that is wrong
  std::string label;                   ///< beside the carets; may be empty
  std::vector<std::string> arguments;  ///< of the definition, in its order, without backticks
  std::vector<Label> labels;
  std::vector<Note> notes;
  std::vector<std::string> helps;
  std::vector<Fix> fixes;
  std::size_t omitted = 0;  ///< labels, notes and helps past limits::kPartsMax
};

/// `FL0201`.
std::string code_of(unsigned id);

/// A diagnostic in lines, without places: the message, what stands beside the carets, remarks that
/// have no place, helps. For forms that have one text for all of it.
std::string plain_text(const Diagnostic& diagnostic);

}  // namespace flowc
