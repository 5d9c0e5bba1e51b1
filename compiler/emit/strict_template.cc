#include "emit/strict_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>
#include <utility>

namespace flowc {

namespace {

namespace mustache = kainjow::mustache;
using nlohmann::ordered_json;

mustache::data to_data(const ordered_json& json) {
  if (json.is_boolean()) return mustache::data{json.get<bool>()};
  if (json.is_string()) return mustache::data{json.get<std::string>()};
  if (json.is_array()) {
    mustache::data list{mustache::data::type::list};
    for (const ordered_json& item : json) list.push_back(to_data(item));
    return list;
  }
  if (json.is_object()) {
    mustache::data object;
    for (const auto& [name, value] : json.items()) object.set(name, to_data(value));
    return object;
  }
  return mustache::data{json.dump()};
}

bool is_tag(std::string_view text, std::size_t at, std::string_view name) {
  return text.substr(at, name.size()) == name && text.substr(at + name.size(), 2) == "}}";
}

/// Stands for a line end while the library renders: it drops blank lines near sections, and leaves
/// some where a section was skipped. So it sees no line ends, and lines that hold nothing but a
/// section's tag are closed up before.
constexpr char kLineEnd = '\x1e';

std::string without_tag_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    const std::string_view line = text.substr(0, end);
    const bool is_section =
        line.starts_with("{{#") || line.starts_with("{{^") || line.starts_with("{{/");
    const bool alone = is_section && line.find("}}") + 2 == line.size();
    out += alone ? line : text.substr(0, end + 1);
    text.remove_prefix(end + 1);
  }
  std::replace(out.begin(), out.end(), '\n', kLineEnd);
  return out;
}

/// Looks names up as mustache does, and reports those that are not there or are of the wrong sort.
class StrictContext final : public mustache::context<std::string> {
 public:
  StrictContext(const mustache::data* view, const std::string& name, std::string_view text)
      : context(view), name_(name), text_(text) {}

  const mustache::data* get(const std::string& name) const override {
    const mustache::data* found = context::get(name);
    if (found == nullptr) fail(name, "the view has no such name");
    // The library does not say for what it asks, so a name is used in one way within a template.
    const bool as_section = used_as("{{#", name) || used_as("{{^", name);
    if (as_section == found->is_string()) {
      fail(name, as_section ? "a text, used as a section" : "not a text, and printed");
    }
    return found;
  }

 private:
  bool used_as(std::string_view opening, std::string_view name) const {
    return place_of(opening, name) != std::string_view::npos;
  }
  std::size_t place_of(std::string_view opening, std::string_view name) const {
    std::size_t at = text_.find(opening);
    while (at != std::string_view::npos && !is_tag(text_, at + opening.size(), name)) {
      at = text_.find(opening, at + 1);
    }
    return at;
  }
  [[noreturn]] void fail(const std::string& name, std::string_view what) const {
    std::size_t at = std::min({place_of("{{", name), place_of("{{#", name), place_of("{{^", name)});
    at = std::min(at, text_.size());
    const auto line =
        1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw TemplateError(fmt::format("{}:{}: `{}`: {}", name_, line, name, what));
  }

  const std::string& name_;
  std::string_view text_;
};

}  // namespace

struct StrictTemplate::State {
  std::string name;
  std::string text;
  mustache::mustache parsed;
};

StrictTemplate::StrictTemplate(std::string name, std::string_view text)
    : state_(std::make_unique<State>(
          State{std::move(name), std::string{text}, mustache::mustache{without_tag_lines(text)}})) {
  if (!state_->parsed.is_valid()) {
    throw TemplateError(state_->name + ": " + state_->parsed.error_message());
  }
  state_->parsed.set_custom_escape([](const std::string& plain) { return plain; });
}

StrictTemplate::~StrictTemplate() = default;
StrictTemplate::StrictTemplate(StrictTemplate&&) noexcept = default;

std::string StrictTemplate::render(const ordered_json& view) const {
  const mustache::data data = to_data(view);
  StrictContext context{&data, state_->name, state_->text};
  std::string out = state_->parsed.render(context);
  std::replace(out.begin(), out.end(), kLineEnd, '\n');
  return out;
}

}  // namespace flowc
