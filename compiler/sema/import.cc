#include <algorithm>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "sema/step.h"
#include "syntax/parse.h"

namespace flowc::sema {
namespace {

/// Reads files depth first, so that a cycle is found with its chain, and each file once.
class Importer {
 public:
  explicit Importer(State& state) : state_(state) {}

  void read_main(const std::string& path) {
    const auto id = load(state_.file_system, path, state_.sources, state_.reporter);
    if (!id) {
      state_.draft.doubts.all();
      return;
    }
    first_path(state_.sources.path(*id));
    visit(id->value);
  }

 private:
  // A file is visited right after it is loaded; ids in between are those of files that could not be
  // read.
  void visit(std::uint32_t index) {
    chain_.push_back(index);
    bytes_ += state_.sources.text(FileId{index}).size();
    fill_up_to(index);
    state_.files.emplace_back();
    state_.files[index].syntax = parse(FileId{index}, state_.sources, state_.reporter);
    const ast::File& syntax = *state_.files[index].syntax;
    if (syntax.lost_something()) state_.draft.doubts.all();
    std::set<std::uint32_t> seen;
    for (const ast::Import* import : by_path(syntax)) read_import(index, *import, seen);
    chain_.pop_back();
    state_.dependencies_first.push_back(index);
  }

  // By path, so that what is generated does not depend on the order of the imports; by the path as
  // written, so that it does not depend on the directory either.
  static std::vector<const ast::Import*> by_path(const ast::File& syntax) {
    std::vector<std::pair<std::string, const ast::Import*>> imports;
    for (const ast::Import& import : syntax.imports) {
      const std::filesystem::path path{import.path.value};
      imports.emplace_back(path.lexically_normal().generic_string(), &import);
    }
    std::stable_sort(imports.begin(), imports.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<const ast::Import*> sorted;
    for (const auto& [path, import] : imports) sorted.push_back(import);
    return sorted;
  }

  void read_import(std::uint32_t from, const ast::Import& import, std::set<std::uint32_t>& seen) {
    if (std::filesystem::path(import.path.value).is_absolute()) {
      state_.reporter.error(kImportAbsolute, import.path.span, import.path.value)
          .help("the path of an import is relative to the file that it is in");
      lose_import(from);
      return;
    }
    const std::string path =
        first_path(import_path(state_.sources.path(FileId{from}), import.path.value));
    if (const auto known = state_.sources.find(path)) {
      if (known->value >= state_.files.size() || state_.files[known->value].unreadable)
        return;  // reported
      if (!seen.insert(known->value).second) {
        state_.reporter.warning(kImportedTwice, import.path.span, import.path.value)
            .fix(import.span, "");
        return;
      }
      if (in_chain(known->value)) {
        report_cycle(known->value, import);
        state_.files[from].missing_imports = true;
        return;
      }
      add_edge(from, known->value, import);
      return;
    }
    if (bytes_ >= limits::kTotalBytesMax) {
      state_.reporter.error(kImportsTooMany, import.path.span, import.path.value,
                            limits::kTotalBytesMax, "bytes");
      lose_import(from);
      return;
    }
    if (state_.sources.size() >= limits::kFilesMax || chain_.size() >= limits::kImportDepthMax) {
      const bool deep = chain_.size() >= limits::kImportDepthMax;
      state_.reporter.error(kImportsTooMany, import.path.span, import.path.value,
                            deep ? limits::kImportDepthMax : limits::kFilesMax,
                            deep ? "imports in a row" : "files");
      lose_import(from);
      return;
    }
    const auto id =
        load(state_.file_system, path, state_.sources, state_.reporter, import.path.span);
    if (!id) {
      lose_import(from);
      return;
    }
    seen.insert(id->value);
    add_edge(from, id->value, import);
    visit(id->value);
  }

  /// The path by which the file of this path was met first, so that a link is no second file.
  const std::string& first_path(const std::string& path) {
    const auto [known, unknown] = first_paths_.try_emplace(path);
    if (unknown) {
      std::string file = state_.file_system.canonical(path);
      known->second = files_.try_emplace(std::move(file), path).first->second;
    }
    return known->second;
  }

  void fill_up_to(std::size_t count) {
    while (state_.files.size() < count) {
      SourceFile& missing = state_.files.emplace_back();
      missing.syntax = std::make_unique<ast::File>();
      missing.syntax->id = FileId{static_cast<std::uint32_t>(state_.files.size() - 1)};
      missing.unreadable = true;
    }
  }

  void lose_import(std::uint32_t from) {
    state_.files[from].missing_imports = true;
    state_.draft.doubts.all();
  }

  void add_edge(std::uint32_t from, std::uint32_t to, const ast::Import& import) {
    state_.files[from].imports.push_back({to, &import, false});
  }

  bool in_chain(std::uint32_t index) const {
    for (const std::uint32_t link : chain_) {
      if (link == index) return true;
    }
    return false;
  }

  void report_cycle(std::uint32_t target, const ast::Import& closing) {
    auto diagnostic = state_.reporter.error(kImportCycle, closing.path.span, closing.path.value);
    bool inside = false;
    for (std::size_t i = 0; i + 1 < chain_.size(); ++i) {
      inside = inside || chain_[i] == target;
      if (!inside) continue;
      for (const SourceFile::Import& import : state_.files[chain_[i]].imports) {
        if (import.file != chain_[i + 1]) continue;
        diagnostic.label(import.syntax->path.span, "which is imported from here");
      }
    }
    diagnostic.help("move what both files need into a third one");
  }

  State& state_;
  std::vector<std::uint32_t> chain_;
  std::unordered_map<std::string, std::string> first_paths_;  // by path
  std::unordered_map<std::string, std::string> files_;        // first paths by canonical ones
  std::size_t bytes_ = 0;                                     // of the files read
};

void make_modules(State& state) {
  namespace fs = std::filesystem;
  const fs::path main_directory =
      state.files.empty() ? fs::path() : fs::path(state.sources.path(FileId{0})).parent_path();
  for (std::uint32_t i = 0; i < state.files.size(); ++i) {
    const SourceFile& file = state.files[i];
    model::Module module;
    const fs::path path(state.sources.path(FileId{i}));
    module.file = path.lexically_relative(main_directory).generic_string();
    if (main_directory.empty() || module.file.empty()) module.file = path.generic_string();
    module.span = Span{FileId{i}, 0, 0};
    module.name = path.stem().string();  // of a file whose `module` is missing, which was reported
    if (file.syntax->module) {
      module.name = file.syntax->module->name.text();
      module.documentation = file.syntax->module->documentation;
      module.span = file.syntax->module->name.span;
    }
    for (const SourceFile::Import& import : file.imports)
      module.imports.push_back(model::ModuleId{import.file});
    state.draft.program.modules.push_back(std::move(module));
  }
}

}  // namespace

void import_files(State& state, const std::string& main_path) {
  Importer(state).read_main(main_path);
  make_modules(state);
}

}  // namespace flowc::sema
