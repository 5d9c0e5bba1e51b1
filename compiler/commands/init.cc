#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/file_system.h"
#include "commands/command.h"
#include "commands/compile.h"
#include "emit/cpp_names.h"
#include "emit/new_project.h"

namespace flowc {
namespace {

namespace cl = llvm::cl;
namespace fs = std::filesystem;

// What a module cannot be named is for the compiler to say; here it is asked.
std::string why_no_name(const std::string& name, const std::vector<OutputFile>& project) {
  if (!is_target_name(name)) return "CMake keeps that name for itself";
  MemoryFileSystem files;
  for (const OutputFile& file : project) files.add(file.path, file.bytes);
  SourceMap sources;
  Reporter reporter;
  compile(files, name + ".flow", sources, reporter);
  const std::vector<Diagnostic> found = reporter.diagnostics();
  return found.empty() ? "" : found.front().message;
}

class InitCommand final : public Command {
 public:
  std::string name() const override { return command_.getName().str(); }
  bool chosen() const override { return static_cast<bool>(command_); }

  ExitCode run(const Environment& environment) override {
    const std::string name = project_name();
    const std::vector<OutputFile> project =
        is_plain(name) ? new_project(name) : std::vector<OutputFile>{};
    const std::string why =
        project.empty() ? "a name begins with a letter, and has small letters, digits and `_`"
                        : why_no_name(name, project);
    if (!why.empty()) {
      environment.err << "flowc: a project cannot be named `" << name << "`: " << why;
      environment.err << (name_.empty() ? "; --name gives it another than its directory's\n"
                                        : "\n");
      return ExitCode::usage;
    }
    if (!nothing_is_there(project, environment)) return ExitCode::errors;
    std::error_code unknown;
    const bool is_new = !fs::exists(directory_.getValue(), unknown);
    if (const auto error = write_outputs(directory_, project)) {
      take_away(project, is_new);
      environment.err << "flowc: cannot write " << error->path << ": " << error->detail << '\n';
      return ExitCode::errors;
    }
    environment.out << "Made the project " << name << " in " << directory_ << ": " << name
                    << ".flow is what to read first, README.md says how to build and run it.\n";
    return ExitCode::ok;
  }

 private:
  std::string project_name() const {
    if (!name_.empty()) return name_;
    std::error_code unknown;
    fs::path directory = fs::weakly_canonical(directory_.getValue(), unknown);
    if (unknown) directory = directory_.getValue();  // writing will say what is wrong with it
    if (!directory.has_filename()) directory = directory.parent_path();
    std::string name = cpp::snake_case(directory.filename().string());
    for (char& c : name)
      if (c == '-' || c == '.' || c == ' ') c = '_';
    return name;
  }

  // More than a module's name may be, so that it can be a file's name and a CMake target's as well.
  static bool is_plain(const std::string& name) {
    const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
    if (name.empty() || !is_small(name.front())) return false;
    for (const char c : name)
      if (!is_small(c) && !(c >= '0' && c <= '9') && c != '_') return false;
    return true;
  }

  // Half a project is in the way of the next attempt. Folders that hold something else stay.
  void take_away(const std::vector<OutputFile>& project, bool is_new) const {
    const fs::path directory{directory_.getValue()};
    std::error_code ignored;
    for (const OutputFile& file : project) fs::remove(directory / file.path, ignored);
    for (const OutputFile& file : project) {
      const fs::path folder = fs::path{file.path}.parent_path();
      if (!folder.empty()) fs::remove(directory / folder, ignored);
    }
    if (is_new) fs::remove(directory, ignored);
  }

  // Nobody's file is replaced.
  bool nothing_is_there(const std::vector<OutputFile>& project,
                        const Environment& environment) const {
    std::vector<std::string> there;
    for (const OutputFile& file : project) {
      std::error_code unknown;
      const fs::path path = fs::path{directory_.getValue()} / file.path;
      if (fs::exists(fs::symlink_status(path, unknown))) there.push_back(path.string());
    }
    if (there.empty()) return true;
    environment.err << "flowc: nothing was written, because these are there already:\n";
    for (const std::string& path : there) environment.err << "  " << path << '\n';
    environment.err << "name a new or empty directory\n";
    return false;
  }

  cl::SubCommand command_{"init", "Make a new project that builds, runs and tests"};
  cl::opt<std::string> directory_{cl::Positional, cl::Required, cl::value_desc("DIR"),
                                  cl::desc("DIR"), cl::sub(command_)};
  cl::opt<std::string> name_{"name", cl::value_desc("NAME"), cl::sub(command_),
                             cl::desc("The project's name (default: its directory's)")};
};

}  // namespace

std::unique_ptr<Command> make_init_command() {
  return std::make_unique<InitCommand>();
}

}  // namespace flowc
