#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace flowc {

/// A mistake in a template or in the view it was given: a bug of flowc's, with the template's name
/// and line.
struct TemplateError : std::logic_error {
  using std::logic_error::logic_error;
};

/// A mustache template that forgives nothing: a name the view does not have, a text used as a
/// condition, a condition or a list printed as text are errors, where mustache itself would print
/// nothing. Does not escape: the output is C++. Not thread-safe.
class StrictTemplate {
 public:
  /// Throws TemplateError when the text is no template.
  StrictTemplate(std::string name, std::string_view text);
  ~StrictTemplate();
  StrictTemplate(StrictTemplate&&) noexcept;

  /// Throws TemplateError. In the view, sections take true, false, lists and objects, everything
  /// else is text.
  [[nodiscard]] std::string render(const nlohmann::ordered_json& view) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace flowc
