#include "emit/new_project.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "emit/cpp_names.h"
#include "emit/strict_template.h"
#include "emit/templates.h"

namespace flowc {
namespace {

constexpr std::string_view kFolder = "init/";
constexpr std::string_view kExtension = ".mustache";

// `init/NAME.flow.mustache` as `shop.flow`, `init/dot.gitignore.mustache` as `.gitignore`.
std::string path_of(std::string_view of_template, const std::string& name) {
  std::string path{of_template};
  path = path.substr(kFolder.size(), path.size() - kFolder.size() - kExtension.size());
  if (path.starts_with("NAME.")) path.replace(0, 4, name);
  if (path.starts_with("dot.")) path.erase(0, 3);
  return path;
}

}  // namespace

std::vector<OutputFile> new_project(std::string_view name) {
  const std::string written{name};
  nlohmann::ordered_json view;
  view["file"] = written;
  view["target"] = written;
  view["module"] = written;
  view["service"] = written;
  view["namespace"] = cpp::name_space(written);
  view["Service"] = cpp::camel_case(written) + "Service";
  std::vector<OutputFile> files;
  for (const TemplateText& text : template_texts()) {
    if (!text.name.starts_with(kFolder)) continue;
    files.push_back({path_of(text.name, written),
                     StrictTemplate{std::string{text.name}, text.text}.render(view)});
  }
  std::sort(files.begin(), files.end(),
            [](const OutputFile& a, const OutputFile& b) { return a.path < b.path; });
  return files;
}

// The targets that CMake's generators make themselves (policy CMP0037), and the project's own test.
bool is_target_name(std::string_view name) {
  constexpr std::array<std::string_view, 12> kTaken = {
      "all",  "clean",   "depend",         "edit_cache", "help",          "install",
      "list", "package", "package_source", "preinstall", "rebuild_cache", "test"};
  return name != "order_test" && std::find(kTaken.begin(), kTaken.end(), name) == kTaken.end();
}

}  // namespace flowc
