#include "emit/strict_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace flowc {

namespace {

namespace mustache = kainjow::mustache;
using nlohmann::ordered_json;

mustache::data to_data(const ordered_json& json) {
  if (json.is_boolean()) return mustache::data{json.get<bool>()};
  if (json.is_string()) return mustache::data{json.get_ref<const std::string&>()};
  if (json.is_array()) {
    mustache::data list{mustache::data::type::list};
    // The library's push_back() copies an item with all that it holds, at every level of a view.
    auto& items = const_cast<mustache::list&>(list.list_value());
    items.reserve(json.size());
    for (const ordered_json& item : json) items.push_back(to_data(item));
    return list;
  }
  if (json.is_object()) {
    mustache::data object;
    for (const auto& [name, value] : json.items()) object[name] = to_data(value);
    return object;
  }
  return mustache::data{json.dump()};
}

/// How a template uses the names it has. The library does not say for what it asks, so a name is
/// used in one way within a template.
using Uses = std::map<std::string, bool, std::less<>>;  // whether as a section

Uses uses_of(std::string_view text) {
  Uses uses;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    at += 2;
    std::string_view name = text.substr(at, text.find("}}", at) - at);
    const bool section = name.starts_with('#') || name.starts_with('^');
    if (section || name.starts_with('/')) name.remove_prefix(1);
    uses[std::string(name)] |= section;
  }
  return uses;
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
  StrictContext(const mustache::data* view, const std::string& name, std::string_view text,
                const Uses& uses)
      : context(view), name_(name), text_(text), uses_(uses) {}

  const mustache::data* get(const std::string& name) const override {
    const mustache::data* found = context::get(name);
    if (found == nullptr) fail(name, "the view has no such name");
    const auto use = uses_.find(name);
    const bool as_section = use != uses_.end() && use->second;
    if (as_section == found->is_string()) {
      fail(name, as_section ? "a text, used as a section" : "not a text, and printed");
    }
    return found;
  }

 private:
  [[noreturn]] void fail(const std::string& name, std::string_view what) const {
    std::size_t at = text_.size();
    for (const char* opening : {"{{", "{{#", "{{^"})
      at = std::min(at, text_.find(fmt::format("{}{}}}}}", opening, name)));
    const auto line =
        1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw TemplateError(fmt::format("{}:{}: `{}`: {}", name_, line, name, what));
  }

  const std::string& name_;
  std::string_view text_;
  const Uses& uses_;
};

}  // namespace

struct StrictTemplate::State {
  std::string name;
  std::string text;
  Uses uses;
  mustache::mustache parsed;
};

StrictTemplate::StrictTemplate(std::string name, std::string_view text)
    : state_(std::make_unique<State>(State{std::move(name), std::string{text}, uses_of(text),
                                           mustache::mustache{without_tag_lines(text)}})) {
  if (!state_->parsed.is_valid()) {
    throw TemplateError(state_->name + ": " + state_->parsed.error_message());
  }
  state_->parsed.set_custom_escape([](const std::string& plain) { return plain; });
}

StrictTemplate::~StrictTemplate() = default;
StrictTemplate::StrictTemplate(StrictTemplate&&) noexcept = default;

std::string StrictTemplate::render(const ordered_json& view) const {
  const mustache::data data = to_data(view);
  StrictContext context{&data, state_->name, state_->text, state_->uses};
  std::string out = state_->parsed.render(context);
  std::replace(out.begin(), out.end(), kLineEnd, '\n');
  return out;
}

}  // namespace flowc
