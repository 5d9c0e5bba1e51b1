#pragma once

#include <span>
#include <string_view>

namespace flowc {

/// A file of templates/, embedded when flowc is built.
struct TemplateText {
  std::string_view name;  ///< `cpp/record.h.mustache`
  std::string_view text;
};

/// All of them, sorted by name.
[[nodiscard]] std::span<const TemplateText> template_texts();

}  // namespace flowc
