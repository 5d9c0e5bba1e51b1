#include "emit/emit.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/assert.h"
#include "emit/layout.h"
#include "emit/strict_template.h"
#include "emit/templates.h"
#include "emit/view/view.h"
#include "model/service_map.h"

namespace flowc {

namespace {

using view::Json;

/// The templates, each parsed once.
class Renderer {
 public:
  Renderer() {
    for (const TemplateText& text : template_texts()) {
      if (!text.name.starts_with("cpp/")) continue;
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

/// `{`, line ends and `};` as `{};`, and the same of a namespace: what a template's empty list
/// leaves.
std::string closed_up(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t taken = 0;
  for (std::size_t at = text.find("{\n"); at != std::string_view::npos;
       at = text.find("{\n", at + 1)) {
    const std::size_t next = std::min(text.find_first_not_of(" \n", at + 2), text.size());
    const std::string_view rest = text.substr(next);
    if (!rest.starts_with("};") && !rest.starts_with("}  // namespace")) continue;
    out += text.substr(taken, at + 1 - taken);
    taken = next;
  }
  return out += text.substr(taken);
}

/// A name too long for a line is not a formatter's business.
OutputFile output(std::string path, std::string_view rendered) {
  std::string bytes = closed_up(rendered);
  if (cpp::has_long_line(bytes)) bytes.insert(bytes.find('\n') + 1, "// clang-format off\n");
  return {std::move(path), std::move(bytes)};
}

/// What a file's own template prints: not the declarations, which are rendered by themselves and
/// may be many.
Json file_view(const Json& view) {
  Json file = Json::object();
  for (const char* name : {"source", "stem", "header", "includes", "source_includes", "abi_check",
                           "docs", "name_space"}) {
    file[name] = view[name];
  }
  return file;
}

/// What a module declares, rendered piece by piece.
struct Blocks {
  Json forward = Json::array();  // `struct Item;`
  std::string header, source;
};

/// Blocks end in one line end; a blank line stands between them.
void add_block(std::string& text, std::string block) {
  while (block.ends_with("\n\n")) block.pop_back();
  if (block.empty()) return;
  text += block;
  text += '\n';
}

void add_type(const Renderer& render, const Json& type, Blocks& blocks) {
  const std::string name = type["name"], kind = type["kind"];
  if (kind == "enum") {
    blocks.forward.push_back("enum class " + name + " : " + type["underlying"].get<std::string>() +
                             ";");
  } else {
    blocks.forward.push_back("struct " + name + ";");
  }
  blocks.header += render(kind + ".h", type) + '\n';
  add_block(blocks.source, render(kind + ".cc", type));
}

void add_classes(const Renderer& render, const Json& view, Blocks& blocks) {
  if (view["versions"]["any"]) blocks.header += render("versions.h", view["versions"]) + '\n';
  for (const char* kind : {"component", "service"}) {
    for (const Json& item : view[kind + std::string("s")]) {
      blocks.forward.push_back("class " + item["name"].get<std::string>() + ";");
      blocks.header += render(kind + std::string(".h"), item) + '\n';
    }
  }
  if (view["versions"]["any"]) add_block(blocks.source, render("versions.cc", view["versions"]));
  for (const Json& item : view["components"]) {
    add_block(blocks.source, render("component.cc", item));
  }
  if (view.contains("tables")) {
    add_block(blocks.source, render("tables.cc", view["tables"]));
    add_block(blocks.source, render("endpoints.cc", view["endpoints"]));
  }
  for (const Json& item : view["services"]) add_block(blocks.source, render("service.cc", item));
}

/// A file's template with the blocks in the place of `{{blocks}}`: they may be most of a hundred
/// megabytes, and the library copies what it prints several times over.
OutputFile file_of(const Renderer& render, const std::string& name, Json view, std::string path,
                   std::string_view blocks) {
  constexpr std::string_view kMark = "\x1f\n";
  view["blocks"] = kMark.substr(0, 1);
  std::string text = render(name, view);
  const std::size_t at = text.find(kMark);
  FLOW_ASSERT(at != std::string::npos);
  text.replace(at, kMark.size(), blocks);
  return output(std::move(path), text);
}

/// Makes the view of each module in turn and hands it on, so that one is in memory at a time.
void for_each_module(const model::Program& program, const EmitOptions& options, const auto& use) {
  const view::Names names{program, options};
  const view::Index index{program};
  const view::Source source{program, names, index, options};
  for (std::size_t i = 0; i < program.modules.size(); ++i) {
    const auto id = static_cast<model::ModuleId>(i);
    use(source, id, view::module_view(source, id));
  }
}

}  // namespace

std::vector<OutputFile> emit_cpp(const model::Program& program, const EmitOptions& options) {
  const Renderer render;
  std::vector<OutputFile> files;
  for_each_module(program, options, [&](const auto& source, model::ModuleId id, const Json& view) {
    Blocks blocks;
    view::for_each_type(source, id, [&](const Json& type) { add_type(render, type, blocks); });
    add_classes(render, view, blocks);
    const std::string stem = view["stem"];
    Json file = file_view(view);
    file["declarations"] = std::move(blocks.forward);
    files.push_back(output(stem + "_fwd.h", render("fwd.h", file)));
    file.erase("declarations");
    files.push_back(file_of(render, "header.h", file, view["header"], blocks.header));
    files.push_back(file_of(render, "source.cc", std::move(file), stem + ".cc", blocks.source));
  });
  return files;
}

std::vector<OutputFile> emit_service_maps(const model::Program& program,
                                          const EmitOptions& options) {
  std::vector<OutputFile> files;
  if (program.services.empty()) return files;
  const view::Names names{program, options};
  const std::string& stem = names[model::ModuleId{0}].stem;
  for (const model::Deployment& deployment : program.deployments) {
    files.push_back(
        {stem + "." + deployment.name + ".map.json", model::service_map_json(program, deployment)});
  }
  return files;
}

std::string emit_view(const model::Program& program, const EmitOptions& options) {
  Json all = Json::array();
  for_each_module(program, options, [&](const auto& source, model::ModuleId id, Json&& view) {
    view::for_each_type(source, id, [&](Json&& type) { view["types"].push_back(std::move(type)); });
    all.push_back(std::move(view));
  });
  return all.dump(2) + "\n";
}

}  // namespace flowc
