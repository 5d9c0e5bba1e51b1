#include "emit/emit.h"

#include <map>
#include <nlohmann/json.hpp>

#include "base/assert.h"
#include "emit/layout.h"
#include "emit/strict_template.h"
#include "emit/templates.h"
#include "emit/view/view.h"

namespace flowc {

namespace {

using view::Json;

/// The templates, each parsed once.
class Renderer {
 public:
  Renderer() {
    for (const TemplateText& text : template_texts()) {
      templates_.emplace(text.name, StrictTemplate{std::string{text.name}, text.text});
    }
  }

  std::string operator()(const std::string& name, const Json& view) const {
    const auto found = templates_.find("cpp/" + name + ".mustache");
    FLOW_ASSERT(found != templates_.end());
    return found->second.render(view);
  }

 private:
  std::map<std::string, StrictTemplate, std::less<>> templates_;
};

/// `{`, a line end and `};` as `{};`: what a template's empty list leaves.
void close_up(std::string& text) {
  for (std::size_t at = text.find("{\n"); at != std::string::npos; at = text.find("{\n", at + 1)) {
    const std::size_t next = text.find_first_not_of(' ', at + 2);
    if (text.compare(next, 2, "};") == 0) text.erase(at + 1, next - at - 1);
  }
}

/// A name too long for a line is not a formatter's business.
OutputFile output(std::string path, std::string bytes) {
  close_up(bytes);
  if (cpp::has_long_line(bytes)) bytes.insert(bytes.find('\n') + 1, "// clang-format off\n");
  return {std::move(path), std::move(bytes)};
}

OutputFile forward_declarations(const Renderer& render, const Json& view) {
  Json declarations = Json::array();
  for (const Json& type : view["types"]) {
    const std::string name = type["name"];
    if (type["kind"] == "enum") {
      declarations.push_back("enum class " + name + " : " + type["underlying"].get<std::string>() +
                             ";");
    } else {
      declarations.push_back("struct " + name + ";");
    }
  }
  for (const char* kind : {"components", "services"}) {
    for (const Json& item : view[kind]) {
      declarations.push_back("class " + item["name"].get<std::string>() + ";");
    }
  }
  Json file = view;
  file["declarations"] = declarations;
  return output(view["stem"].get<std::string>() + "_fwd.h", render("fwd.h", file));
}

OutputFile header(const Renderer& render, const Json& view) {
  Json file = view;
  file["blocks"] = Json::array();
  for (const Json& type : view["types"]) {
    file["blocks"].push_back(render(type["kind"].get<std::string>() + ".h", type));
  }
  if (view["versions"]["any"]) file["blocks"].push_back(render("versions.h", view["versions"]));
  for (const Json& item : view["components"]) file["blocks"].push_back(render("component.h", item));
  for (const Json& item : view["services"]) file["blocks"].push_back(render("service.h", item));
  return output(view["header"], render("header.h", file));
}

OutputFile source(const Renderer& render, const Json& view) {
  Json file = view;
  file["blocks"] = Json::array();
  const auto add = [&](std::string block) {
    // Blocks end in one line end; the file's template puts a blank line between them.
    while (block.ends_with("\n\n")) block.pop_back();
    if (!block.empty()) file["blocks"].push_back(block);
  };
  for (const Json& type : view["types"]) {
    add(render(type["kind"].get<std::string>() + ".cc", type));
  }
  if (view["versions"]["any"]) add(render("versions.cc", view["versions"]));
  for (const Json& item : view["components"]) add(render("component.cc", item));
  if (view.contains("tables")) add(render("tables.cc", view["tables"]));
  for (const Json& item : view["services"]) add(render("service.cc", item));
  return output(view["stem"].get<std::string>() + ".cc", render("source.cc", file));
}

std::vector<Json> module_views(const model::Program& program, const EmitOptions& options) {
  const view::Names names{program, options};
  const view::Source source{program, names, options};
  std::vector<Json> views;
  for (std::size_t i = 0; i < program.modules.size(); ++i) {
    views.push_back(view::module_view(source, static_cast<model::ModuleId>(i)));
  }
  return views;
}

}  // namespace

std::vector<OutputFile> emit_cpp(const model::Program& program, const EmitOptions& options) {
  const Renderer render;
  std::vector<OutputFile> files;
  for (const Json& view : module_views(program, options)) {
    files.push_back(forward_declarations(render, view));
    files.push_back(header(render, view));
    files.push_back(source(render, view));
  }
  return files;
}

std::string emit_view(const model::Program& program, const EmitOptions& options) {
  Json all = Json::array();
  for (Json& view : module_views(program, options)) all.push_back(std::move(view));
  return all.dump(2) + "\n";
}

}  // namespace flowc
